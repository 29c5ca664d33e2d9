"""Keep the jobs running: a JobManager that was ended forgets its jobs, and Flink gives up some by itself."""

import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg2
import requests
import structlog

from catalog.errors import SetupError, TransientError
from catalog.settings import Settings
from stack import cluster, jobs, states
from stack.mender import Mender
from stack.services import services

NEEDED = ("kafka", "postgres", "s3")
LOOK_SECONDS = 1.0
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0
Refusal = (SetupError, TransientError, requests.RequestException)


@dataclass
class Backoff:
    """Say when to try again: at once, then after waits that double up to a minute."""

    wait_seconds: float = 0.0
    not_before: float = 0.0

    def tried(self, now: float) -> None:
        """Note a try."""
        self.not_before = now + self.wait_seconds
        self.wait_seconds = min(max(FIRST_WAIT_SECONDS, 2 * self.wait_seconds), LONGEST_WAIT_SECONDS)

    def went_well(self, now: float) -> None:
        """Note that nothing was wrong; after a while of this the next try comes at once again."""
        if now > self.not_before + LONGEST_WAIT_SECONDS:
            self.wait_seconds = 0.0


class Keeper:
    """Look at the jobs again and again, and submit those that ended without anyone's wish."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._backoff = Backoff()
        self._checked: set[str] = set()
        self._mender = Mender(settings)
        self._said: tuple[str, dict[str, object]] | None = None
        self._log = structlog.get_logger("keeper")

    def run(self) -> None:
        """Look until told to end."""
        while True:
            self.look(time.monotonic())
            time.sleep(LOOK_SECONDS)

    def look(self, now: float) -> None:
        """Submit what is missing, unless it was tried a moment ago or what jobs need is away."""
        try:
            ended = self._ended()
        except requests.RequestException:
            self._say("flink_away")
            return
        if not ended:
            self._backoff.went_well(now)
            self._mend()
        elif away := [name for name in NEEDED if not self._listens(name)]:
            self._say("waiting", away=away)
        elif now >= self._backoff.not_before:
            self._resume()

    def _ended(self) -> list[jobs.Job]:
        found = [job for job in jobs.jobs(self._settings) if states.was_started(self._settings, job.name)]
        ended = [job for job in found if not job.is_alive and job.state != "STOPPED"]
        if not ended:
            self._say("nothing_to_do", **{job.name: job.state for job in found})
        for job in found:
            self._check(job)
        return ended

    def _check(self, job: jobs.Job) -> None:
        """Look once at the checkpoints of each job that runs; to wait here would miss the next crash."""
        if job.state == "RUNNING" and job.id and job.id not in self._checked:
            try:
                cluster.refuse_without_checkpoints(self._settings, job.name, job.id)
            except SetupError as error:
                self._say("cancelled", why=str(error))
            self._checked.add(job.id)

    def _mend(self) -> None:
        """Mend what a crash of the live job has left in the counts; tried again when something is away."""
        with suppress(requests.RequestException, psycopg2.Error, TransientError):
            if rows := self._mender.look():
                self._log.info("counts_mended", rows=rows)

    def _resume(self) -> None:
        try:
            with jobs.alone(self._settings, patience_seconds=0):
                for job in self._ended():
                    self._say("resuming", job=job.name, because=self._why(job), newest=self._newest(job))
                jobs.submit_missing(self._settings)
        except jobs.BusyError as error:
            self._say("waiting", why=str(error))
            return
        except Refusal as error:
            self._say("not_resumed", why=str(error))
        self._backoff.tried(time.monotonic())

    def _why(self, job: jobs.Job) -> str:
        if job.state == "FAILED" and job.id:
            return f"failed: {cluster.failure(self._settings, job.id)}"
        return "Flink does not know it"

    def _newest(self, job: jobs.Job) -> str:
        state = states.newest_state(states.state_folder(self._settings, job.name))
        return str(state.folder) if state else "none, it starts anew"

    def _listens(self, name: str) -> bool:
        (url,) = (urlsplit(service.url) for service in services(self._settings) if service.name == name)
        try:
            socket.create_connection((url.hostname or "", url.port or 0), timeout=1).close()
        except OSError:
            return False
        return True

    def _say(self, event: str, **fields: object) -> None:
        """Write a line, unless it is the last one again."""
        if self._said != (event, fields):
            self._log.info(event, **fields)
            self._said = event, fields


def main() -> None:
    """Keep the jobs of the stack running until told to end."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    Keeper(Settings()).run()


if __name__ == "__main__":
    main()
