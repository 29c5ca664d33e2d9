"""The Flink jobs of the stack: submitted, resumed from their newest state, stopped with a savepoint."""

import fcntl
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TextIO, TypeVar

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from catalog.errors import SetupError, TransientError
from catalog.settings import ROOT, Settings
from stack import cluster, states, supervise
from stack.flink import flink_environment
from stack.layout import Layout

NAMES = ("history", "live")
ENDED = {"FINISHED", "CANCELED", "FAILED", "SUSPENDED"}
PROGRAM = ROOT / "flink_jobs" / "__main__.py"
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
    side_by_side(lambda name: submit(settings, name), missing)


def await_running(settings: Settings) -> None:
    """Wait until every job runs that is not stopped by wish; raises SetupError, TransientError."""
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


def submit(settings: Settings, name: str) -> None:
    """Submit one job, from its newest checkpoint or savepoint when it has one."""
    folder = states.state_folder(settings, name)
    states.refuse_other_rules(folder, states.newest_state(folder))
    states.note_rules(folder)
    run_newest(settings, name)


def run_newest(settings: Settings, name: str) -> None:
    """Submit one job with the present rules from its newest state, whatever rules made that."""
    folder = states.state_folder(settings, name)
    state = states.newest_state(folder)
    states.remove_older(folder, state)
    command = [
        "flink", "run", "-d", f"-Dexecution.checkpointing.dir={folder.as_uri()}",
        f"-Dexecution.checkpointing.savepoint-dir={folder.as_uri()}",
        f"-D$internal.pipeline.job-id={_next_id(settings, name, state)}",
        *(["-s", state.folder.as_uri()] if state else []),
        "-pyclientexec", str(Layout.of(settings.home).tools / "flink" / "bin" / "python"),
        "-py", str(PROGRAM), name,
    ]  # fmt: skip
    environment = flink_environment(settings)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        log = Layout.of(settings.home).logs / f"submit-{name}.log"
        answer = done.stdout + done.stderr
        log.write_text(answer)
        causes = [line for line in answer.splitlines() if "Caused by:" in line] or ["no cause given"]
        raise SetupError(f"the job {name} could not be submitted: {causes[-1]}; Flink's answer is in {log}")


def side_by_side(do: Callable[[Item], None], items: Iterable[Item]) -> None:
    """Do something to each item at the same time; raises the first error once all are done."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(do, items))


def _job(settings: Settings, name: str, known: list[dict[str, str]]) -> Job:
    for job in reversed(known):
        if job["state"] not in ENDED:
            return Job(name, job["state"], job["jid"])
    if states.is_wished_stopped(settings, name):
        return Job(name, "STOPPED")
    if known and known[-1]["state"] == "FAILED":
        return Job(name, "FAILED", known[-1]["jid"])
    return Job(name, "MISSING")


def _next_id(settings: Settings, name: str, state: states.State | None) -> str:
    """Name the job so that Flink refuses a second one that was submitted on the same knowledge.

    A slow JobManager may take up a submission after its client has given up and another has come.
    """
    manager = supervise.pids(Layout.of(settings.home)).get("flink-jobmanager")
    former = [job["jid"] for job in cluster.known_jobs(settings) if job["name"] == name]
    return sha256(f"{name} {state} {manager} {former[-1:]}".encode()).hexdigest()[:32]


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@retry(
    stop=stop_after_delay(90),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(TransientError),
    reraise=True,
)
def _await_running(settings: Settings) -> list[Job]:
    found = [job for job in jobs(settings) if job.state != "STOPPED"]
    waiting = [f"{job.name} is {job.state}" for job in found if job.state != "RUNNING"]
    if waiting:
        raise TransientError(f"{', '.join(waiting)}; see {settings.flink.url} and run './pinflow up' again")
    return found


def _stop(settings: Settings, job: Job) -> None:
    # Without a target Flink takes the cluster's folder, where this job's next start does not look.
    target = states.state_folder(settings, job.name).as_uri()
    cluster.stop_with_savepoint(settings, job.id or "", target)
