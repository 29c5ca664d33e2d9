"""What is done to a running stack, and undone; each fault is one small class."""

import time
from dataclasses import dataclass
from typing import Protocol

import psutil
import requests

from stack import jobs, supervise
from stack.layout import Layout
from tests.servers.stack import Stack

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


class Fault(Protocol):
    """Break something, and mend what does not mend itself."""

    @property
    def name(self) -> str:
        """Say what is broken, with every figure that was drawn."""

    def do(self, stack: Stack) -> None:
        """Break it."""

    def undo(self, stack: Stack) -> None:
        """Mend it, after the time that it lasts."""


def process(stack: Stack, service: str) -> psutil.Process | None:
    """Find the process of a service; None while the supervisor is just starting it."""
    pid = supervise.pids(Layout.of(stack.settings.home)).get(service)
    return psutil.Process(pid) if pid else None


def family(stack: Stack, service: str) -> list[psutil.Process]:
    """Find a service's process and all that it has started."""
    parent = process(stack, service)
    return [parent, *parent.children(recursive=True)] if parent else []


def checkpoints(stack: Stack) -> int:
    """Count the completed checkpoints of the history job."""
    (job,) = (job for job in jobs.jobs(stack.settings) if job.name == "history")
    url = f"{stack.settings.flink.url}/jobs/{job.id}/checkpoints"
    return int(requests.get(url, timeout=5).json()["counts"]["completed"])


def await_checkpoint(stack: Stack, seconds: float = 30) -> None:
    """Wait until the history job completes its next checkpoint."""
    before, deadline = checkpoints(stack), time.monotonic() + seconds
    while checkpoints(stack) == before and time.monotonic() < deadline:
        time.sleep(0.02)


@dataclass(frozen=True)
class Killed:
    """End processes as a crash does, all at once; the supervisor starts them again."""

    services: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"kill -9 of {', '.join(self.services)}"

    def do(self, stack: Stack) -> None:
        for found in [process(stack, service) for service in self.services]:
            if found:
                found.kill()

    def undo(self, stack: Stack) -> None:
        pass


@dataclass(frozen=True)
class KilledAtCheckpoint:
    """End the TaskManager around a checkpoint: files written, acknowledged, or half committed."""

    seconds_after: float

    @property
    def name(self) -> str:
        return f"kill -9 of flink-taskmanager {self.seconds_after:.2f} s after a checkpoint"

    def do(self, stack: Stack) -> None:
        await_checkpoint(stack)
        time.sleep(self.seconds_after)
        Killed(("flink-taskmanager",)).do(stack)

    def undo(self, stack: Stack) -> None:
        pass


@dataclass(frozen=True)
class Frozen:
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
class Away:
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
class JobStopped:
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
class Restarted:
    """Bring the whole stack down and up."""

    name = "everything down and up"

    def do(self, stack: Stack) -> None:
        stack.run("down")

    def undo(self, stack: Stack) -> None:
        stack.run("up")
