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


@contextmanager
def door(kafka: Kafka, folder: Path) -> Iterator[str]:
    """Run `python -m ingest` over a broker and give its address once it has reached Kafka."""
    port = free_port()
    environment = os.environ | {
        "PINFLOW_HOME": str(folder),
        "PINFLOW_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "PINFLOW_INGEST_PORT": str(port),
    }
    url = f"http://127.0.0.1:{port}"
    with (folder / "ingest.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_ready(url)
            yield url
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
