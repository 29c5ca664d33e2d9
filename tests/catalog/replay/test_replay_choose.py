"""A replay takes the whole life of every number that has a record in the range."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from catalog.replay.choose import Chosen, choose
from catalog.replay.request import Request

SCHEMA = pa.schema(
    [
        ("kafka_topic", pa.string()), ("kafka_partition", pa.int32()), ("kafka_offset", pa.int64()),
        ("accepted_at", pa.timestamp("us", "UTC")), ("outcome", pa.string()), ("ind", pa.int32()),
        ("message_key", pa.binary()),
    ]
)  # fmt: skip
EVENTS = [
    ("pin", 0, 0, "kept", 7, b"7"),
    ("pin", 0, 1, "rejected", None, b"8"),
    ("pin", 0, 2, "kept", 8, b"8"),
    ("pin", 1, 0, "rejected", None, None),
    ("pin", 0, 3, "repeat", 7, b"7"),
    ("geo", 0, 0, "kept", 7, b"7"),
    ("unreadable", 0, 0, "rejected", None, None),
]


def chosen(**asked: Any) -> Chosen:
    rows = [
        (topic, partition, offset, datetime(2026, 1, 1, 0, at, tzinfo=UTC), outcome, ind, key)
        for at, (topic, partition, offset, outcome, ind, key) in enumerate(EVENTS)
    ]
    table = pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)
    return choose(table, Request.read(**asked))


def places(of: Chosen) -> set[tuple[str, int, int]]:
    return {tuple(row.values()) for row in of.rows.to_pylist()}  # type: ignore[misc]


def test_everything_is_every_record_of_the_streams() -> None:
    found = chosen()
    assert found.whole
    assert (found.records, found.numbers, found.unnumbered) == (6, 2, 1)
    assert {(span.topic, span.partition, span.cut) for span in found.spans} == {
        ("geo", 0, 0), ("pin", 0, 3), ("pin", 1, 0),
    }  # fmt: skip


def test_a_number_in_the_range_brings_its_whole_life_and_that_of_no_other() -> None:
    found = chosen(**{"from": "pin:0=3", "to": "pin:0=3"}, streams="pin")
    assert places(found) == {("pin", 0, 0), ("pin", 0, 3)}
    assert (found.records, found.whole) == (1, False)


def test_a_rejected_record_belongs_to_the_number_of_its_key() -> None:
    found = chosen(**{"from": "pin:0=1", "to": "pin:0=1"}, streams="pin")
    assert places(found) == {("pin", 0, 1), ("pin", 0, 2)}


def test_a_record_without_a_number_stands_for_itself() -> None:
    found = chosen(**{"from": "pin:1=0", "to": "pin:1=0"}, streams="pin")
    assert places(found) == {("pin", 1, 0)}
    assert (found.numbers, found.unnumbered) == (0, 1)


def test_times_bound_both_ends_and_other_streams_of_a_number_follow() -> None:
    found = chosen(**{"from": "2026-01-01T00:04:00Z", "to": "2026-01-01T00:04:00Z"})
    assert found.records == 1
    assert places(found) == {("pin", 0, 0), ("pin", 0, 3), ("geo", 0, 0)}


def test_a_range_beyond_the_log_chooses_nothing() -> None:
    found = chosen(**{"from": "2027-01-01T00:00:00Z"})
    assert (found.records, found.rows.num_rows) == (0, 0)


def test_nothing_is_read_of_a_partition_without_chosen_records() -> None:
    (one, other) = chosen(**{"from": "pin:0=3", "to": "pin:0=3"}, streams="pin").spans
    assert (one.first, one.last, one.newest_kept) == (0, 3, 2)
    assert (other.first, other.last) == (1, 0)
