"""Records as Kafka holds them, the rows that they demand (written by hand), and a lake to put them in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog

from catalog.accounts.log import Extent, Headers, Record
from catalog.columns import CATALOG, NAMESPACE
from catalog.tables import ensure_tables

Row = dict[str, Any]
SECOND = 1_000_000
START = 1_700_000_000 * SECOND


class RowsLog:
    """Hold records by topic and partition; `low` is the earliest offset that is still held."""

    def __init__(self, held: dict[tuple[str, int], list[Record]], low: int = 0) -> None:
        self._held = held
        self._low = low

    def extents(self, topic: str) -> dict[int, Extent]:
        """Give the extent of each partition."""
        places = {partition: records for (name, partition), records in self._held.items() if name == topic}
        return {number: Extent(self._low, records[-1].offset + 1) for number, records in places.items()}

    def batches(self, topic: str, partition: int, extent: Extent) -> Iterator[list[Record]]:
        """Give the records in lists of two."""
        held = [record for record in self._held[topic, partition] if extent.low <= record.offset < extent.end]
        yield from (held[at : at + 2] for at in range(0, len(held), 2))


def lake(folder: Path) -> Catalog:
    """Open an empty lake in a folder."""
    opened = SqlCatalog(CATALOG, uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    ensure_tables(opened)
    return opened


def append(to: Catalog, table: str, rows: list[Row], namespace: str = NAMESPACE) -> None:
    """Append rows to a table in one commit; columns not given are null."""
    target = to.load_table((namespace, table))
    schema = target.schema().as_arrow()
    target.append(
        pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
    )


def record(offset: int, body: bytes | None) -> Record:
    """Make a record with the headers that the door writes."""
    headers: Headers = [("event_id", b"event-%d" % offset), ("owner", b"me"), ("door", b"rest")]
    return Record(offset, START + offset * SECOND, b"7", headers, body)


def user_body(ind: int, first: str = "Ann", age: int = 30) -> bytes:
    """Make the bytes of a user record."""
    row = {
        "ind": ind,
        "first_name": first,
        "last_name": "Lee",
        "age": age,
        "date_joined": "2016-02-29 10:00:00",
    }
    return json.dumps(row).encode()


def user_row(of: Record, ind: int, name: str = "Ann Lee", age: int = 30, partition: int = 0) -> Row:
    """Give the row of `users` that a user record demands."""
    joined = {"date_joined": 1_456_740_000 * SECOND, "age_group": "25-35", "join_year": 2016}
    return {"ind": ind, "user_name": name, "age": age, **joined, **_place(of, "user", partition)}


def pin_body(index: int, title: str, **others: str) -> bytes:
    """Make the bytes of a pin record in the older form, without poster_name unless it is given."""
    texts = {"follower_count": "1.2k", "tag_list": "a,b", "save_location": "Local save in /data/art"}
    kinds = {"unique_id": "u", "description": "No description available", "is_image_or_video": "image"}
    rest = {"image_src": "https://x", "category": "art", "downloaded": 1}
    return json.dumps({"index": index, "title": title, **kinds, **texts, **rest, **others}).encode()


def pin_row(of: Record, ind: int, title: str, poster: str | None = None, partition: int = 0) -> Row:
    """Give the row of `pins` that a pin record demands."""
    texts = {"unique_id": "u", "title": title, "description": None, "poster_name": poster, "tag_list": "a,b"}
    kinds = {"is_image_or_video": "image", "image_src": "https://x", "save_location": "/data/art"}
    more = {
        "category": "art",
        "downloaded": 1,
        "follower_tier": "nano",
        "tags": ["a", "b"],
        "media_kind": "image",
    }
    return {"ind": ind, "follower_count": 1200, **texts, **kinds, **more, **_place(of, "pin", partition)}


def event_row(of: Record, topic: str, outcome: str, partition: int = 0, **others: Any) -> Row:
    """Give the row of `events` that a record demands."""
    stream = None if topic == "unreadable" else topic
    kafka = {"message_key": of.key, "headers": of.headers, "body": of.body}
    return {"outcome": outcome, "stream": stream, **kafka, **_place(of, topic, partition), **others}


def _place(of: Record, topic: str, partition: int) -> Row:
    identity = {"kafka_topic": topic, "kafka_partition": partition, "kafka_offset": of.offset}
    event_id = f"event-{of.offset}"
    return {**identity, "accepted_at": of.accepted_us, "owner": "me", "event_id": event_id, "rules": "r1"}
