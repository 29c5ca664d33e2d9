"""Say which file of an Iceberg table holds which offsets, and read rows by their offsets."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression, GreaterThan, LessThanOrEqual
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.table import FileScanTask, Table

from catalog.names import Outcome

Rows: TypeAlias = pa.Table
Place: TypeAlias = tuple[str, int]
"""Topic and partition."""
READERS = 4


class Span(NamedTuple):
    """Bound the offsets of one place in one file, both ends held."""

    first: int
    last: int


class Bounds(NamedTuple):
    """Bound a stretch of a place: above the first offset, up to the second one."""

    after: int
    upto: int


class File(NamedTuple):
    """Describe one data file, together with the files that delete rows of it."""

    key: str
    spans: dict[Place, Span]
    newest_kept: dict[Place, int]
    rows: int
    began_us: int
    """When its first record was accepted, in microseconds since 1970, UTC."""


class TableFiles:
    """Hold one table as of one snapshot; `topic` is that of every row, None when the rows say it."""

    def __init__(self, table: Table, topic: str | None) -> None:
        self.snapshot = table.current_snapshot()
        self._table, self._topic = table, topic
        self._tasks = {_key(task): task for task in table.scan().plan_files()} if self.snapshot else {}

    @property
    def keys(self) -> set[str]:
        """Name every file; a file whose deletes changed has another name."""
        return set(self._tasks)

    def describe(self, keys: Iterable[str]) -> list[File]:
        """Read the places of some files' rows, and nothing else of them."""
        with ThreadPoolExecutor(READERS) as pool:
            return list(pool.map(self._describe, sorted(keys)))

    def rows(self, keys: Iterable[str], within: Mapping[Place, Bounds]) -> dict[Place, Rows]:
        """Read the rows of some files that lie within bounds, by place and in the order of their offsets."""
        parts: dict[Place, list[Rows]] = {place: [] for place in within}
        stretch = _around(within.values())
        for key in sorted(keys):
            for batch in self._scan("*", stretch).to_record_batches([self._tasks[key]]):
                for place, rows in self._split(pa.Table.from_batches([batch]), within):
                    parts[place].append(rows)
        empty = self._table.schema().as_arrow().empty_table()
        return {place: _sorted(found) if found else empty for place, found in parts.items()}

    def before(self, lows: Mapping[Place, int]) -> dict[Place, Rows]:
        """Read the rows below an offset of each place that has some."""
        within = {place: Bounds(-1, low - 1) for place, low in lows.items() if low > 0}
        return self.rows(self.keys, within) if within else {}

    def _split(self, rows: Rows, within: Mapping[Place, Bounds]) -> Iterator[tuple[Place, Rows]]:
        partitions, offsets, topics = rows["kafka_partition"], rows["kafka_offset"], rows["kafka_topic"]
        for place, bounds in within.items():
            inside = pc.and_(
                pc.equal(partitions, place[1]),
                pc.and_(pc.greater(offsets, bounds.after), pc.less_equal(offsets, bounds.upto)),
            )
            if self._topic is None:
                inside = pc.and_(inside, pc.equal(topics, place[0]))
            if (found := rows.filter(inside)).num_rows:
                yield place, found

    def _describe(self, key: str) -> File:
        names = ("kafka_topic", "kafka_partition", "kafka_offset", "accepted_at")
        with_outcome = ("outcome",) if self._topic is None else ()
        rows = self._scan((*names, *with_outcome), AlwaysTrue()).to_table([self._tasks[key]])
        began = pc.min(rows["accepted_at"].cast("int64")).as_py() or 0
        kept = rows.filter(pc.equal(rows["outcome"], Outcome.KEPT)) if with_outcome else rows
        newest = {place: span.last for place, span in self._spans(kept).items()}
        return File(key, self._spans(rows), newest, rows.num_rows, began)

    def _spans(self, rows: Rows) -> dict[Place, Span]:
        wanted = [("kafka_offset", "min"), ("kafka_offset", "max")]
        found = rows.group_by(["kafka_topic", "kafka_partition"]).aggregate(wanted).to_pylist()
        spans: dict[Place, Span] = {}
        for row in found:
            place = (self._topic or row["kafka_topic"], row["kafka_partition"])
            span = Span(row["kafka_offset_min"], row["kafka_offset_max"])
            spans[place] = joined(span, spans.get(place))
        return spans

    def _scan(self, columns: str | tuple[str, ...], row_filter: BooleanExpression) -> ArrowScan:
        table = self._table
        names = ("*",) if columns == "*" else tuple(columns)
        return ArrowScan(table.metadata, table.io, table.scan(selected_fields=names).projection(), row_filter)


def joined(one: Span, other: Span | None) -> Span:
    """Give the span that holds both."""
    return one if other is None else Span(min(one.first, other.first), max(one.last, other.last))


def newest(files: Iterable[File]) -> dict[Place, int]:
    """Give the highest offset of each place."""
    highest: dict[Place, int] = {}
    for file in files:
        for place, span in file.spans.items():
            highest[place] = max(span.last, highest.get(place, -1))
    return highest


def newest_kept(files: Iterable[File]) -> dict[Place, int]:
    """Give the highest offset of a kept record of each place."""
    highest: dict[Place, int] = {}
    for file in files:
        for place, offset in file.newest_kept.items():
            highest[place] = max(offset, highest.get(place, -1))
    return highest


def _key(task: FileScanTask) -> str:
    return "\n".join((task.file.file_path, *sorted(each.file_path for each in task.delete_files)))


def _around(bounds: Iterable[Bounds]) -> BooleanExpression:
    every = list(bounds)
    if not every:
        return AlwaysTrue()
    low, high = min(each.after for each in every), max(each.upto for each in every)
    return And(GreaterThan(term="kafka_offset", value=low), LessThanOrEqual(term="kafka_offset", value=high))


def _sorted(parts: list[Rows]) -> Rows:
    return pa.concat_tables(parts, promote_options="permissive").sort_by("kafka_offset")
