"""A Kafka of its own for a test: one node from the installed jars, in a folder of its own."""

import os
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from catalog.settings import Home, Kafka
from catalog.topics import ensure_topics

WAIT_SECONDS = 60


class Broker:
    """Run one node that can be frozen, killed and started again with its data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._properties = folder / "kafka.properties"
        self._process: subprocess.Popen[bytes] | None = None
        self.settings = Kafka(bootstrap=f"127.0.0.1:{free_port()}")
        folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(_properties(self.settings.bootstrap, free_port(), folder / "data"))
        _java(
            "kafka.tools.StorageTool", "format", "-t", str(uuid.uuid4()), "-c", str(self._properties)
        ).wait()

    def start(self) -> None:
        """Start the node and wait until it answers with its topics."""
        self._process = _java("kafka.Kafka", str(self._properties), log=self._folder / "kafka.log")
        deadline = time.monotonic() + WAIT_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError((self._folder / "kafka.log").read_text()[-2000:])
            time.sleep(0.2)
        ensure_topics(self.settings)

    def freeze(self) -> None:
        """Stop the process where it stands; its connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once, without a goodbye."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _answers(self) -> bool:
        # Not kafka-python: a failed try of that leaves a socket open.
        try:
            AdminClient({"bootstrap.servers": self.settings.bootstrap, "log_level": 0}).list_topics(timeout=1)
        except KafkaException:
            return False
        return True


@contextmanager
def kafka_broker(folder: Path) -> Iterator[Broker]:
    """Run a broker with the project's topics while the block runs."""
    broker = Broker(folder)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


def _properties(address: str, controller_port: int, data: Path) -> str:
    controller = f"127.0.0.1:{controller_port}"
    values = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{address},CONTROLLER://{controller}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _java(*arguments: str, log: Path | None = None) -> subprocess.Popen[bytes]:
    jars = Home().tools_dir / "jars" / "kafka" / "*"
    memory = ["-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    command = ["java", *memory, "-cp", str(jars), *arguments]
    if log is None:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with log.open("ab") as output:
        return subprocess.Popen(command, stdout=output, stderr=output)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
