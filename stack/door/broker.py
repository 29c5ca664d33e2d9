"""One Kafka under a home of its own, configured as the stack's, that can be ended and started again."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import KafkaException
from rich.console import Console

from catalog.errors import SetupError
from catalog.settings import Settings
from catalog.topics import ensure_topics
from stack import ready
from stack.install import install
from stack.layout import Layout
from stack.preflight import check_disk, check_ports, format_kafka
from stack.render import make_secrets, render
from stack.service import Service
from stack.services import SYSTEM_PATH, services
from stack.up import wipe

START_SECONDS = 60
END_SECONDS = 30


class Broker:
    """Hold the one node."""

    def __init__(self, settings: Settings, cpus: set[int]) -> None:
        (self._service,) = (service for service in services(settings) if service.name == "kafka")
        self._settings = settings
        self._layout = Layout.of(settings.home)
        self._cpus = cpus
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def service(self) -> Service:
        """Say how the node is started and on which ports it listens."""
        return self._service

    def start(self) -> None:
        """Start the node and wait until it answers with its topics; raises SetupError."""
        log = self._layout.logs / "kafka.log"
        environment = {"PATH": os.environ.get("PATH", SYSTEM_PATH)}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                pinned(self._service.command, self._cpus), env=environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise SetupError(f"Kafka did not start; see {log}")
            time.sleep(0.2)
        ensure_topics(self._settings.kafka)

    def end(self, *, kindly: bool) -> None:
        """End the node: with time to say goodbye, or at once as when the power fails."""
        if self._process is None:
            return
        if kindly:
            self._process.terminate()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        else:
            self._process.kill()
        self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            ready.kafka(self._settings)
        except KafkaException:
            return False
        return True


@contextmanager
def own_broker(settings: Settings, console: Console, cpus: set[int]) -> Iterator[Broker]:
    """Run a broker while the block runs, then remove what it left; raises SetupError."""
    layout, broker = Layout.of(settings.home), Broker(settings, cpus)
    layout.make()
    check_disk(layout.home)
    install(settings.home, console)
    make_secrets(settings.home)
    render(settings, [broker.service])
    check_ports([broker.service])
    format_kafka(layout)
    try:
        with console.status("starting a Kafka of its own"):
            broker.start()
        yield broker
    finally:
        broker.end(kindly=False)
        wipe(layout)


def pinned(command: list[str], cpus: set[int]) -> list[str]:
    """Let a command run on these processor cores only."""
    return ["taskset", "--cpu-list", ",".join(map(str, sorted(cpus))), *command]
