"""Say how many records wait to be committed, cheaply enough to ask every second."""

from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.table import Table

from catalog.accounts.log import KafkaLog
from catalog.columns import NAMESPACE
from catalog.names import TOPICS
from catalog.settings import Settings
from catalog.tables import open_lake


class Progress:
    """Remember the newest committed offset of each partition, reading only files not seen before."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, int], int] = {}
        self._files: set[str] = set()

    def read(self, events: Table) -> dict[tuple[str, int], int]:
        """Give the newest offset in `events` by topic and partition."""
        scan = events.scan(selected_fields=("kafka_topic", "kafka_partition", "kafka_offset"))
        tasks = [task for task in scan.plan_files() if task.file.file_path not in self._files]
        rows = ArrowScan(events.metadata, events.io, scan.projection(), AlwaysTrue()).to_table(tasks)
        highest = rows.group_by(["kafka_topic", "kafka_partition"]).aggregate([("kafka_offset", "max")])
        for row in highest.to_pylist():
            place = row["kafka_topic"], row["kafka_partition"]
            self._newest[place] = max(self._newest.get(place, -1), row["kafka_offset_max"])
        self._files.update(task.file.file_path for task in tasks)
        return self._newest


def pending(settings: Settings, progress: Progress | None = None) -> int:
    """Count Kafka's offsets above the newest committed ones; pass one Progress to every call of a loop."""
    newest = (progress or Progress()).read(open_lake(settings).load_table((NAMESPACE, "events")))
    with KafkaLog(settings.kafka) as log:
        extents = [(topic, *each) for topic in TOPICS for each in log.extents(topic).items()]
    return sum(
        extent.end - max(extent.low, newest.get((topic, partition), -1) + 1)
        for topic, partition, extent in extents
    )
