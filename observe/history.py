"""Look four times a second for a commit to history, and read the places and outcomes that it adds."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table
from pyiceberg.table.snapshots import is_parent_ancestor_of

from catalog.columns import CATALOG, NAMESPACE
from catalog.names import Stage
from catalog.postgres import connect
from catalog.settings import Postgres
from observe.records import Place, Record
from observe.watch import Newest, Watch

POINTER = """
    SELECT metadata_location FROM iceberg_tables
    WHERE catalog_name = %s AND table_namespace = %s AND table_name = 'events'"""
COLUMNS = ("kafka_topic", "kafka_partition", "kafka_offset", "outcome")

log = logging.getLogger(__name__)


class History:
    """Remember which commits have been seen, also over an outage."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._location: str | None = None
        self._snapshot: int | None = None

    @contextmanager
    def following(
        self, postgres: Postgres, open_lake: Callable[[], AbstractContextManager[Catalog]]
    ) -> Iterator[Callable[[], None]]:
        """Give a step that counts what a new commit shows; raises what Postgres, PyIceberg and S3 raise."""
        with connect(postgres) as connection, connection.cursor() as cursor, open_lake() as lake:

            def step() -> None:
                self._step(cursor, lake)
                connection.commit()

            yield step

    def _step(self, cursor: Any, lake: Catalog) -> None:
        seen = time.time()
        cursor.execute(POINTER, (CATALOG, NAMESPACE))
        location = (cursor.fetchone() or (None,))[0]
        if location == self._location:
            return
        events = lake.load_table((NAMESPACE, "events"))
        snapshot = events.current_snapshot()
        if self._watch.ready.is_set() and snapshot and snapshot.snapshot_id != self._snapshot:
            self._read(events, snapshot.snapshot_id, seen)
        self._snapshot = snapshot.snapshot_id if snapshot else None
        self._location = location
        self._watch.ready.set()

    def _read(self, events: Table, snapshot: int, seen: float) -> None:
        if self._snapshot and not is_parent_ancestor_of(snapshot, self._snapshot, events.metadata):
            log.warning("history was rolled back, or has expired: what was drawn so far cannot be measured")
            self._watch.forget()
            return
        added = events.incremental_append_scan(
            from_snapshot_id_exclusive=self._snapshot,
            to_snapshot_id_inclusive=snapshot,
            selected_fields=COLUMNS,
        ).to_arrow()
        self._watch.commit(_newest(added), seen)
        self._watch.judge(_outcomes(added, self._watch.waiting(Stage.LIVE)))


def _newest(rows: pa.Table) -> Newest:
    highest = rows.group_by(["kafka_topic", "kafka_partition"]).aggregate([("kafka_offset", "max")])
    return {
        (row["kafka_topic"], row["kafka_partition"]): row["kafka_offset_max"] for row in highest.to_pylist()
    }


def _outcomes(rows: pa.Table, waiting: list[Record]) -> dict[Place, str]:
    offsets = pa.array({record.offset for record in waiting}, pa.int64())
    found = rows.filter(pc.is_in(rows["kafka_offset"], offsets)).to_pylist()
    return {
        (row["kafka_topic"], row["kafka_partition"], row["kafka_offset"]): row["outcome"] for row in found
    }
