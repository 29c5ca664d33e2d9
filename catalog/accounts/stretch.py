"""Say what must be compared: what is new, and what lies in files that changed since it was closed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from catalog.accounts.files import Bounds, File, Place, Rows, Span, TableFiles, newest, newest_kept
from catalog.accounts.lake import Lake
from catalog.accounts.memory import Memory
from catalog.accounts.windows import windows
from catalog.contracts import contract
from catalog.names import Stream

EVENTS = "events"


class Tracked(NamedTuple):
    """Hold a table with every file it has, and what changed since the last closing."""

    name: str
    table: TableFiles
    files: list[File]
    changed: list[File]
    """Files that are new, and those that are gone."""

    def rows(self, within: Mapping[Place, Bounds]) -> dict[Place, Rows]:
        """Read what lies within bounds from the files that may hold some of it."""
        return self.table.rows((file.key for file in self.files if _meets(file, within)), within)


class Stretch:
    """Hold the tables of one run, and where each place begins and ends in it."""

    def __init__(
        self, lake: Lake, memory: Memory, places: Iterable[Place], within: Mapping[Place, Span] | None
    ) -> None:
        known = memory.files(EVENTS)
        fresh = lake.events.describe(lake.events.keys - known.keys())
        self.events = _tracked(EVENTS, lake.events, known, fresh)
        self.cleaned = {stream: self._cleaned(stream, lake, memory, fresh) for stream in Stream}
        committed = newest(self.events.files)
        self.after: dict[Place, int] = {}
        self.upto: dict[Place, int] = {}
        changed = _first_changed([self.events, *self.cleaned.values()])
        for place in sorted({*places, *committed, *memory.marks}):
            mark = memory.mark(place).upto
            self.upto[place] = max(mark, committed.get(place, -1))
            self.after[place] = min(mark, changed.get(place, mark + 1) - 1)
            if within is not None:
                first, last = within.get(place, Span(0, -1))
                self.after[place] = min(mark, first - 1)
                self.upto[place] = max(self.after[place], min(self.upto[place], last))

    def windows(self) -> Iterator[dict[Place, Bounds]]:
        """Cut the stretch into windows; places that have nothing in one are left out of it."""
        whole = {place: Bounds(self.after[place], upto) for place, upto in self.upto.items()}
        files = [file for file in self.events.files if _meets(file, whole)]
        for window in windows(files, self.after, self.upto):
            yield {place: bounds for place, bounds in window.items() if bounds.after < bounds.upto}

    def remember(self, memory: Memory) -> None:
        """Remember the files whose rows are all closed."""
        for tracked in (self.events, *self.cleaned.values()):
            done = (file for file in tracked.files if self._is_closed(file))
            memory.replace_files(tracked.name, done)

    def _is_closed(self, file: File) -> bool:
        return all(span.last <= self.upto.get(place, -1) for place, span in file.spans.items())

    def _cleaned(self, stream: Stream, lake: Lake, memory: Memory, events: list[File]) -> Tracked:
        name = contract(stream).cleaned_table
        known = memory.files(name)
        reaches = {place: offset for place, offset in newest_kept(events).items() if place[0] == stream}
        table, fresh = lake.cleaned(name, stream, reaches, set(known))
        return _tracked(name, table, known, fresh)


def _tracked(name: str, table: TableFiles, known: Mapping[str, File], fresh: list[File]) -> Tracked:
    keys = table.keys
    gone = [file for key, file in known.items() if key not in keys]
    kept = [file for key, file in known.items() if key in keys]
    return Tracked(name, table, [*kept, *fresh], [*gone, *fresh])


def _first_changed(tables: Iterable[Tracked]) -> dict[Place, int]:
    lowest: dict[Place, int] = {}
    for tracked in tables:
        for file in tracked.changed:
            for place, span in file.spans.items():
                lowest[place] = min(span.first, lowest.get(place, span.first))
    return lowest


def _meets(file: File, within: Mapping[Place, Bounds]) -> bool:
    return any(
        span.last > within[place].after and span.first <= within[place].upto
        for place, span in file.spans.items()
        if place in within
    )
