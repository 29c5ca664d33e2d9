"""Rows for the tables of the lake, written with PyIceberg in as many files as a test wants."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from catalog.columns import NAMESPACE
from catalog.names import Outcome, Stream

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
TODAY, YESTERDAY = NOON, NOON - timedelta(days=1)
TABLES = {"pins": Stream.PIN, "geos": Stream.GEO, "users": Stream.USER}
COUNTRIES = ("Albania", "Bhutan", "Chad", "Denmark")
CATEGORIES = ("art", "travel", "finance", "quotes", "tattoos")
FILE_SIZE = "write.target-file-size-bytes"


def post_rows(count: int, day: datetime, start: int = 0) -> dict[str, list[dict[str, Any]]]:
    """Give the cleaned rows of complete posts, numbered from a start, by table."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for ind in range(start, start + count):
        for name, stream in TABLES.items():
            rows[name].append({"ind": ind, **place(stream, ind, day), **_own(name, ind)})
    return rows


def event_row(stream: Stream, offset: int, day: datetime, **values: Any) -> dict[str, Any]:
    """Give one row of `events`, kept unless it says otherwise."""
    body = json.dumps({"index": offset}).encode()
    common = {"stream": str(stream), "outcome": str(Outcome.KEPT), "ind": offset, "body": body}
    return {**place(stream, offset, day), **common, **values}


def place(stream: Stream, offset: int, day: datetime) -> dict[str, Any]:
    """Say where a row came from: offsets alternate between two partitions."""
    return {
        "kafka_topic": str(stream),
        "kafka_partition": offset % 2,
        "kafka_offset": offset,
        "accepted_at": day + timedelta(milliseconds=offset),
        "owner": "ann",
        "event_id": f"{stream}-{offset}",
        "rules": "r",
    }


def write(lake: Catalog, table: str, rows: Sequence[dict[str, Any]], files: int = 1) -> Table:
    """Append rows in one commit, in about as many files as wanted."""
    into = lake.load_table((NAMESPACE, table))
    fresh = pa.Table.from_pylist(list(rows), schema=into.schema().as_arrow())
    if files == 1:
        into.append(fresh)
        return into
    with into.transaction() as change:
        change.set_properties({FILE_SIZE: str(max(1, fresh.nbytes // files))})
        change.append(fresh)
        change.remove_properties(FILE_SIZE)
    return into


def read(lake: Catalog, table: str) -> list[dict[str, Any]]:
    """Give every row of a table, by number of the record."""
    rows = lake.load_table((NAMESPACE, table)).scan().to_arrow()
    return sorted(rows.to_pylist(), key=lambda row: (row["kafka_topic"], row["kafka_offset"]))


def _own(name: str, ind: int) -> dict[str, Any]:
    if name == "pins":
        return {
            "title": f"Title {ind}",
            "category": CATEGORIES[ind % len(CATEGORIES)],
            "poster_name": f"Poster {ind % 50}",
            "follower_count": ind % 1000,
            "tags": ["a", "b"],
        }
    if name == "geos":
        return {
            "country": COUNTRIES[ind % len(COUNTRIES)],
            "coordinates": [1.5, 2.5],
            "post_year": 2018 + ind % 5,
        }
    return {"user_name": f"User {ind % 100}", "age": 20, "age_group": "18-24", "join_year": 2015 + ind % 6}
