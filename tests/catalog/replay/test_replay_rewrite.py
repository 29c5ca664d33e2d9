"""Rows of the lake are compared by record, and replaced in one commit beside others who append."""

from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from catalog.replay import rewrite, scope
from catalog.replay.diffs import TableDiff, diff
from catalog.replay.identity import PLACE_COLUMNS
from catalog.replay.plans import Plan
from catalog.replay.rewrite import Label, replace_rows
from catalog.replay.tables import CHANGES
from catalog.tables import ensure_tables
from tests.catalog.accounts_rows import append, event_row, record, user_body, user_row
from tests.catalog.replay.replay_rows import history, planned, rejected, rows_of, stage

WANTED = [*PLACE_COLUMNS, "accepted_at"]


def compared(held: Catalog, plan: Plan) -> dict[str, TableDiff]:
    return {each.table: each for each in diff(held, plan, "history", plan.namespace, lambda *_: None)}


def staged(held: Catalog, plan: Plan, table: str) -> pa.Table:
    return held.load_table((plan.namespace, table)).scan().to_arrow()


def test_equal_rows_of_other_rules_are_no_difference(tmp_path: Path) -> None:
    held, records = history(tmp_path, 6)
    plan = planned(held)
    events = [event_row(each, "user", "kept", ind=100 + each.offset) for each in records]
    stage(held, plan, events, [user_row(each, 100 + each.offset) for each in records])
    found = compared(held, plan)
    assert {(each.added, each.removed, each.changed) for each in found.values()} == {(0, 0, 0)}


def test_a_difference_names_each_record_its_columns_and_its_outcome(tmp_path: Path) -> None:
    held, records = history(tmp_path, 6)
    plan = planned(held)
    events = [event_row(each, "user", "kept", ind=100 + each.offset) for each in records[1:]]
    users = [user_row(each, 100 + each.offset, age=31) for each in records[1:3]]
    stage(held, plan, [rejected(records[0]), *events], users)
    found = compared(held, plan)
    assert found["events"].columns == {"outcome": 1, "reason": 1, "reason_detail": 1, "ind": 1}
    assert found["events"].outcomes == [
        {"from": "kept", "from_reason": None, "to": "rejected", "to_reason": "out_of_range", "records": 1}
    ]
    assert (found["users"].added, found["users"].removed, found["users"].changed) == (0, 4, 2)
    (sample, _) = (each for each in found["users"].samples if each["kind"] == "changed")
    assert sample["columns"] == {"age": {"before": 30, "after": 31}}
    kept = held.load_table((plan.namespace, CHANGES)).scan().to_arrow().to_pylist()
    assert {(row["table_name"], row["kafka_offset"], row["ind"]) for row in kept} >= {("events", 0, 100)}


def test_only_records_of_the_replay_are_compared(tmp_path: Path) -> None:
    held, records = history(tmp_path, 6)
    plan = planned(held, **{"from": "user:0=2", "to": "user:0=3"})
    stage(held, plan, [rejected(each) for each in records[2:4]], [])
    found = compared(held, plan)
    assert (found["events"].changed, found["users"].removed) == (2, 2)


def test_many_slices_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, records = history(tmp_path, 9)
    plan = planned(held)
    stage(held, plan, [rejected(each) for each in records[:5]], [])
    one = compared(held, plan)
    monkeypatch.setattr(scope, "SLICE_ROWS", 2)
    many = compared(held, plan)
    assert [replace(each, samples=[]) for each in many.values()] == [
        replace(each, samples=[]) for each in one.values()
    ]
    assert (one["events"].changed, one["events"].removed, one["users"].removed) == (5, 4, 9)


def test_a_record_with_two_rows_is_a_change_that_leaves_one(tmp_path: Path) -> None:
    held, records = history(tmp_path, 4)
    append(held, "users", [user_row(records[1], 101)])
    plan = planned(held)
    events = [event_row(each, "user", "kept", ind=100 + each.offset) for each in records]
    stage(held, plan, events, [user_row(each, 100 + each.offset) for each in records])
    found = compared(held, plan)
    assert (found["users"].changed, found["users"].columns) == (1, {"rows": 1})
    doubled = staged(held, plan, "users").slice(1, 1)
    replace_rows(held, "users", doubled.select(WANTED), doubled, Label("x", "publish"))
    assert [row["kafka_offset"] for row in rows_of(held, "users")] == [0, 1, 2, 3]


def replaced(held: Catalog, plan: Plan, label: Label) -> bool:
    rows = staged(held, plan, "users")
    return replace_rows(held, "users", rows.select(WANTED), rows, label)


def test_rows_are_replaced_in_one_commit_and_once(tmp_path: Path) -> None:
    held, records = history(tmp_path, 6)
    plan = planned(held)
    stage(held, plan, [], [user_row(each, 100 + each.offset, age=31) for each in records[1:4]])
    before = len(held.load_table(("history", "users")).snapshots())
    label = Label(plan.id, "publish", plan.tag)
    assert replaced(held, plan, label)
    assert not replaced(held, plan, label)
    table = held.load_table(("history", "users"))
    assert len(table.snapshots()) == before + 1
    assert [row["age"] for row in rows_of(held, "users")] == [30, 31, 31, 31, 30, 30]
    tagged = table.scan(snapshot_id=table.refs()[plan.tag].snapshot_id).to_arrow()
    assert set(tagged["age"].to_pylist()) == {30}


def test_an_append_in_between_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, records = history(tmp_path, 6)
    plan = planned(held)
    stage(held, plan, [], [user_row(each, 100 + each.offset, age=31) for each in records])
    late = record(6, user_body(106))
    meanwhile(monkeypatch, lambda: append(held, "users", [user_row(late, 106)]))
    replaced(held, plan, Label(plan.id, "publish"))
    assert [row["age"] for row in rows_of(held, "users")] == [31] * 6 + [30]


def test_a_job_that_commits_whenever_the_table_was_read_keeps_no_rows_from_being_replaced(
    tmp_path: Path,
) -> None:
    held, records = history(tmp_path, 6)
    plan = planned(held)
    stage(held, plan, [], [user_row(each, 100 + each.offset, age=31) for each in records])
    numbers = count(6)

    def read_and_append(name: tuple[str, str]) -> Table:
        table, number = held.load_table(name), next(numbers)
        append(held, "users", [user_row(record(number, user_body(100 + number)), 100 + number)])
        return table

    rows = staged(held, plan, "users")
    busy = cast(Catalog, SimpleNamespace(load_table=read_and_append))
    assert replace_rows(busy, "users", rows.select(WANTED), rows, Label(plan.id, "publish"))
    assert [row["age"] for row in rows_of(held, "users")][:6] == [31] * 6


def test_tables_of_a_former_version_get_the_properties_of_this_one(tmp_path: Path) -> None:
    held, _ = history(tmp_path, 2)
    table = held.load_table(("history", "users"))
    with table.transaction() as change:
        change.remove_properties("write.delete.isolation-level")
    ensure_tables(held)
    assert held.load_table(("history", "users")).properties["write.delete.isolation-level"] == "snapshot"


def test_files_that_upkeep_has_replaced_in_between_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, records = history(tmp_path, 6, commits=3)
    plan = planned(held)
    stage(held, plan, [], [user_row(each, 100 + each.offset, age=31) for each in records[:2]])
    table = held.load_table(("history", "users"))
    meanwhile(monkeypatch, lambda: table.overwrite(table.scan().to_arrow()))
    replaced(held, plan, Label(plan.id, "publish"))
    assert [row["age"] for row in rows_of(held, "users")] == [31, 31, 30, 30, 30, 30]


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Any) -> None:
    """Let something happen once the new files are written and before they are committed."""
    written, waiting = rewrite._rewritten, [do]

    def then(*arguments: Any) -> Any:
        found = written(*arguments)
        while waiting:
            waiting.pop()()
        return found

    monkeypatch.setattr(rewrite, "_rewritten", then)
