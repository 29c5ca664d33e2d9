"""The processes of a running stack, and the moments of its checkpoints."""

import time
from contextlib import suppress

import psutil
import requests

from stack import jobs, supervise
from stack.layout import Layout
from tests.servers.stack import Stack


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


def await_job(stack: Stack, seconds: float = 120) -> None:
    """Wait until the JobManager has a job that is alive."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if any(job.is_alive for job in jobs.jobs(stack.settings)):
                return
        time.sleep(0.2)
    raise AssertionError(f"no job was resumed within {seconds:.0f} s")
