"""What a replay would change: found by comparing tables of the lake, told in few words."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog

from catalog.contracts import contract
from catalog.names import Stream
from catalog.replay.compare import Kind, compare
from catalog.replay.identity import Rows, among, as_array, keys
from catalog.replay.plans import Plan
from catalog.replay.scope import Scope, read, slices
from catalog.replay.tables import CHANGES, CHANGES_SCHEMA, arrow, make

SAMPLES = 10
EVENTS = "events"
OUTCOME_COLUMNS = ("outcome", "reason")

Report = Callable[[str, int, int], None]
"""Told of each slice: the table, how many slices are done, of how many."""


@dataclass
class TableDiff:
    """Hold what is different in one table; samples show both values of the columns that differ."""

    table: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    """How many changed rows differ in each column."""
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    """Of `events`: how many records went from one outcome and reason to another."""
    samples: list[dict[str, Any]] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        """Give the difference as one JSON object."""
        return asdict(self)


def tables_of(plan: Plan) -> list[str]:
    """Name the tables that a replay has rows of."""
    return [EVENTS, *(contract(Stream(stream)).cleaned_table for stream in plan.request.streams)]


def diff(lake: Catalog, plan: Plan, before: str, after: str, report: Report) -> list[TableDiff]:
    """Compare the tables of two schemas as far as a replay speaks of them; keep every change."""
    scope = Scope.of(lake, plan)
    changes = make(lake, plan.namespace, CHANGES, CHANGES_SCHEMA)
    found = []
    for name in tables_of(plan):
        told = TableDiff(name)
        for old, new in _slices(lake, (before, after), name, report):
            part = compare(scope.rows(old), scope.rows(new))
            if part.num_rows:
                named = part.add_column(0, "table_name", pa.array([name] * part.num_rows))
                changes.append(named.cast(arrow(changes)))
                _tell(told, part, old, new)
        found.append(told)
    return found


def _slices(
    lake: Catalog, schemas: tuple[str, str], name: str, report: Report
) -> Iterator[tuple[Rows, Rows]]:
    old, new = (lake.load_table((schema, name)) for schema in schemas)
    parts = slices(new)
    for done, within in enumerate(parts):
        report(name, done, len(parts))
        yield read(old, within), read(new, within)


def _tell(told: TableDiff, part: Rows, old: Rows, new: Rows) -> None:
    kinds = Counter(part["kind"].to_pylist())
    told.added += kinds[Kind.ADDED]
    told.removed += kinds[Kind.REMOVED]
    told.changed += kinds[Kind.CHANGED]
    for name, count in Counter(pc.list_flatten(part["columns"]).to_pylist()).items():
        told.columns[name] = told.columns.get(name, 0) + count
    if told.table == EVENTS:
        told.outcomes = _added_up(told.outcomes, _outcomes(part, old, new))
    told.samples += _samples(part, old, new, SAMPLES - len(told.samples))


def _outcomes(part: Rows, old: Rows, new: Rows) -> Counter[tuple[Any, ...]]:
    wanted = keys(part)
    both = [_by_key(among(rows, wanted), OUTCOME_COLUMNS) for rows in (old, new)]
    nothing = dict.fromkeys(OUTCOME_COLUMNS)
    pairs = ((both[0].get(key, nothing), both[1].get(key, nothing)) for key in wanted.to_pylist())
    return Counter((*one.values(), *other.values()) for one, other in pairs if one != other)


def _added_up(rows: Sequence[dict[str, Any]], more: Counter[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = ("from", "from_reason", "to", "to_reason")
    counts = Counter({tuple(row[name] for name in names): row["records"] for row in rows}) + more
    return [{**dict(zip(names, key, strict=True)), "records": count} for key, count in counts.most_common()]


def _samples(part: Rows, old: Rows, new: Rows, count: int) -> list[dict[str, Any]]:
    chosen = part.slice(0, max(count, 0))
    wanted = keys(chosen)
    before, after = (_by_key(among(rows, wanted), rows.column_names) for rows in (old, new))
    return [
        _sample(row, before.get(key), after.get(key))
        for row, key in zip(chosen.to_pylist(), wanted.to_pylist(), strict=True)
    ]


def _sample(
    row: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any] | None
) -> dict[str, Any]:
    names = row.pop("columns") or [name for name in (before or after or {}) if name not in row]
    values = {
        name: {"before": _shown((before or {}).get(name)), "after": _shown((after or {}).get(name))}
        for name in names
    }
    return {**{name: _shown(value) for name, value in row.items()}, "columns": values}


def _shown(value: Any) -> Any:
    """Give a value as JSON has it."""
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    return value


def _by_key(rows: Rows, names: Sequence[str]) -> dict[int, dict[str, Any]]:
    return dict(zip(as_array(keys(rows)).to_pylist(), rows.select(list(names)).to_pylist(), strict=True))
