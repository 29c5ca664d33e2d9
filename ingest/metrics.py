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

from catalog.metrics import DoorMetric
from ingest.outcomes import Failure, Outcome, Placed
from ingest.records import Records

REGISTRY = CollectorRegistry()
"""Everything the service measures."""
ProcessCollector(registry=REGISTRY)
disable_created_metrics()  # type: ignore[no-untyped-call]

PLACED = "placed"
REFUSED = "refused"
_OUTCOMES = {Placed: PLACED, Failure: REFUSED}

_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


def _counter(metric: DoorMetric) -> Counter:
    return Counter(metric.value.name, metric.value.help, metric.value.labels, registry=REGISTRY)


def _gauge(metric: DoorMetric) -> Gauge:
    return Gauge(metric.value.name, metric.value.help, registry=REGISTRY)


_records = _counter(DoorMetric.RECORDS)
_bytes = _counter(DoorMetric.RECORD_BYTES)
_requests = _counter(DoorMetric.REQUESTS)
_unread = _counter(DoorMetric.CONNECTIONS_CUT)
_seconds = Histogram(
    DoorMetric.REQUEST_SECONDS.value.name,
    DoorMetric.REQUEST_SECONDS.value.help,
    DoorMetric.REQUEST_SECONDS.value.labels,
    buckets=_BUCKETS,
    registry=REGISTRY,
)
waiting_bytes = _gauge(DoorMetric.WAITING_BYTES)
waiting_messages = _gauge(DoorMetric.WAITING_MESSAGES)
body_bytes = _gauge(DoorMetric.BODY_BYTES)
running_requests = _gauge(DoorMetric.RUNNING_REQUESTS)

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
