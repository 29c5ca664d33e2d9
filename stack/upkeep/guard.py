"""Hold that nothing is gone that someone needs: live files, tags, the last commit of a Flink job."""

from typing import Any
from urllib.parse import urlsplit

from pyiceberg.table import Table

from catalog.errors import TransientError
from catalog.objects import sizes
from stack.upkeep.snapshots import files_by_day, history, newest_flink_commit

LEAST_SNAPSHOTS = 50


class Guard:
    """Look at a table after what is old was removed from it."""

    def __init__(self, objects: Any) -> None:
        self._objects = objects

    def check(self, table: Table, before: Table) -> None:
        """Compare a table with what it was; raises TransientError that names what is gone."""
        there = {snapshot.snapshot_id for snapshot in table.metadata.snapshots}
        if gone := [name for name, ref in table.refs().items() if ref.snapshot_id not in there]:
            raise TransientError(f"{_name(table)}: the snapshots of {', '.join(gone)} are gone")
        if len(history(table)) < min(LEAST_SNAPSHOTS, len(history(before))):
            raise TransientError(f"{_name(table)}: fewer than {LEAST_SNAPSHOTS} snapshots are left")
        if newest_flink_commit(before) and not newest_flink_commit(table):
            raise TransientError(f"{_name(table)}: the last commit of a Flink job is gone")
        if lost := self._lost(table):
            raise TransientError(f"{_name(table)}: {len(lost)} live files are gone, for example {min(lost)}")

    def _lost(self, table: Table) -> set[str]:
        """Name the files of the present snapshot, and of those with a tag, that the store does not hold."""
        place = urlsplit(table.location())
        there = sizes(self._objects, place.netloc, place.path.lstrip("/"))
        named = {ref.snapshot_id for ref in table.refs().values()}
        held: dict[str, int] = {}
        for snapshot in (each for each in table.metadata.snapshots if each.snapshot_id in named):
            for files in files_by_day(table, snapshot).values():
                held |= files.sizes
        return {path for path, size in held.items() if there.get(urlsplit(path).path.lstrip("/")) != size}


def _name(table: Table) -> str:
    return ".".join(table.name())
