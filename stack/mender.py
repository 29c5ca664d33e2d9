"""Mend the counts of schema live after each start of the live job: a crash may have left some behind."""

import time
from dataclasses import dataclass

from catalog.postgres import connect
from catalog.recounts import Drift, are_left_by_flink, drifts, mend, recount
from catalog.settings import Postgres, Settings
from stack import cluster

JOB = "live"
SHARE = 0.2
"""The most of all time that goes into counting what Flink leaves."""


@dataclass(frozen=True)
class Start:
    """Name one start of the live job: the job, and since when (milliseconds) it runs."""

    job: str
    since: int


@dataclass(frozen=True)
class Doubt:
    """Hold what differed after a start, until a checkpoint has brought in what was on its way."""

    start: Start
    found: dict[str, Drift]
    newest_checkpoint: int


def count_left(postgres: Postgres) -> int:
    """Count posts if Flink leaves that to us, because a replay has corrected some; give the rows changed."""
    with connect(postgres) as opened, opened.cursor() as at:
        return recount(at) if are_left_by_flink(at) else 0


class Mender:
    """Look at the counts twice after each start of the live job, and mend what differs in the same way."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._mended: Start | None = None
        self._doubt: Doubt | None = None
        self._next_count = 0.0

    def look(self) -> int:
        """Go one step on without waiting; give the number of rows mended now.

        Raises requests.RequestException or psycopg2.Error when Flink or Postgres does not answer.
        """
        if time.monotonic() >= self._next_count:
            began = time.monotonic()
            count_left(self._settings.postgres)
            self._next_count = began + (time.monotonic() - began) / SHARE
        start = self._start()
        if start is None or start == self._mended:
            return 0
        if self._doubt is None or self._doubt.start != start:
            self._begin(start)
        elif cluster.completed_checkpoint(self._settings, start.job) > self._doubt.newest_checkpoint:
            return self._end(self._doubt)
        return 0

    def _begin(self, start: Start) -> None:
        found = drifts(self._settings.postgres)
        if not found:
            self._mended = start
            return
        self._doubt = Doubt(start, found, cluster.newest_checkpoint(self._settings, start.job))
        cluster.begin_checkpoint(self._settings, start.job)

    def _end(self, doubt: Doubt) -> int:
        later = drifts(self._settings.postgres)
        lasting = {table: doubt.found[table].lasting(later[table]) for table in {*doubt.found} & {*later}}
        count = mend(self._settings.postgres, lasting)
        self._mended, self._doubt = doubt.start, None
        return count

    def _start(self) -> Start | None:
        job = cluster.running_job(self._settings, JOB)
        return Start(job["jid"], job["last-modification"]) if job else None
