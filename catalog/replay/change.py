"""What publishing a replay does to history, and what undoing does: rows gathered, replaced table by table."""

from enum import StrEnum
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from catalog.columns import NAMESPACE
from catalog.contracts import contract
from catalog.errors import SetupError
from catalog.names import Stream
from catalog.replay.compare import Kind
from catalog.replay.diffs import EVENTS, tables_of
from catalog.replay.identity import PLACE_COLUMNS, Keys, Rows, among, as_array, keys
from catalog.replay.plans import Plan
from catalog.replay.posts import Correction
from catalog.replay.rewrite import Label, replace_rows
from catalog.replay.tables import CHANGES, arrow

GONE = [*PLACE_COLUMNS, "accepted_at"]


class Step(StrEnum):
    """Name the two directions of a change."""

    PUBLISH = "publish"
    UNDO = "undo"


class Ways(NamedTuple):
    """Say which changes take rows away and which bring some."""

    gone: set[Kind]
    brought: set[Kind]


WAYS = {
    Step.PUBLISH: Ways({Kind.REMOVED, Kind.CHANGED}, {Kind.ADDED, Kind.CHANGED}),
    Step.UNDO: Ways({Kind.ADDED, Kind.CHANGED}, {Kind.REMOVED, Kind.CHANGED}),
}


def change(lake: Catalog, plan: Plan, step: Step) -> None:
    """Replace the rows that the difference names, one commit a table; what was done is not done again."""
    changes = read_changes(lake, plan)
    for name in tables_of(plan):
        part = _of(changes, name)
        gone, brought = (_kinds(part, kinds) for kinds in WAYS[step])
        tag = plan.tag if step == Step.PUBLISH else None
        if part.num_rows:
            rows = gather(*_source(lake, plan, name, step), keys(brought))
            replace_rows(lake, name, gone.select(GONE), rows, Label(plan.id, step, tag))


def read_changes(lake: Catalog, plan: Plan) -> Rows:
    """Read every change that the comparison kept."""
    return lake.load_table((plan.namespace, CHANGES)).scan().to_arrow()


def numbers(changes: Rows, plan: Plan) -> dict[Stream, list[int]]:
    """Give the numbers whose cleaned rows change, by stream."""
    return {
        stream: pc.unique(_of(changes, contract(stream).cleaned_table)["ind"].drop_null()).to_pylist()
        for stream in plan.request.streams
    }


def correction(lake: Catalog, plan: Plan) -> Correction:
    """Say what a replay changes in schema live, once history holds it."""
    changes = read_changes(lake, plan)
    cleaned = changes.filter(pc.not_equal(changes["table_name"], EVENTS)).select(list(PLACE_COLUMNS))
    places = list(zip(*(column.to_pylist() for column in cleaned.columns), strict=True))
    return Correction(plan.id, numbers(changes, plan), places, _letters(lake, changes), plan.cut)


def touched(changes: Rows) -> set[tuple[str, int]]:
    """Name what a replay touches: numbers, and records (packed) that have none."""
    pairs = zip(changes["ind"].to_pylist(), keys(changes).to_pylist(), strict=True)
    return {("record", key) if ind is None else ("number", ind) for ind, key in pairs}


def _letters(lake: Catalog, changes: Rows) -> Rows:
    """Give the rows that `events` now holds of the records that changed there, without their bytes."""
    table = lake.load_table((NAMESPACE, EVENTS))
    names = [name for name in arrow(table).names if name not in BYTES]
    return gather(table, None, keys(_of(changes, EVENTS)), names)


BYTES = {"body", "headers", "message_key"}


def gather(table: Table, snapshot: int | None, wanted: Keys, names: list[str] | None = None) -> Rows:
    """Read the rows of some records, batch by batch; nothing when the table has no snapshot."""
    schema = arrow(table) if names is None else pa.schema([arrow(table).field(name) for name in names])
    if table.current_snapshot() is None or not len(wanted):
        return schema.empty_table()
    scan = table.scan(selected_fields=tuple(names or ("*",)), snapshot_id=snapshot)
    found = [
        among(pa.Table.from_batches([batch]).cast(schema), as_array(wanted))
        for batch in scan.to_arrow_batch_reader()
    ]
    return pa.concat_tables([schema.empty_table(), *found])


def _source(lake: Catalog, plan: Plan, name: str, step: Step) -> tuple[Table, int | None]:
    """Give where the rows come from that are brought: the replay's own table, or history before it.

    Raises SetupError when that is gone.
    """
    if step == Step.PUBLISH:
        return lake.load_table((plan.namespace, name)), None
    table = lake.load_table((NAMESPACE, name))
    if plan.tag not in table.refs():
        raise SetupError(f"history.{name} no longer has what was there before {plan.id}: make a new replay")
    return table, table.refs()[plan.tag].snapshot_id


def _of(changes: Rows, table: str) -> Rows:
    return changes.filter(pc.equal(changes["table_name"], table))


def _kinds(changes: Rows, kinds: set[Kind]) -> Rows:
    return changes.filter(pc.is_in(changes["kind"], value_set=pa.array([str(kind) for kind in kinds])))
