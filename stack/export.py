"""Export raw records of a stream to S3, laid out as sink connectors of Kafka do."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from pyiceberg.expressions import (
    And,
    BooleanExpression,
    EqualTo,
    GreaterThanOrEqual,
    In,
    LessThanOrEqual,
)
from pyiceberg.table import Table

from catalog.accounts.limits import Limits
from catalog.columns import NAMESPACE
from catalog.errors import SetupError
from catalog.names import Outcome, Stream
from catalog.objects import open_objects
from catalog.settings import Settings
from catalog.tables import open_lake
from ingest.records import is_owner
from stack.shelf import Shelf

OBJECT_OFFSETS = 10_000
"""An object holds what lies between two multiples of this, so that the same records make the same objects."""


class Exported(NamedTuple):
    """Describe one object that was written."""

    key: str
    partition: int
    first_offset: int
    last_offset: int
    records: int
    bytes: int


def export(settings: Settings, stream: Stream, owner: str, limits: Limits | None) -> list[Exported]:
    """Write the kept and repeated records of an owner's stream within limits, one JSON record a line.

    The same limits give the same objects. Raises SetupError when the owner is no owner, or when objects
    are there that hold records on both sides of a limit: they would be doubled, or lost.
    """
    if not is_owner(owner):
        raise SetupError(f"{owner!r} is no owner; the first part of a topic's name is, as in {owner!r}.pin")
    topic = f"{owner}.{stream}" if owner else str(stream)
    with open_lake(settings) as lake, open_objects(settings.s3) as client:
        events = lake.load_table((NAMESPACE, "events"))
        shelf = Shelf(client, settings.s3.bucket, topic)
        wanted = _wanted(stream, owner, limits)
        return [each for part in _offsets(events, wanted) for each in _write(events, wanted, shelf, *part)]


def _wanted(stream: Stream, owner: str, limits: Limits | None) -> BooleanExpression:
    wanted: BooleanExpression = And(
        EqualTo(term="kafka_topic", value=str(stream)),
        EqualTo(term="owner", value=owner),
        In(term="outcome", literals=[str(Outcome.KEPT), str(Outcome.REPEAT)]),
    )
    start, end = limits or (None, None)
    if start is not None:
        wanted = And(wanted, GreaterThanOrEqual(term=_column(start), value=_value(start)))
    if end is not None:
        wanted = And(wanted, LessThanOrEqual(term=_column(end), value=_value(end)))
    return wanted


def _column(limit: int | datetime) -> str:
    return "kafka_offset" if isinstance(limit, int) else "accepted_at"


def _value(limit: int | datetime) -> Any:
    return limit if isinstance(limit, int) else limit.isoformat()


def _offsets(events: Table, wanted: BooleanExpression) -> Iterator[tuple[int, list[int]]]:
    """Give the offsets of the wanted records of each partition, in order."""
    columns = ("kafka_partition", "kafka_offset")
    rows = (
        events.scan(wanted, selected_fields=columns)
        .to_arrow()
        .sort_by([(name, "ascending") for name in columns])
    )
    places = zip(*(rows[name].to_pylist() for name in columns), strict=True)
    for partition, found in groupby(places, key=lambda place: place[0]):
        yield partition, [offset for _, offset in found]


def _write(
    events: Table, wanted: BooleanExpression, shelf: Shelf, partition: int, offsets: list[int]
) -> Iterator[Exported]:
    """Write the objects of one partition, then remove those of former exports that they replace."""
    shelf.refuse_cut(partition, offsets[0], offsets[-1])
    keys = set()
    for _, found in groupby(offsets, key=lambda offset: offset // OBJECT_OFFSETS):
        part = list(found)
        body = b"".join(_lines(events, wanted, partition, part[0], part[-1]))
        key = shelf.put(partition, part[0], part[-1], body)
        keys.add(key)
        yield Exported(key, partition, part[0], part[-1], len(part), len(body))
    shelf.remove_others(partition, offsets[0], offsets[-1], keys)


def _lines(
    events: Table, wanted: BooleanExpression, partition: int, first: int, last: int
) -> Iterable[bytes]:
    """Give the bytes of each record as a line; a line break in JSON can only stand between its tokens."""
    here = And(
        wanted,
        EqualTo(term="kafka_partition", value=partition),
        GreaterThanOrEqual(term="kafka_offset", value=first),
        LessThanOrEqual(term="kafka_offset", value=last),
    )
    rows = events.scan(here, selected_fields=("kafka_offset", "body")).to_arrow().sort_by("kafka_offset")
    for body in rows["body"].to_pylist():
        yield body.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
