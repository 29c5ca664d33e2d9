"""Say how many records wait to be committed, cheaply enough to ask every second."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.table import Table

from catalog.accounts.log import KafkaLog
from catalog.columns import NAMESPACE
from catalog.names import TOPICS
from catalog.settings import Settings
from catalog.tables import open_lake


class Committed:
    """Remember the newest committed offset of each partition, reading only files not seen before."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, int], int] = {}
        self._files: set[str] = set()
        self._snapshot: int | None = None

    def read(self, events: Table) -> dict[tuple[str, int], int]:
        """Give the newest offset in `events` by topic and partition."""
        snapshot = events.current_snapshot()
        if snapshot is None or snapshot.snapshot_id == self._snapshot:
            return self._newest
        scan = events.scan(selected_fields=("kafka_topic", "kafka_partition", "kafka_offset"))
        tasks = [task for task in scan.plan_files() if task.file.file_path not in self._files]
        rows = ArrowScan(events.metadata, events.io, scan.projection(), AlwaysTrue()).to_table(tasks)
        highest = rows.group_by(["kafka_topic", "kafka_partition"]).aggregate([("kafka_offset", "max")])
        for row in highest.to_pylist():
            place = row["kafka_topic"], row["kafka_partition"]
            self._newest[place] = max(self._newest.get(place, -1), row["kafka_offset_max"])
        self._files.update(task.file.file_path for task in tasks)
        self._snapshot = snapshot.snapshot_id
        return self._newest


class Progress:
    """Count, again and again, Kafka's offsets above the newest ones committed to `events`."""

    def __init__(self, settings: Settings) -> None:
        self._committed = Committed()
        with ExitStack() as opened:
            self._log = opened.enter_context(KafkaLog(settings.kafka))
            self._lake = opened.enter_context(open_lake(settings))
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def pending(self) -> int:
        """Count the offsets that wait; the mark that ends a transaction counts as one too."""
        newest = self._committed.read(self._lake.load_table((NAMESPACE, "events")))
        extents = [(topic, *each) for topic in TOPICS for each in self._log.extents(topic).items()]
        return sum(
            extent.end - max(extent.low, newest.get((topic, partition), -1) + 1)
            for topic, partition, extent in extents
        )


def pending(settings: Settings) -> int:
    """Count the offsets that wait to be committed, once; a loop keeps a Progress instead."""
    with Progress(settings) as progress:
        return progress.pending()
