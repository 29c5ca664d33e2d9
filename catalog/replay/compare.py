"""Compare rows with those that a replay has made, by the identity of their records."""

from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.replay.identity import PLACE_COLUMNS, Rows, as_array, keys

IGNORED = {"rules"}
"""Which rules made a row says nothing about the row."""
DOUBLED = "rows"
"""Stands among the changed columns of a record that has more than one row."""
CHANGE_COLUMNS = ("kind", *PLACE_COLUMNS, "accepted_at", "ind", "columns")


class Kind(StrEnum):
    """Say how a record's row differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


def compare(before: Rows, after: Rows) -> Rows:
    """Give a row for each record whose row is added, removed or changed, with the columns that differ."""
    old, new = as_array(keys(before)), as_array(keys(after))
    at = pc.index_in(new, value_set=old)
    both = pc.is_valid(at)
    parts = [
        _changes(Kind.ADDED, after.filter(pc.invert(both))),
        _changes(Kind.REMOVED, before.filter(pc.invert(pc.is_in(old, value_set=new)))),
        _changed(before.take(at.drop_null()), after.filter(both), _doubled(old)),
    ]
    return pa.concat_tables(parts)


def unequal(old: pa.ChunkedArray, new: pa.ChunkedArray) -> pa.ChunkedArray:
    """Say of each pair of values whether they differ; null equals null, entries of maps have no order."""
    new = new.cast(old.type)
    if old.equals(new):
        return pa.chunked_array([pa.array([False] * len(new), pa.bool_())])
    if pa.types.is_nested(old.type):
        pairs = zip(_plain(old), _plain(new), strict=True)
        return pa.chunked_array([pa.array([one != other for one, other in pairs], pa.bool_())])
    same = pc.fill_null(pc.equal(old, new), False)
    nothing = pc.and_(pc.is_null(old), pc.is_null(new))
    return pc.invert(pc.or_(same, nothing))


def _changed(before: Rows, after: Rows, doubled: pa.Array) -> Rows:
    names: list[list[str]] = [[] for _ in range(after.num_rows)]
    marks = {
        name: unequal(before[name], after[name]) for name in after.column_names if name not in IGNORED
    } | {DOUBLED: pc.is_in(keys(after), value_set=doubled)}
    for name, mark in marks.items():
        for index in pc.indices_nonzero(mark).to_pylist():
            names[index].append(name)
    columns = pa.array(names, pa.list_(pa.string()))
    changed = pc.greater(pc.list_value_length(columns), 0)
    return _changes(Kind.CHANGED, after, columns, before["ind"]).filter(changed)


def _changes(
    kind: Kind, rows: Rows, columns: pa.Array | None = None, other: pa.ChunkedArray | None = None
) -> Rows:
    nothing = pa.array([[]] * rows.num_rows, pa.list_(pa.string()))
    number = rows["ind"] if other is None else pc.coalesce(rows["ind"], other)
    values = [
        pa.array([str(kind)] * rows.num_rows, pa.string()),
        rows["kafka_topic"].cast("string"),
        *(rows[name] for name in PLACE_COLUMNS[1:]),
        rows["accepted_at"],
        number,
        nothing if columns is None else columns,
    ]
    return pa.table(values, names=list(CHANGE_COLUMNS))


def _doubled(identities: pa.Array) -> pa.Array:
    counts = pc.value_counts(identities)
    return counts.field("values").filter(pc.greater(counts.field("counts"), 1))


def _plain(column: pa.ChunkedArray) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_map(column.type):
        return [None if entries is None else dict(entries) for entries in values]
    return values
