"""The HTTP service of a test, as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from catalog.settings import ROOT, Kafka
from tests.servers.kafka_broker import free_port

WAIT_SECONDS = 30
MAX_MEMORY_BYTES = 300 * 10**6
"""What the service may take, whatever is sent to it."""


class Door:
    """Hold the running service: its address, its process, what it wrote to standard error."""

    def __init__(self, url: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.url = url
        self.pid = process.pid
        self.log = log

    def most_memory(self) -> int:
        """Give the most bytes that the process ever held in memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
        return int(kilobytes) * 1024


@contextmanager
def door(kafka: Kafka, folder: Path) -> Iterator[str]:
    """Run the service over a broker and give its address once it has reached Kafka."""
    with running_door(kafka, folder) as running:
        yield running.url


@contextmanager
def running_door(kafka: Kafka, folder: Path, **settings: object) -> Iterator[Door]:
    """Run `python -m ingest` with settings such as `head_seconds` once it has reached Kafka."""
    port = free_port()
    environment = os.environ | {
        "PINFLOW_HOME": str(folder),
        "PINFLOW_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "PINFLOW_INGEST_PORT": str(port),
        **{f"PINFLOW_INGEST_{name.upper()}": str(value) for name, value in settings.items()},
    }
    running = folder / f"ingest-{port}.log"
    with running.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_ready(url)
            yield Door(url, process, running)
        finally:
            process.terminate()
            process.wait(30)


def wait_ready(url: str) -> None:
    """Wait until the service says that Kafka answers it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not _is_ready(url):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url}/ready")
        time.sleep(0.1)


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/ready", timeout=2).ok
    except requests.ConnectionError:
        return False
