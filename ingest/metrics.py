"""What Prometheus is told of records; counted once a request, so that a record costs next to nothing."""

from collections import Counter as Tally
from collections.abc import Sequence
from operator import attrgetter

from prometheus_client import CollectorRegistry, Counter

from catalog.names import Header
from ingest.outcomes import Failure, Outcome, Placed
from ingest.records import Record

REGISTRY = CollectorRegistry()
"""Everything the service measures."""

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
_topic = attrgetter("topic")


def count_records(records: Sequence[Record], outcomes: Sequence[Outcome], size: int) -> None:
    """Count the records of one request, `size` bytes together, by what became of them."""
    if not records:
        return
    door = dict(records[0].headers)[Header.DOOR.value]
    tally = Tally(zip(map(_topic, records), map(type, outcomes), strict=True))
    for (topic, outcome), count in tally.items():
        _records.labels(door, topic, _OUTCOMES[outcome]).inc(count)
    if len(tally) == 1 and Placed is type(outcomes[0]):
        _bytes.labels(door, records[0].topic).inc(size)
        return
    for record, each in zip(records, outcomes, strict=True):
        if type(each) is Placed:
            _bytes.labels(door, record.topic).inc(record.size)


def count_refused(door: str, stream: str, count: int = 1) -> None:
    """Count records that a form refused one by one, before Kafka was asked."""
    _records.labels(door, stream, REFUSED).inc(count)
