"""The Flink jobs of the stack: submitted, resumed from their newest state, stopped with a savepoint."""

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from catalog.errors import TransientError
from catalog.settings import Settings
from stack import cluster, states
from stack.layout import Layout
from stack.submission import submit

NAMES = ("history", "live")
ENDED = {"FINISHED", "CANCELED", "FAILED", "SUSPENDED"}
PATIENCE_SECONDS = 150.0
Item = TypeVar("Item")


class BusyError(TransientError):
    """Say that another process starts or stops jobs."""


@dataclass(frozen=True)
class Job:
    """Say how one job is: as Flink says, `STOPPED` by wish, or `MISSING` when Flink knows none."""

    name: str
    state: str
    id: str | None = None
    starting: int = 0
    """Tasks that do not run yet: Flink calls a job running as soon as it begins to deploy them."""

    @property
    def is_alive(self) -> bool:
        """Say whether Flink runs it, or tries to."""
        return self.state not in ENDED | {"MISSING", "STOPPED"}


def jobs(settings: Settings) -> list[Job]:
    """List the jobs of the stack with their states; one that Flink gave up is `FAILED`."""
    known = cluster.known_jobs(settings)
    return [_job(settings, name, [job for job in known if job["name"] == name]) for name in NAMES]


@contextmanager
def alone(settings: Settings, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Let one process at a time submit and stop jobs; raises BusyError when another takes too long."""
    deadline = time.monotonic() + patience_seconds
    folder = Layout.of(settings.home).data("flink")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "jobs.lock").open("w") as file:
        while not _locked(file):
            if time.monotonic() > deadline:
                raise BusyError("another process starts or stops the jobs; try again when it is done")
            time.sleep(0.2)
        yield


def ensure_running(settings: Settings) -> None:
    """Submit every job that is neither alive nor stopped by wish, and wait until they run.

    Raises SetupError when a job cannot be submitted or would run without checkpoints.
    """
    submit_missing(settings)
    await_running(settings)


def submit_missing(settings: Settings) -> None:
    """Submit every job that is neither alive nor stopped by wish, from its newest state."""
    missing = [job.name for job in jobs(settings) if not job.is_alive and job.state != "STOPPED"]
    submit(settings, missing)


def await_running(settings: Settings) -> None:
    """Wait until all tasks of each job run that is not stopped by wish; raises SetupError, TransientError."""
    for job in _await_running(settings):
        cluster.refuse_without_checkpoints(settings, job.name, job.id or "")


def resume(settings: Settings, names: list[str], start_from: str | None = None) -> None:
    """Submit jobs that were stopped; `start_from` may only name the newest state, others raise SetupError."""
    for name in names:
        if start_from:
            states.refuse_all_but_newest(settings, name, start_from)
        states.forget_wish(settings, name)
    submit_missing(settings)


def stop(settings: Settings, name: str) -> None:
    """Stop a job with a savepoint, for good: until it is resumed nothing starts it again.

    Raises TransientError when it is alive and cannot take a savepoint now.
    """
    (job,) = (job for job in jobs(settings) if job.name == name)
    if job.is_alive:
        if job.state != "RUNNING":
            raise TransientError(f"{name} is {job.state} and cannot take a savepoint; try again when it runs")
        _stop(settings, job)
    states.wish_stopped(settings, name)


def stop_all(settings: Settings) -> None:
    """Stop every running job with a savepoint; one that is restarting goes on from its last checkpoint."""
    side_by_side(lambda job: _stop(settings, job), [job for job in jobs(settings) if job.state == "RUNNING"])


def side_by_side(do: Callable[[Item], None], items: Iterable[Item]) -> None:
    """Do something to each item at the same time; raises the first error once all are done."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(do, items))


def _job(settings: Settings, name: str, known: list[dict[str, Any]]) -> Job:
    for job in reversed(known):
        if job["state"] not in ENDED:
            tasks = job["tasks"]
            return Job(name, job["state"], job["jid"], tasks["total"] - tasks["running"])
    if states.is_wished_stopped(settings, name):
        return Job(name, "STOPPED")
    if known and known[-1]["state"] == "FAILED":
        return Job(name, "FAILED", known[-1]["jid"])
    return Job(name, "MISSING")


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@retry(
    stop=stop_after_delay(PATIENCE_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(TransientError),
    reraise=True,
)
def _await_running(settings: Settings) -> list[Job]:
    found = [job for job in jobs(settings) if job.state != "STOPPED"]
    waiting = [f"{job.name} is {job.state}" for job in found if job.state != "RUNNING"]
    waiting += [f"{job.name} still starts {job.starting} tasks" for job in found if job.starting]
    if waiting:
        raise TransientError(f"{', '.join(waiting)}; see {settings.flink.url} and run './pinflow up' again")
    return found


def _stop(settings: Settings, job: Job) -> None:
    # Without a target Flink takes the cluster's folder, where this job's next start does not look.
    target = states.state_folder(settings, job.name).as_uri()
    cluster.stop_with_savepoint(settings, job.id or "", target)
