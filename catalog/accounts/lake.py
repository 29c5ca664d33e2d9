"""Read Iceberg tables with PyIceberg, each from one snapshot."""

import time
from collections.abc import Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import EqualTo
from pyiceberg.table import Table

from catalog.columns import NAMESPACE

Rows: TypeAlias = pa.Table
RETRY_SECONDS = 1.0


class Lake:
    """Hold `events` as of one snapshot, and read the cleaned tables as of a later one."""

    def __init__(self, catalog: Catalog, patience_seconds: float) -> None:
        self._catalog = catalog
        self._patience_seconds = patience_seconds
        self._events = self._table("events")

    def events(self, topic: str) -> Rows:
        """Read every row of a topic."""
        return self._events.scan(row_filter=EqualTo(term="kafka_topic", value=topic)).to_arrow()

    def cleaned(self, name: str, reaches: Mapping[int, int]) -> Rows:
        """Read a cleaned table once each partition has come to the given offset, or patience ends.

        A checkpoint's commits reach the tables one after another, each with every row of its part of
        the log: a table that lacks the newest kept offset may be behind, one that has it is not.
        """
        deadline = time.monotonic() + self._patience_seconds
        while True:
            table = self._table(name)
            rows = table.scan().to_arrow()
            if _covers(rows, reaches) or not self._changes(table, deadline):
                return rows

    def _changes(self, table: Table, deadline: float) -> bool:
        before = table.current_snapshot()
        while time.monotonic() < deadline:
            time.sleep(RETRY_SECONDS)
            if table.refresh().current_snapshot() != before:
                return True
        return False

    def _table(self, name: str) -> Table:
        return self._catalog.load_table((NAMESPACE, name))


def newest(rows: Rows) -> dict[int, int]:
    """Give the highest offset of each partition."""
    highest = rows.group_by("kafka_partition").aggregate([("kafka_offset", "max")])
    partitions, offsets = highest["kafka_partition"].to_pylist(), highest["kafka_offset_max"].to_pylist()
    return dict(zip(partitions, offsets, strict=True))


def of_partition(rows: Rows, partition: int) -> Rows:
    """Give the rows of a partition in the order of their offsets."""
    return rows.filter(pc.equal(rows["kafka_partition"], partition)).sort_by("kafka_offset")


def _covers(rows: Rows, reaches: Mapping[int, int]) -> bool:
    have = newest(rows)
    return all(have.get(partition, -1) >= offset for partition, offset in reaches.items())
