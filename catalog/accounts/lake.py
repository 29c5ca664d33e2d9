"""Read the tables of the lake with PyIceberg, each as of one snapshot."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pyarrow.compute as pc
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual
from pyiceberg.table import Table

from catalog.accounts.files import File, Place, TableFiles, newest
from catalog.columns import NAMESPACE

RETRY_SECONDS = 1.0


class Lake:
    """Hold `events` as of one snapshot, and read the cleaned tables as of a later one."""

    def __init__(self, catalog: Catalog, patience_seconds: float) -> None:
        self._catalog = catalog
        self.patience_seconds = patience_seconds
        self.events = TableFiles(self._table("events"), None)

    def first_at(self, place: Place, milliseconds: int) -> int | None:
        """Find the first offset in `events` that was accepted at a moment (since 1970, UTC) or later."""
        since = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
        here = And(
            EqualTo(term="kafka_topic", value=place[0]), EqualTo(term="kafka_partition", value=place[1])
        )
        wanted = And(here, GreaterThanOrEqual(term="accepted_at", value=since))
        found = self._table("events").scan(wanted, selected_fields=("kafka_offset",)).to_arrow()
        first: int | None = pc.min(found["kafka_offset"]).as_py()
        return first

    def cleaned(self, name: str, topic: str, reaches: Mapping[Place, int], known: set[str]) -> "Cleaned":
        """Describe a cleaned table's files, known ones aside, once each place has come to the given offset.

        A checkpoint's commits reach the tables one after another, each with every row of its part of
        the log: a table that lacks the newest kept offset may be behind, one that has it is not.
        """
        deadline = time.monotonic() + self.patience_seconds
        described: dict[str, File] = {}
        while True:
            table = TableFiles(self._table(name), topic)
            new = table.keys - known
            described |= {file.key: file for file in table.describe(new - described.keys())}
            fresh = [described[key] for key in sorted(new)]
            if _covers(fresh, reaches) or not self._changes(name, table.snapshot, deadline):
                return Cleaned(table, fresh)

    def _changes(self, name: str, before: Any, deadline: float) -> bool:
        while time.monotonic() < deadline:
            time.sleep(RETRY_SECONDS)
            if self._table(name).current_snapshot() != before:
                return True
        return False

    def _table(self, name: str) -> Table:
        return self._catalog.load_table((NAMESPACE, name))


class Cleaned(NamedTuple):
    """Hold a cleaned table and its files that were not known before."""

    table: TableFiles
    fresh: list[File]


def _covers(files: list[File], reaches: Mapping[Place, int]) -> bool:
    have = newest(files)
    return all(have.get(place, -1) >= offset for place, offset in reaches.items())
