"""What Prometheus is told; counted once a request, so that a record costs next to nothing."""

from collections import Counter as Tally
from collections.abc import Sequence
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from ingest.outcomes import Failure, Outcome, Placed
from ingest.records import Records

REGISTRY = CollectorRegistry()
"""Everything the service measures."""
ProcessCollector(registry=REGISTRY)
disable_created_metrics()  # type: ignore[no-untyped-call]

PLACED = "placed"
REFUSED = "refused"
_OUTCOMES = {Placed: PLACED, Failure: REFUSED}

_records = Counter(
    "pinflow_ingest_records",
    "Records given to Kafka, by door, stream and outcome",
    ["door", "stream", "outcome"],
    registry=REGISTRY,
)
_bytes = Counter(
    "pinflow_ingest_record_bytes",
    "Bytes of records that Kafka acknowledged, by door and stream",
    ["door", "stream"],
    registry=REGISTRY,
)
_requests = Counter(
    "pinflow_ingest_requests",
    "Requests by client form, method and status; 499 is a client that went away",
    ["form", "method", "status"],
    registry=REGISTRY,
)
_unread = Counter(
    "pinflow_ingest_connections_cut",
    "Connections cut off before there was a request to read, by status",
    ["status"],
    registry=REGISTRY,
)
_seconds = Histogram(
    "pinflow_ingest_request_seconds",
    "Seconds from a request's head to the end of its answer, by client form",
    ["form"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
    registry=REGISTRY,
)
waiting_bytes = Gauge(
    "pinflow_ingest_waiting_bytes",
    "Bytes that records take in memory until their request is answered, roughly",
    registry=REGISTRY,
)
waiting_messages = Gauge(
    "pinflow_ingest_waiting_messages",
    "Records and reports of their delivery that the Kafka client holds",
    registry=REGISTRY,
)
body_bytes = Gauge(
    "pinflow_ingest_body_bytes",
    "Bytes of request bodies in memory, expanded",
    registry=REGISTRY,
)
running_requests = Gauge(
    "pinflow_ingest_running_requests",
    "Requests that are not answered yet",
    registry=REGISTRY,
)

_METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"}


def count_request(form: str, method: str, status: int, seconds: float) -> None:
    """Count a request and the time it took."""
    _requests_of(form, method, status).inc()
    _seconds_of(form).observe(seconds)


def count_unread(status: int) -> None:
    """Count a connection that was cut off before there was a request to read."""
    _unread.labels(status).inc()


@cache
def _requests_of(form: str, method: str, status: int) -> Counter:
    return _requests.labels(form, method if method in _METHODS else "other", status)


@cache
def _seconds_of(form: str) -> Histogram:
    return _seconds.labels(form)


def count_records(records: Records, outcomes: Sequence[Outcome], size: int) -> None:
    """Count the records of one request, `size` bytes together, by what became of them."""
    if not outcomes:
        return
    tally = Tally(zip(records.topics, map(type, outcomes), strict=True))
    for (topic, outcome), count in tally.items():
        _records.labels(records.door, topic, _OUTCOMES[outcome]).inc(count)
    if len(tally) == 1 and Placed is type(outcomes[0]):
        _bytes.labels(records.door, records.topics[0]).inc(size)
        return
    for topic, each, bytes_ in zip(records.topics, outcomes, records.sizes, strict=True):
        if type(each) is Placed:
            _bytes.labels(records.door, topic).inc(bytes_)


def count_refused(door: str, stream: str, count: int = 1) -> None:
    """Count records that a form refused one by one, before Kafka was asked."""
    _records.labels(door, stream, REFUSED).inc(count)
