"""Close the accounts over every topic."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from catalog.accounts.books import Accounts, FaultKind
from catalog.accounts.doubts import unexplained
from catalog.accounts.files import Bounds, Place, Rows, Span
from catalog.accounts.lake import Lake
from catalog.accounts.live import LiveFault
from catalog.accounts.log import BATCH, NOTHING, Extent, Log, Record
from catalog.accounts.memory import Memory
from catalog.accounts.partition import PartitionCloser
from catalog.accounts.stretch import Stretch
from catalog.names import TOPICS

RECORD_COLUMNS = ["kafka_offset", "accepted_at", "message_key", "headers", "body"]

LiveCheck = Callable[[Mapping[Place, int]], list[LiveFault]]
"""Say what is wrong in the live table, given up to which offset of each place records are judged."""


def close_accounts(
    log: Log,
    lake: Lake,
    memory: Memory,
    check_live: LiveCheck | None = None,
    *,
    rules: str | None = None,
    within: Mapping[Place, Span] | None = None,
) -> Accounts:
    """Close the accounts of a log and the lake it went to, and remember what was closed.

    Only sound accounts are remembered, so that a fault is named until it is repaired; a range (`within`)
    is not remembered either.
    """
    extents = extents_of(log)
    if any(memory.newest_held(place) >= extent.end for place, extent in extents.items()):
        memory.forget_all()
    stretch = Stretch(lake, memory, extents, within)
    closers = {
        place: PartitionCloser(
            place, memory, rules, None if within is None else within.get(place, Span(0, -1))
        )
        for place in stretch.upto
    }
    for window in stretch.windows():
        _close_window(window, stretch, closers, log, extents, memory)
    for place, closer in closers.items():
        low, end = extents.get(place, NOTHING)
        if within is None or within.get(place, Span(0, -1)).last > stretch.upto[place]:
            closer.wait(log.batches(*place, Extent(max(low, stretch.upto[place] + 1), end)))
    _settle(closers, memory)
    for fault in check_live(stretch.upto) if check_live else ():
        closers[fault.place].note(fault.kind, fault.offset, fault.where)
    accounts = Accounts([closers[place].account for place in sorted(closers, key=_shown_order)])
    if accounts.closed and within is None:
        stretch.remember(memory)
        for place, closer in closers.items():
            memory.remember_mark(place, closer.closed_mark(stretch.upto[place]))
        memory.commit()
    return accounts


def extents_of(log: Log) -> dict[Place, Extent]:
    """Give the extent of every partition of every topic."""
    return {
        (str(topic), partition): extent
        for topic in TOPICS
        for partition, extent in log.extents(topic).items()
    }


def history(events: Rows, before: int) -> Iterator[list[Record]]:
    """Give the records below an offset as `events` remembers them; rows come sorted by offset."""
    older = events.filter(pc.less(events["kafka_offset"], before)).select(RECORD_COLUMNS)
    last = -1
    for batch in older.to_batches(BATCH):
        columns = (column.cast("int64") if pa.types.is_timestamp(column.type) else column for column in batch)
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        found = {row[0]: Record(*row) for row in rows if row[0] > last}
        if found:
            yield list(found.values())
            last = max(found)


def _shown_order(place: Place) -> tuple[int, int]:
    return [str(topic) for topic in TOPICS].index(place[0]), place[1]


def _close_window(
    window: Mapping[Place, Bounds],
    stretch: Stretch,
    closers: Mapping[Place, PartitionCloser],
    log: Log,
    extents: Mapping[Place, Extent],
    memory: Memory,
) -> None:
    events = stretch.events.rows(window)
    cleaned: dict[Place, Rows] = {}
    for stream, tracked in stretch.cleaned.items():
        cleaned |= tracked.rows({place: bounds for place, bounds in window.items() if place[0] == stream})
    for place, (after, upto) in window.items():
        low, end = extents.get(place, NOTHING)
        rows, closer = events[place], closers[place]
        present = set(rows["kafka_offset"].to_pylist())
        closer.lose(
            offset for offset in memory.held(place, after + 1, min(low - 1, upto)) if offset not in present
        )
        held = log.batches(*place, Extent(max(low, after + 1), min(end, upto + 1)))
        closer.compare(chain(history(rows, low), held), rows, cleaned.get(place), upto)


def _settle(closers: Mapping[Place, PartitionCloser], memory: Memory) -> None:
    for (topic, _), closer in closers.items():
        for doubt in unexplained(topic, closer.rehearsal.doubts, memory):
            closer.note(FaultKind.UNEQUAL, doubt.offset, "events: outcome (it repeats nothing)")
        for offset in closer.rehearsal.kept_again:
            closer.note(FaultKind.UNEQUAL, offset, "events: outcome (kept in another partition too)")
