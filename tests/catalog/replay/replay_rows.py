"""A lake with users as history holds them, and one as a replay has made it."""

from pathlib import Path
from typing import Any

from pyiceberg.catalog import Catalog

from catalog.accounts.log import Record
from catalog.names import Stream
from catalog.replay.choose import COLUMNS, choose
from catalog.replay.plans import Plan, new_id
from catalog.replay.request import Request
from catalog.replay.tables import CHOSEN, CHOSEN_SCHEMA, arrow, make
from catalog.tables import ensure_tables
from tests.catalog.accounts_rows import append, event_row, lake, record, user_body, user_row

Row = dict[str, Any]


def history(folder: Path, numbers: int, commits: int = 2) -> tuple[Catalog, list[Record]]:
    """Make a lake where each number has one user record, kept, spread over some commits."""
    held = lake(folder)
    records = [record(offset, user_body(100 + offset)) for offset in range(numbers)]
    size = -(-numbers // commits)
    for at in range(0, numbers, size):
        part = records[at : at + size]
        append(held, "events", [event_row(each, "user", "kept", ind=100 + each.offset) for each in part])
        append(held, "users", [user_row(each, 100 + each.offset) for each in part])
    return held, records


def planned(held: Catalog, **asked: Any) -> Plan:
    """Plan a replay of users as the verb does, without a text."""
    request = Request.read(streams="user", **asked)
    events = held.load_table(("history", "events"))
    chosen = choose(events.scan(selected_fields=COLUMNS).to_arrow(), request)
    plan = Plan(
        id=new_id(),
        request=request,
        revision=None,
        rules="r2",
        snapshot=events.current_snapshot().snapshot_id,  # type: ignore[union-attr]
        spans=chosen.spans,
        whole=chosen.whole,
        records=chosen.records,
        numbers=chosen.numbers,
        unnumbered=chosen.unnumbered,
        follow_on=chosen.rows.num_rows - chosen.records,
    )
    table = make(held, plan.namespace, CHOSEN, CHOSEN_SCHEMA)
    table.append(chosen.rows.cast(arrow(table)))
    ensure_tables(held, plan.namespace)
    return plan


def stage(held: Catalog, plan: Plan, events: list[Row], users: list[Row]) -> None:
    """Let a replay have made rows."""
    append(held, "events", [{**row, "rules": "r2"} for row in events], plan.namespace)
    append(held, "users", [{**row, "rules": "r2"} for row in users], plan.namespace)


def rejected(of: Record) -> Row:
    """Give the row of a user record that the changed rules refuse."""
    return event_row(of, str(Stream.USER), "rejected", reason="out_of_range", reason_detail="age: 30")


def rows_of(held: Catalog, table: str) -> list[Row]:
    """Read a table of history in the order of offsets."""
    rows = held.load_table(("history", table)).scan().to_arrow().sort_by("kafka_offset")
    return list(rows.to_pylist())
