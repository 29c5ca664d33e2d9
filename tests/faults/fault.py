"""What is done to a running stack, and undone; each fault is one small class."""

import time
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from stack import jobs, ready, supervise
from stack.layout import Layout
from tests.faults.reach import await_checkpoint, await_job, family, process
from tests.servers.stack import UP, Stack

SERVICES = (
    "flink-jobmanager",
    "flink-taskmanager",
    "kafka",
    "postgres",
    "s3",
    "ingest",
    "keeper",
    "trino",
)
OUTSIDE = ("postgres", "s3", "kafka")
"""What the jobs read and write, and can be away for long."""


class Fault(ABC):
    """Break something, and mend what does not mend itself."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Say what is broken, with every figure that was drawn."""

    @abstractmethod
    def do(self, stack: Stack) -> None:
        """Break it."""

    def undo(self, stack: Stack) -> None:  # noqa: B027
        """Mend it, after the time that it lasts."""


@dataclass(frozen=True)
class Killed(Fault):
    """End processes as a crash does, all at once; the supervisor starts them again."""

    services: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"kill -9 of {', '.join(self.services)}"

    def do(self, stack: Stack) -> None:
        for found in [process(stack, service) for service in self.services]:
            if found:
                found.kill()


@dataclass(frozen=True)
class KilledAgain(Fault):
    """End the JobManager, and again as soon as a job has been resumed."""

    name = "kill -9 of flink-jobmanager, again when it has a job"

    def do(self, stack: Stack) -> None:
        manager = Killed(("flink-jobmanager",))
        manager.do(stack)
        await_job(stack)
        manager.do(stack)


@dataclass(frozen=True)
class KilledAtCheckpoint(Fault):
    """End the TaskManager around a checkpoint: files written, acknowledged, or half committed."""

    seconds_after: float

    @property
    def name(self) -> str:
        return f"kill -9 of flink-taskmanager {self.seconds_after:.2f} s after a checkpoint"

    def do(self, stack: Stack) -> None:
        await_checkpoint(stack)
        time.sleep(self.seconds_after)
        Killed(("flink-taskmanager",)).do(stack)


@dataclass(frozen=True)
class Frozen(Fault):
    """Stop a process and its children in the middle of what they do, and let them go on."""

    service: str
    seconds: float

    @property
    def name(self) -> str:
        return f"SIGSTOP of {self.service} for {self.seconds:.0f} s"

    def do(self, stack: Stack) -> None:
        for found in family(stack, self.service):
            found.suspend()

    def undo(self, stack: Stack) -> None:
        time.sleep(self.seconds)
        for found in family(stack, self.service):
            found.resume()


@dataclass(frozen=True)
class Away(Fault):
    """Stop a service in good order, and start it again later; `seconds_after` a checkpoint, if given."""

    service: str
    seconds: float
    seconds_after: float | None = None

    @property
    def name(self) -> str:
        when = "" if self.seconds_after is None else f", from {self.seconds_after:.2f} s after a checkpoint"
        return f"{self.service} away for {self.seconds:.0f} s{when}"

    def do(self, stack: Stack) -> None:
        if self.seconds_after is not None:
            await_checkpoint(stack)
            time.sleep(self.seconds_after)
        supervise.stop_service(Layout.of(stack.settings.home), self.service)

    def undo(self, stack: Stack) -> None:
        time.sleep(self.seconds)
        supervise.start_service(Layout.of(stack.settings.home), self.service)


@dataclass(frozen=True)
class JobStopped(Fault):
    """Stop a job with a savepoint and resume it."""

    job: str
    seconds: float

    @property
    def name(self) -> str:
        return f"savepoint stop of {self.job} for {self.seconds:.0f} s"

    def do(self, stack: Stack) -> None:
        stack.run("jobs", "stop", self.job)

    def undo(self, stack: Stack) -> None:
        time.sleep(self.seconds)
        assert {row["name"]: row["state"] for row in stack.json("jobs", "list")}[self.job] == "STOPPED"
        stack.run("jobs", "resume", self.job)


@dataclass(frozen=True)
class Cancelled(Fault):
    """Cancel a job at Flink's own interface, without a savepoint; the keeper resumes it."""

    job: str

    @property
    def name(self) -> str:
        return f"cancellation of {self.job}"

    def do(self, stack: Stack) -> None:
        (job,) = (job for job in jobs.jobs(stack.settings) if job.name == self.job)
        requests.patch(f"{stack.settings.flink.url}/jobs/{job.id}", timeout=5).raise_for_status()


@dataclass(frozen=True)
class Raced(Fault):
    """End the JobManager and let two people resume the jobs while the keeper does so too."""

    name = "kill -9 of flink-jobmanager, jobs resumed by three at once"

    def do(self, stack: Stack) -> None:
        Killed(("flink-jobmanager",)).do(stack)
        while not ready.answers("flink-jobmanager", stack.settings):
            time.sleep(0.1)

    def undo(self, stack: Stack) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda _: stack.run("jobs", "resume"), range(2)))


@dataclass(frozen=True)
class Restarted(Fault):
    """Bring the whole stack down and up."""

    name = "everything down and up"

    def do(self, stack: Stack) -> None:
        stack.run("down")

    def undo(self, stack: Stack) -> None:
        stack.run(*UP)


@dataclass(frozen=True)
class TendedWhileKilled(Fault):
    """Tend every day of the lake, and end the TaskManager while its commits are among those of upkeep."""

    after_seconds: float
    name = "kill -9 of flink-taskmanager during upkeep"

    def do(self, stack: Stack) -> None:
        with ThreadPoolExecutor(1) as pool:
            tended = pool.submit(stack.json, "upkeep", "--all")
            time.sleep(self.after_seconds)
            Killed(("flink-taskmanager",)).do(stack)
            assert {report["state"] for report in tended.result()} == {"done"}
