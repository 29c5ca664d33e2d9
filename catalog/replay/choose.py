"""Choose what is replayed: the records of a range, and the whole life of every number among them."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from catalog.names import Outcome
from catalog.replay.identity import Rows
from catalog.replay.plans import Span
from catalog.replay.request import Bound, Request

COLUMNS = ("kafka_topic", "kafka_partition", "kafka_offset", "accepted_at", "outcome", "ind", "message_key")
"""What choosing reads of `events`."""


class Chosen(NamedTuple):
    """Hold what is replayed, and what is told of it."""

    rows: Rows
    """Topic, partition and offset of every record that is replayed."""
    spans: tuple[Span, ...]
    whole: bool
    records: int
    numbers: int
    unnumbered: int


def choose(events: Rows, request: Request) -> Chosen:
    """Choose among the rows of `events`; nothing is chosen when the range holds no record."""
    rows = events.filter(_any(pc.equal(events["kafka_topic"], str(topic)) for topic in request.streams))
    rows = rows.append_column("number", pa.chunked_array([_numbers(rows)]))
    inside = _inside(rows, request)
    asked = rows["number"].filter(inside)
    numbers = pc.unique(asked.drop_null())
    taken = pc.or_(inside, pc.is_in(rows["number"], value_set=numbers))
    return Chosen(
        rows.filter(taken).select(["kafka_topic", "kafka_partition", "kafka_offset"]),
        tuple(_spans(rows, inside, taken)),
        bool(pc.all(taken).as_py()),
        asked.length(),
        len(numbers),
        asked.null_count,
    )


def _numbers(rows: Rows) -> pa.Array:
    """Give each record's number: what the rules read, else its key, which the door made of the same bytes."""
    known = rows["ind"].combine_chunks().cast("int64")
    unknown = pc.is_null(known)
    found = [_of_key(key) for key in rows["message_key"].filter(unknown).to_pylist()]
    return pc.replace_with_mask(known, unknown, pa.array(found, "int64"))


def _of_key(key: bytes | None) -> int | None:
    digits = (key or b"").removeprefix(b"-")
    return int(key or b"") if digits.isdigit() and len(digits) <= 10 else None


def _inside(rows: Rows, request: Request) -> pa.ChunkedArray:
    start, end = request.bounds
    return pc.and_(_bounded(rows, start, lower=True), _bounded(rows, end, lower=False))


def _bounded(rows: Rows, bound: Bound, *, lower: bool) -> pa.ChunkedArray:
    within = pc.greater_equal if lower else pc.less_equal
    if bound is None:
        return pc.is_valid(rows["kafka_offset"])
    if isinstance(bound, datetime):
        moment = pa.scalar(bound, pa.timestamp("us", "UTC"))
        return within(rows["accepted_at"], moment)
    return _any(
        pc.and_(_here(rows, topic, partition), within(rows["kafka_offset"], offset))
        for (topic, partition), offset in bound.items()
    )


def _here(rows: Rows, topic: str, partition: int) -> pa.ChunkedArray:
    return pc.and_(pc.equal(rows["kafka_topic"], topic), pc.equal(rows["kafka_partition"], partition))


def _any(masks: Iterator[pa.ChunkedArray]) -> pa.ChunkedArray:
    return reduce(pc.or_, masks)


def _spans(rows: Rows, inside: pa.ChunkedArray, taken: pa.ChunkedArray) -> Iterator[Span]:
    places = rows.group_by(["kafka_topic", "kafka_partition"]).aggregate([("kafka_offset", "max")])
    for place in sorted(places.to_pylist(), key=lambda each: (each["kafka_topic"], each["kafka_partition"])):
        topic, partition, cut = place["kafka_topic"], place["kafka_partition"], place["kafka_offset_max"]
        here = _here(rows, topic, partition)
        offsets = rows["kafka_offset"].filter(pc.and_(here, taken))
        kept = rows["kafka_offset"].filter(pc.and_(here, pc.equal(rows["outcome"], str(Outcome.KEPT))))
        yield Span(
            topic=topic,
            partition=partition,
            first=cut + 1 if not offsets.length() else pc.min(offsets).as_py(),
            last=cut if not offsets.length() else pc.max(offsets).as_py(),
            cut=cut,
            newest_kept=-1 if not kept.length() else pc.max(kept).as_py(),
            records=pc.sum(pc.and_(here, inside)).as_py() or 0,
        )
