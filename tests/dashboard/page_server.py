"""The live page as a process of its own, over a real Postgres, a real broker and a real door."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from catalog.settings import ROOT, Kafka, Postgres
from tests.dashboard.flink_stand_in import FlinkStandIn
from tests.servers.kafka_broker import free_port


@contextmanager
def page(postgres: Postgres, kafka: Kafka, door: str, flink: FlinkStandIn, folder: Path) -> Iterator["Page"]:
    """Run `python -m dashboard` until the block ends."""
    served = Page(postgres, kafka, door, flink, folder)
    served.start()
    try:
        yield served
    finally:
        served.stop()


class Page:
    """Hold the process of the page; it can be ended and started again on its port."""

    def __init__(
        self, postgres: Postgres, kafka: Kafka, door: str, flink: FlinkStandIn, folder: Path
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PINFLOW_HOME": str(folder),
            "PINFLOW_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "PINFLOW_FLINK_URL": flink.url,
            "PINFLOW_INGEST_PORT": door.rpartition(":")[2],
            "PINFLOW_TRINO_PORT": str(free_port()),
            "PINFLOW_DASHBOARD_PORT": str(self.port),
            "PINFLOW_POSTGRES_PORT": str(postgres.port),
            "PINFLOW_POSTGRES_DATABASE": postgres.database,
            "PINFLOW_POSTGRES_READER_PASSWORD": postgres.reader_password.get_secret_value(),
        }

    def start(self) -> None:
        """Start the process and wait until it has read the live views."""
        with (self._folder / "dashboard.log").open("ab") as log:
            command = [sys.executable, "-m", "dashboard"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self._is_ready():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError((self._folder / "dashboard.log").read_text()[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """End the process."""
        if self._process:
            self._process.terminate()
            self._process.wait(15)
            self._process = None

    def get(self, path: str) -> requests.Response:
        """Ask for a path."""
        return requests.get(f"{self.url}{path}", timeout=5)

    def _is_ready(self) -> bool:
        try:
            return self.get("/ready").ok
        except requests.ConnectionError:
            return False
