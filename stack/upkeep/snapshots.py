"""What an Iceberg table holds as of a snapshot: its files by day, and which snapshots led to it."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from pyiceberg.manifest import DataFileContent
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation, Snapshot, ancestors_of

EPOCH = date(1970, 1, 1)
FLINK_JOB = "flink.job-id"


class Files(NamedTuple):
    """Hold the files of one day: the size in bytes of each by its path, and how many rows they have."""

    sizes: dict[str, int]
    rows: int

    @property
    def digest(self) -> str:
        """Name the set of files: files never change, so the same set has the same content."""
        return sha256("\n".join(sorted(self.sizes)).encode()).hexdigest()[:32]

    @property
    def bytes(self) -> int:
        """Give the size of all."""
        return sum(self.sizes.values())


class Step(NamedTuple):
    """Hold two neighbouring snapshots, of which the later one must hold the same rows in other files."""

    before: Snapshot
    after: Snapshot


NO_FILES = Files({}, 0)


def files_by_day(table: Table, snapshot: Snapshot) -> dict[date, Files]:
    """List the files of a snapshot by the day (UTC) whose rows they hold, files of deletes among them."""
    days: dict[date, Files] = {}
    for manifest in snapshot.manifests(table.io):
        for entry in manifest.fetch_manifest_entry(table.io):
            file = entry.data_file
            day = EPOCH + timedelta(days=file.partition[0])
            sizes, rows = days.get(day, Files({}, 0))
            sizes[file.file_path] = file.file_size_in_bytes
            days[day] = Files(sizes, rows + file.record_count * (file.content == DataFileContent.DATA))
    return days


def history(table: Table) -> list[Snapshot]:
    """List the snapshots that led to the present one, the newest first."""
    return list(ancestors_of(table.current_snapshot(), table.metadata))


def rewrites(table: Table, since: Snapshot) -> list[Step]:
    """Give each later snapshot that only wrote files anew, with the one before it, the oldest first."""
    found: list[Step] = []
    for after, before in pairwise(history(table)):
        if after.snapshot_id == since.snapshot_id:
            break
        if after.summary and after.summary.operation == Operation.REPLACE:
            found.append(Step(before, after))
    return found[::-1]


def newest_flink_commit(table: Table) -> Snapshot | None:
    """Find the newest snapshot that a Flink job committed: a job that resumes looks for it."""
    return next((each for each in history(table) if each.summary and each.summary.get(FLINK_JOB)), None)


def age(snapshot: Snapshot | None) -> timedelta:
    """Say how long ago a snapshot was committed, no time when there is none."""
    if snapshot is None:
        return timedelta()
    return datetime.now(UTC) - datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC)
