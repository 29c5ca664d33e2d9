"""Keep the door at half of what it sustains, end Kafka now and then, hold each receipt against the log."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
from confluent_kafka import Consumer, TopicPartition
from rich.console import Console

from catalog.names import Stream
from catalog.settings import Kafka, Settings
from ingest.emulator.clients import EventsClient
from ingest.emulator.connection import Connection
from stack.door.bench import Compared, Kind, find_sustained, kept_to
from stack.door.broker import Broker, own_broker
from stack.door.ledger import Findings, Ledger, row
from stack.door.load import Schedule, offer
from stack.door.served import DOOR, Cores, Running, served

STREAM = Stream.PIN
CONNECTIONS = 64
DOWN_SECONDS = 3.0
SETTLE_SECONDS = 3.0
"""After that long nothing that was given up can still reach Kafka."""
MANY_RECORDS, RECORDS_OF_A_REQUEST = 750_000, 20
"""More records a second than can be served; a request itself costs as much as so many."""
READ_AT_ONCE = 10_000
READ_SECONDS = 30.0


@dataclass(frozen=True)
class Trial:
    """Say how long, how often Kafka is ended, and how many records a request holds."""

    seconds: float
    restarts: int = 3
    records_per_request: int = 100


@dataclass(frozen=True)
class Soaked:
    """Hold what was offered, what was answered and what was found."""

    records_per_second: float
    offered: int
    statuses: dict[int, int]
    slowest_seconds: float
    is_back: bool
    """Whether the service had found Kafka again by itself when the load was over."""
    findings: Findings

    @property
    def is_good(self) -> bool:
        """Say whether every promise was kept."""
        return self.is_back and self.findings.is_good

    def as_dict(self) -> dict[str, Any]:
        """Give every figure; statuses count requests."""
        figures = {"records_per_second": round(self.records_per_second), "offered": self.offered}
        answers = {
            "statuses": self.statuses,
            "slowest_seconds": round(self.slowest_seconds, 3),
            "is_back": self.is_back,
        }
        return figures | answers | self.findings.as_dict()


def soak(settings: Settings, trial: Trial, console: Console) -> Soaked:
    """Run a trial over a Kafka and a service of its own; Kafka is ended at once and kindly by turns."""
    cores = Cores.shared_out()
    with (
        kept_to(cores.others),
        own_broker(settings, console, cores.others) as broker,
        served(DOOR, settings, cores) as running,
    ):
        rate, url = _half_of_sustained(trial, running), running.url
        console.print(f"{rate * trial.records_per_request:,.0f} records/s for {trial.seconds:.0f} s")
        first, ledger = _ends(settings.kafka), Ledger(trial.records_per_request)
        with ThreadPoolExecutor(1) as pool:
            restarts = pool.submit(_restart, broker, trial, console)
            schedule = Schedule(rate, trial.seconds, CONNECTIONS)
            offered = offer(url, schedule, _request_of(trial, url), ledger.take)
            restarts.result()
        time.sleep(SETTLE_SECONDS)
        is_back = requests.get(f"{url}/ready", timeout=SETTLE_SECONDS).ok
        console.print("comparing with what Kafka holds")
        findings = ledger.compare(_read(settings.kafka, first))
        return Soaked(
            rate * trial.records_per_request,
            offered * trial.records_per_request,
            dict(ledger.statuses),
            ledger.slowest_seconds,
            is_back,
            findings,
        )


def _half_of_sustained(trial: Trial, running: Running) -> float:
    """Give half of the requests a second that the service sustains with rows as they really are."""
    client = EventsClient("soak", many=True)
    too_many = MANY_RECORDS / (trial.records_per_request + RECORDS_OF_A_REQUEST)
    kind = Kind("soak", trial.records_per_request, CONNECTIONS, too_many, client, client, "")
    found = Compared("")
    find_sustained(kind, running, found)
    return (found.sustained or found.served[0] / 2) / 2 / trial.records_per_request


def _request_of(trial: Trial, url: str) -> Callable[[int], bytes]:
    client = EventsClient("soak", many=True)
    head = Connection(url, 1).head(client.method, client.path(STREAM), client.headers)
    size = trial.records_per_request

    def request(number: int) -> bytes:
        body = b"\n".join(map(row, range(number * size, (number + 1) * size)))
        return b"%b%d\r\n\r\n%b" % (head, len(body), body)

    return request


def _restart(broker: Broker, trial: Trial, console: Console) -> None:
    began = time.monotonic()
    for turn in range(trial.restarts):
        moment = began + (turn + 0.3) / trial.restarts * trial.seconds
        time.sleep(max(0.0, moment - time.monotonic()))
        kindly = turn % 2 == 1
        broker.end(kindly=kindly)
        console.print(f"Kafka was ended {'kindly' if kindly else 'at once'}")
        time.sleep(DOWN_SECONDS)
        broker.start()
        console.print(f"Kafka is back after {time.monotonic() - moment:.1f} s")


def _ends(kafka: Kafka) -> dict[int, int]:
    """Give the offset after the last record of each partition."""
    consumer = _consumer(kafka)
    try:
        return {
            number: consumer.get_watermark_offsets(TopicPartition(STREAM, number), timeout=READ_SECONDS)[1]
            for number in range(kafka.partitions)
        }
    finally:
        consumer.close()


def _read(kafka: Kafka, first: dict[int, int]) -> Iterator[tuple[int, int, bytes]]:
    """Give every record from the given offsets to the end; raises TimeoutError when Kafka falls silent."""
    left = {number: end for number, end in _ends(kafka).items() if end > first[number]}
    consumer = _consumer(kafka)
    try:
        consumer.assign([TopicPartition(STREAM, number, first[number]) for number in left])
        while left:
            messages = consumer.consume(READ_AT_ONCE, READ_SECONDS)
            if not messages:
                raise TimeoutError(f"Kafka gave nothing more of {left}")
            for message in messages:
                partition, offset = message.partition() or 0, message.offset() or 0
                yield partition, offset, message.value() or b""
                if offset + 1 >= left.get(partition, 0):
                    left.pop(partition, None)
    finally:
        consumer.close()


def _consumer(kafka: Kafka) -> Consumer:
    return Consumer({
        "bootstrap.servers": kafka.bootstrap,
        "group.id": "soak",
        "enable.auto.commit": False,
        "queued.max.messages.kbytes": 64 * 1024,
    })  # fmt: skip
