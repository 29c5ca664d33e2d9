"""Upkeep of one table of the lake, which may not change one row of it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from catalog.columns import NAMESPACE
from catalog.settings import Upkeep
from stack.upkeep import statements
from stack.upkeep.guard import Guard
from stack.upkeep.report import Day, Report, Shape, State
from stack.upkeep.snapshots import (
    NO_FILES,
    Files,
    Step,
    age,
    files_by_day,
    newest_flink_commit,
    rewrites,
)
from stack.upkeep.statements import Content, Run

Known = Callable[[str, date, str], Content | None]
"""Recall the content of a table's day by the name of its set of files."""


class Tended:
    """Hold one table while it is tended."""

    def __init__(self, lake: Catalog, run: Run, name: str, settings: Upkeep, known: Known) -> None:
        self.name = name
        self._lake, self._run, self._settings, self._known = lake, run, settings, known

    def tend(self, guard: Guard, *, everything: bool) -> Report | None:
        """Join files, hold the content against what it was, forget what is old; nothing when it is empty.

        Raises TransientError when Trino does not get through, or something is gone that is needed.
        """
        began = time.monotonic()
        before, snapshot = self._load()
        if snapshot is None:
            return None
        self._join(None if everything else _today())
        joined, head = self._load()
        days = self._days(joined, snapshot, head or snapshot, everything)
        report = Report(self.name, _shape(before, snapshot), _shape(joined, head or snapshot), days)
        if report.state == State.DONE:
            self._clear(report, joined, guard, everything)
        report.seconds = time.monotonic() - began
        return report

    def _clear(self, report: Report, joined: Table, guard: Guard, everything: bool) -> None:
        self._forget(joined)
        after, head = self._load()
        guard.check(after, joined)
        if head is not None:
            report.after = _shape(after, head)
        if everything or any(day.files_before != day.files_after for day in report.days):
            statements.analyze(self._run, self.name)

    def _load(self) -> tuple[Table, Snapshot | None]:
        table = self._lake.load_table((NAMESPACE, self.name))
        return table, table.current_snapshot()

    def _join(self, before: date | None) -> None:
        statements.manifests(self._run, self.name)
        statements.optimize(self._run, self.name, before)

    def _forget(self, table: Table) -> None:
        snapshots, orphans = keeping(self._settings, age(newest_flink_commit(table)))
        statements.expire(self._run, self.name, snapshots)
        statements.remove_orphans(self._run, self.name, orphans)

    def _days(self, table: Table, since: Snapshot, head: Snapshot, everything: bool) -> list[Day]:
        """Compare each day that was written anew, and hash the others in question once."""
        compared: dict[date, Day] = {}
        for step in rewrites(table, since):
            compared |= self._compared(table, step)
        now = files_by_day(table, head)
        wanted = {day for day in now if everything or day < _today()} - compared.keys()
        rest = {day: now[day] for day in wanted}
        same = self._contents(head, rest)
        compared |= {day: _day(day, rest[day], rest[day], same[day], same[day]) for day in rest}
        return [compared[day] for day in sorted(compared)]

    def _compared(self, table: Table, step: Step) -> dict[date, Day]:
        before, after = files_by_day(table, step.before), files_by_day(table, step.after)
        both = {day: (before.get(day, NO_FILES), after.get(day, NO_FILES)) for day in {*before, *after}}
        changed = {day: (old, new) for day, (old, new) in both.items() if old.digest != new.digest}
        was = self._contents(step.before, {day: old for day, (old, _) in changed.items()})
        now = statements.contents(self._run, self.name, step.after.snapshot_id, changed)
        return {day: _day(day, old, new, was[day], now[day]) for day, (old, new) in changed.items()}

    def _contents(self, snapshot: Snapshot, days: dict[date, Files]) -> dict[date, Content]:
        known = {day: self._known(self.name, day, files.digest) for day, files in days.items()}
        asked = [day for day, content in known.items() if content is None]
        found = statements.contents(self._run, self.name, snapshot.snapshot_id, asked)
        return {day: content or found[day] for day, content in known.items()}


def keeping(settings: Upkeep, idle: timedelta) -> tuple[timedelta, timedelta]:
    """Say how long snapshots are kept, and files without one, given how long no Flink job has committed.

    A job that stands still needs its last commit, the snapshots since, and files that it has yet to commit.
    """
    longer = idle + timedelta(hours=1)
    snapshots = max(timedelta(hours=settings.snapshot_hours), longer)
    return snapshots, max(timedelta(days=settings.orphan_days), longer + timedelta(days=1))


def _day(day: date, old: Files, new: Files, was: Content, now: Content) -> Day:
    return Day(
        day, now.rows, len(old.sizes), len(new.sizes), old.bytes, new.bytes, was.hash, now.hash, new.digest
    )


def _today() -> date:
    return datetime.now(UTC).date()


def _shape(table: Table, snapshot: Snapshot) -> Shape:
    days = files_by_day(table, snapshot).values()
    return Shape(
        rows=sum(files.rows for files in days),
        files=sum(len(files.sizes) for files in days),
        bytes=sum(files.bytes for files in days),
        manifests=len(snapshot.manifests(table.io)),
        snapshots=len(table.metadata.snapshots),
    )
