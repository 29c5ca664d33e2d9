"""Measure the door against the least that does the same work: same run and Kafka, one core a service.

*Served* is what is answered with 200 each second while far more falls due than can be served. *Sustained* is
the highest rate of a few below that which is served in full without latency growing.
"""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console

from catalog.names import Stream
from catalog.settings import Settings
from ingest.emulator.client import Client
from ingest.emulator.clients import EventsClient, FlatClient, RestClient
from ingest.emulator.connection import Connection
from ingest.emulator.posts import Maker, posts
from stack.door.broker import own_broker
from stack.door.load import Answer, Schedule, offer
from stack.door.served import DOOR, Cores, Running, baseline, served

ROUNDS = 3
SECONDS, WARM_SECONDS = 6.0, 1.5
BODIES = 20
SHARES = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)


@dataclass(frozen=True)
class Kind:
    """Say what is sent in a comparison: records a request, connections, and requests that are too many."""

    name: str
    records: int
    connections: int
    too_many: float
    ours: Client
    theirs: Client
    baseline: str


KINDS = (
    Kind("batch", 1000, 16, 500, EventsClient("bench"), EventsClient("bench"), "bare"),
    Kind("single", 1, 64, 30_000, RestClient("bench"), FlatClient(), "coursework"),
)


@dataclass
class Compared:
    """Hold the figures of one comparison: records a second, processor microseconds a record."""

    baseline: str
    served: list[float] = field(default_factory=list)
    served_by_baseline: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    cpu_us_of_baseline: list[float] = field(default_factory=list)
    sustained: float = 0.0
    median_ms: float = 0.0
    p99_ms: float = 0.0

    @property
    def ratio(self) -> float:
        """Give what is served as a multiple of what the baseline serves, both at their medians."""
        return statistics.median(self.served) / statistics.median(self.served_by_baseline)

    def as_dict(self) -> dict[str, Any]:
        """Give every figure."""
        return {**asdict(self), "ratio": round(self.ratio, 2)}


def measure_door(settings: Settings, console: Console) -> dict[str, Compared]:
    """Compare the batch form and the single-record form, each with its baseline, in turn."""
    cores = Cores.shared_out()
    with kept_to(cores.others), own_broker(settings, console, cores.others):
        return {kind.name: _compared(kind, settings, cores, console) for kind in KINDS}


def _compared(kind: Kind, settings: Settings, cores: Cores, console: Console) -> Compared:
    found, other = Compared(kind.baseline), baseline(kind.baseline, settings)
    for _ in range(ROUNDS):
        with served(other, settings, cores) as theirs:
            _note(_saturated(kind, kind.theirs, theirs), found.served_by_baseline, found.cpu_us_of_baseline)
        with served(DOOR, settings, cores) as ours:
            _note(_saturated(kind, kind.ours, ours), found.served, found.cpu_us)
        console.print(
            f"{kind.name}: {found.served[-1]:,.0f} records/s, "
            f"{kind.baseline} {found.served_by_baseline[-1]:,.0f} records/s"
        )
    with served(DOOR, settings, cores) as ours:
        find_sustained(kind, ours, found)
    return found


def _saturated(kind: Kind, client: Client, running: Running) -> tuple[float, float]:
    """Give the records served each second, after a while to get warm, and processor microseconds a record."""
    before = running.processor_seconds()
    answers = _offered(kind, client, running.url, kind.too_many)
    spent = running.processor_seconds() - before
    good = [answer for answer in answers if answer.status == 200]
    began = min(answer.due_at for answer in answers)
    warm = sum(WARM_SECONDS <= answer.ended_at - began < SECONDS for answer in good)
    rate = warm * kind.records / (SECONDS - WARM_SECONDS)
    return rate, 1e6 * spent / max(1, len(good) * kind.records)


def _note(measured: tuple[float, float], rates: list[float], costs: list[float]) -> None:
    rate, cost = measured
    rates.append(round(rate))
    costs.append(round(cost, 2))


def find_sustained(kind: Kind, ours: Running, found: Compared) -> None:
    """Note the highest rate that is served in full without latency growing, and its latencies."""
    _note(_saturated(kind, kind.ours, ours), found.served, found.cpu_us)
    for share in SHARES:
        rate = share * statistics.median(found.served) / kind.records
        answers = _offered(kind, kind.ours, ours.url, rate)
        good = [answer for answer in answers if answer.status == 200]
        latencies = [1000 * (answer.ended_at - answer.due_at) for answer in good]
        quarters = _quarters(latencies)
        is_whole = len(good) >= 0.99 * int(rate * SECONDS)
        if is_whole and quarters[3] < 1.5 * quarters[1] + 20:
            found.sustained = len(good) * kind.records / SECONDS
            found.median_ms, found.p99_ms = _percentiles(latencies)
            return


def _quarters(latencies: list[float]) -> list[float]:
    size = max(1, len(latencies) // 4)
    return [statistics.median(latencies[place * size :][:size] or [0.0]) for place in range(4)]


def _percentiles(latencies: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(latencies, n=100)
    return round(cuts[49], 1), round(cuts[98], 1)


def _offered(kind: Kind, client: Client, url: str, rate: float) -> list[Answer]:
    answers: list[Answer] = []
    offer(
        url,
        Schedule(rate, SECONDS, kind.connections),
        _requests(kind, client, url),
        lambda answer: answers.append(answer._replace(body=b"")),
    )
    return answers


def _requests(kind: Kind, client: Client, url: str) -> Callable[[int], bytes]:
    """Make a few requests beforehand, so that sending costs next to nothing."""
    head = Connection(url, 1).head(client.method, client.path(Stream.PIN), client.headers)
    rows = (post[0].body for post in posts(Maker(1), 1) if b"poster_name" in post[0].body)
    made = []
    for _ in range(BODIES):
        body = client.body(Stream.PIN, [next(rows) for _ in range(kind.records)])
        made.append(b"%b%d\r\n\r\n%b" % (head, len(body), body))
    return lambda number: made[number % BODIES]


@contextmanager
def kept_to(cpus: set[int]) -> Iterator[None]:
    """Keep this process to certain processor cores while the block runs."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
