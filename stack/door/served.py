"""A service of its own process, kept to certain processor cores, for as long as it is measured."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
import requests

from catalog.errors import SetupError
from catalog.settings import ROOT, Settings
from stack.door.broker import pinned
from stack.layout import Layout

START_SECONDS = 30


@dataclass(frozen=True)
class Cores:
    """Say which processor cores the service has for itself, and which everything else has."""

    service: set[int]
    others: set[int]

    @classmethod
    def shared_out(cls) -> "Cores":
        """Give the service one core; with a single one, all share it."""
        first, *rest = sorted(os.sched_getaffinity(0))
        return cls({first}, set(rest) or {first})


@dataclass(frozen=True)
class Subject:
    """Name a service: its command, and the path that answers once it can serve."""

    name: str
    command: list[str] = field(default_factory=list)
    ready_path: str = "/"


@dataclass(frozen=True)
class Running:
    """Hold the address of a running service, and its process."""

    url: str
    process: psutil.Process

    def processor_seconds(self) -> float:
        """Give the processor time that it has taken so far."""
        return float(sum(self.process.cpu_times()[:2]))


DOOR = Subject("ingest", [sys.executable, "-m", "ingest"], "/ready")


def baseline(name: str, settings: Settings) -> Subject:
    """Name an application of `stack/door/baselines/`, served by uvicorn with what makes it fast."""
    place = ["--host", settings.ingest.host, "--port", str(settings.ingest.port)]
    fast = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    return Subject(name, [sys.executable, "-m", "uvicorn", f"stack.door.baselines.{name}:app", *place, *fast])


@contextmanager
def served(subject: Subject, settings: Settings, cores: Cores) -> Iterator["Running"]:
    """Run a service while the block runs; raises SetupError when it does not answer."""
    log = Layout.of(settings.home).logs / f"{subject.name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            pinned(subject.command, cores.service),
            cwd=ROOT,
            env=os.environ | {"PINFLOW_KAFKA_BOOTSTRAP": settings.kafka.bootstrap, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=output,
        )
    try:
        _await(subject, settings.ingest.url, process)
        yield Running(settings.ingest.url, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(subject: Subject, url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url + subject.ready_path):
        if time.monotonic() > deadline or process.poll() is not None:
            raise SetupError(f"{subject.name} did not start; run it alone: {' '.join(subject.command)}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code < 500
    except requests.RequestException:
        return False
