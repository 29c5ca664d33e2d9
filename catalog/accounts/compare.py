"""Compare the rows that a table holds with the rows that it should hold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from catalog.accounts.files import Rows


class Alignment(NamedTuple):
    """Say where the expected offsets stand among the present ones."""

    found: list[int]
    """Indices of the rows of the expected offsets that are present, in their order."""
    missing: list[int]
    doubled: list[int]
    """Offsets that are present more than once, or without being expected."""


def align(expected: Sequence[int], present: Sequence[int]) -> Alignment:
    """Find each expected offset among the present ones; both are sorted, and expected ones are distinct."""
    if expected == present:
        return Alignment(list(range(len(present))), [], [])
    counts = Counter(present)
    first = {offset: index for index, offset in reversed(list(enumerate(present)))}
    wanted = set(expected)
    return Alignment(
        found=[first[offset] for offset in expected if offset in first],
        missing=[offset for offset in expected if offset not in first],
        doubled=[offset for offset, count in counts.items() if count > 1 or offset not in wanted],
    )


def pick(rows: Rows, indices: list[int]) -> Rows:
    """Take rows by their indices, without a copy when all are wanted."""
    everything = indices == list(range(rows.num_rows))
    return rows if everything else rows.take(pa.array(indices, pa.int64()))


def unequal_columns(rows: Rows, expected: Mapping[str, Sequence[Any]]) -> dict[int, list[str]]:
    """Name the columns that differ, by the index of their row."""
    differing: dict[int, list[str]] = {}
    for name, values in expected.items():
        for index in _unequal(rows[name].combine_chunks(), values):
            differing.setdefault(index, []).append(name)
    return differing


def _unequal(present: pa.Array, expected: Sequence[Any]) -> list[int]:
    if pa.types.is_map(present.type):
        expected = _as_ordered(present, expected)
    wanted = pa.array(expected, type=present.type)
    if present.equals(wanted):
        return []
    pairs = zip(_values(present), _values(wanted), strict=True)
    return [index for index, (have, want) in enumerate(pairs) if have != want]


def _as_ordered(present: pa.Array, expected: Sequence[Any]) -> list[Any]:
    """Bring the entries of each map into the order of the first present one, which most share."""
    first: list[tuple[str, bytes | None]] = next(
        (entries.as_py() for entries in present if entries.is_valid), []
    )
    order = {name: at for at, (name, _) in enumerate(first)}
    return [
        None if entries is None else sorted(entries, key=lambda entry: order.get(entry[0], len(order)))
        for entries in expected
    ]


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_map(column.type):
        # Writers keep no order among the entries of a map.
        return [None if entries is None else dict(entries) for entries in values]
    return values
