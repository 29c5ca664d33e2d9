"""What was closed is remembered, and what changed beneath it is noticed, on real Iceberg tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyiceberg.expressions import EqualTo, In

from catalog.accounts import memory as memory_module
from catalog.accounts.books import Accounts
from catalog.accounts.closing import close_accounts
from catalog.accounts.files import Span
from catalog.accounts.lake import Lake
from catalog.accounts.log import Extent, Record
from catalog.accounts.memory import remembered
from catalog.columns import NAMESPACE
from tests.catalog.accounts_rows import RowsLog, append, event_row, lake, record, user_body, user_row

RECORDS = [record(offset, user_body(offset)) for offset in range(10)]
AGAIN = record(10, user_body(3))
LATER = [AGAIN, record(11, user_body(11)), record(12, b"broken")]


class CountingLog(RowsLog):
    """Count the records that are read."""

    read = 0

    def batches(self, topic: str, partition: int, extent: Extent) -> Iterator[list[Record]]:
        for batch in super().batches(topic, partition, extent):
            self.read += len(batch)
            yield batch


class House:
    """Hold a lake with its memory, and close its accounts again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = lake(folder)

    def fill(self, kept: list[Record], **others: list[Record]) -> None:
        """Append the rows of records in one commit a table."""
        rows = [event_row(each, "user", "kept", ind=each.offset) for each in kept]
        for outcome, records in others.items():
            broken = {"reason": "not_json"} if outcome == "rejected" else {"ind": 3}
            rows += [event_row(each, "user", outcome, **broken) for each in records]
        append(self.lake, "events", rows)
        append(self.lake, "users", [user_row(each, each.offset) for each in kept])

    def close(self, records: list[Record], low: int = 0, **options: Any) -> tuple[Accounts, int]:
        """Give the accounts and how many records were read for them."""
        log = CountingLog({("user", 0): records}, low)
        with remembered(self.folder / "closed.sqlite") as memory:
            accounts = close_accounts(log, Lake(self.lake, patience_seconds=0), memory, **options)
        return accounts, log.read

    def delete(self, table: str, *offsets: int) -> None:
        self.lake.load_table((NAMESPACE, table)).delete(In("kafka_offset", offsets))

    def rewrite(self, table: str) -> None:
        """Write every row into new files, as compaction does."""
        target = self.lake.load_table((NAMESPACE, table))
        target.overwrite(target.scan().to_arrow().sort_by([("kafka_offset", "descending")]))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.fill(RECORDS)
    accounts, read = opened.close(RECORDS)
    assert (accounts.closed, accounts.total.kept, read) == (True, 10, 10)
    yield opened
    opened.lake.close()


def faults(accounts: Accounts) -> list[tuple[str, int, str]]:
    return [(fault.kind, fault.offset, fault.where) for row in accounts.rows for fault in row.faults]


def counts(accounts: Accounts) -> tuple[int, ...]:
    total = accounts.total
    return total.accepted, total.kept, total.repeat, total.rejected, total.pending


def test_a_second_run_reads_nothing_when_nothing_is_new(house: House) -> None:
    accounts, read = house.close(RECORDS)
    assert (accounts.closed, counts(accounts), read) == (True, (10, 10, 0, 0, 0), 0)


def test_a_run_reads_only_what_is_new_and_judges_repeats_of_what_was_closed(house: House) -> None:
    house.fill(LATER[1:2], repeat=LATER[:1], rejected=LATER[2:])
    accounts, read = house.close(RECORDS + LATER)
    assert (faults(accounts), counts(accounts), read) == ([], (13, 11, 1, 1, 0), 3)


def test_a_repeat_of_a_closed_record_that_was_kept_again_is_named(house: House) -> None:
    append(house.lake, "events", [event_row(AGAIN, "user", "kept", ind=3)])
    append(house.lake, "users", [user_row(AGAIN, 3)])
    accounts, _ = house.close([*RECORDS, AGAIN])
    assert faults(accounts) == [("unequal", 10, "events: outcome")]


def test_pending_records_are_not_remembered_as_closed(house: House) -> None:
    accounts, _ = house.close(RECORDS + LATER)
    assert counts(accounts) == (13, 10, 0, 0, 3)
    house.fill(LATER[1:2], repeat=LATER[:1], rejected=LATER[2:])
    assert counts(house.close(RECORDS + LATER)[0]) == (13, 11, 1, 1, 0)


@pytest.mark.parametrize("table", ["events", "users"])
def test_a_loss_and_a_double_planted_in_closed_ranges_are_both_named(house: House, table: str) -> None:
    house.delete(table, 4)
    rows = event_row(RECORDS[7], "user", "kept", ind=7) if table == "events" else user_row(RECORDS[7], 7)
    append(house.lake, table, [rows])
    for _ in range(2):
        accounts, _ = house.close(RECORDS)
        assert not accounts.closed
        assert {("missing", 4, table), ("doubled", 7, table)} <= set(faults(accounts))
        assert (accounts.total.missing, accounts.total.doubled) == (1, 2 if table == "events" else 1)


def test_a_fault_is_named_until_it_is_repaired(house: House) -> None:
    house.delete("users", 2)
    assert faults(house.close(RECORDS)[0]) == [("missing", 2, "users")]
    append(house.lake, "users", [user_row(RECORDS[2], 2)])
    accounts, _ = house.close(RECORDS)
    assert (accounts.closed, counts(accounts)) == (True, (10, 10, 0, 0, 0))


def test_rows_that_were_written_anew_are_compared_again_once(house: House) -> None:
    house.fill(LATER[1:2], repeat=LATER[:1], rejected=LATER[2:])
    house.close(RECORDS + LATER)
    house.rewrite("events")
    accounts, read = house.close(RECORDS + LATER)
    assert (faults(accounts), counts(accounts), read) == ([], (13, 11, 1, 1, 0), 13)
    assert house.close(RECORDS + LATER)[1] == 0


def test_an_edit_by_hand_of_a_closed_row_is_noticed(house: House) -> None:
    house.delete("users", 5)
    append(house.lake, "users", [user_row(RECORDS[5], 5, age=31)])
    assert faults(house.close(RECORDS)[0]) == [("unequal", 5, "users: age")]


def test_a_rollback_below_the_mark_loses_closed_records_and_names_them(house: House) -> None:
    before = house.lake.load_table((NAMESPACE, "events")).current_snapshot()
    assert before is not None
    house.fill(LATER[1:2], repeat=LATER[:1], rejected=LATER[2:])
    house.close(RECORDS + LATER)
    table = house.lake.load_table((NAMESPACE, "events"))
    with table.manage_snapshots() as snapshots:
        snapshots.rollback_to_snapshot(before.snapshot_id)
    accounts, _ = house.close(RECORDS + LATER)
    assert {("missing", offset, "events") for offset in (10, 11, 12)} <= set(faults(accounts))


def test_changed_code_drops_what_was_remembered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "code", lambda: "other")
    accounts, read = house.close(RECORDS)
    assert (accounts.closed, counts(accounts), read) == (True, (10, 10, 0, 0, 0), 10)


def test_records_that_kafka_has_dropped_stay_closed(house: House) -> None:
    accounts, read = house.close(RECORDS, low=8)
    assert (accounts.closed, counts(accounts), read) == (True, (10, 10, 0, 0, 0), 0)


def test_a_row_that_is_lost_after_kafka_dropped_its_record_is_missing(house: House) -> None:
    house.delete("events", 2)
    house.delete("users", 2)
    accounts, _ = house.close(RECORDS, low=8)
    assert faults(accounts) == [("missing", 2, "events")]


def test_a_body_that_changed_after_kafka_dropped_its_record_is_unequal(house: House) -> None:
    house.delete("events", 2)
    forged = RECORDS[2]._replace(body=user_body(2, age=44))
    append(house.lake, "events", [event_row(forged, "user", "kept", ind=2)])
    named = faults(house.close(RECORDS, low=8)[0])
    assert ("unequal", 2, "events: body (its content is not what was closed)") in named


def test_a_log_that_begins_anew_is_not_held_against_the_former_one(house: House) -> None:
    for table in ("events", "users"):
        house.lake.load_table((NAMESPACE, table)).delete(EqualTo(term="kafka_topic", value="user"))
    house.fill(RECORDS[:3])
    accounts, _ = house.close(RECORDS[:3])
    assert (accounts.closed, counts(accounts)) == (True, (3, 3, 0, 0, 0))


def test_a_range_is_compared_alone_and_changes_nothing_remembered(house: House) -> None:
    house.fill(LATER[1:2], repeat=LATER[:1], rejected=LATER[2:])
    house.delete("users", 1)
    every = RECORDS + LATER
    inner, read = house.close(every, within={("user", 0): Span(2, 5)})
    assert (inner.closed, counts(inner), read) == (True, (4, 4, 0, 0, 0), 4)
    outer, _ = house.close(every, within={("user", 0): Span(0, 11)})
    assert (faults(outer), counts(outer)) == ([("missing", 1, "users")], (12, 11, 1, 0, 0))
    assert faults(house.close(every)[0]) == [("missing", 1, "users")]


def test_verdicts_of_other_rules_are_counted_and_are_no_fault(house: House) -> None:
    widened = [record(10, user_body(20)), record(11, user_body(20))]
    old = event_row(widened[0], "user", "rejected", reason="out_of_range", reason_detail="age: 30")
    append(house.lake, "events", [old, event_row(widened[1], "user", "kept", ind=20) | {"rules": "r2"}])
    append(house.lake, "users", [user_row(widened[1], 20) | {"rules": "r2"}])
    accounts, _ = house.close(RECORDS + widened, rules="r2")
    assert (faults(accounts), accounts.total.other_rules, accounts.total.rejected) == ([], 1, 1)
    assert house.close(RECORDS + widened, rules="r1")[0].closed


@given(st.lists(st.lists(st.integers(0, 60), unique=True).map(sorted), max_size=3))
def test_the_offsets_that_held_records_are_remembered_with_their_gaps(batches: list[list[int]]) -> None:
    every = sorted({offset for batch in batches for offset in batch})
    with remembered(":memory:") as memory:
        for at in range(0, len(every), 7):
            memory.hold(("pin", 0), every[at : at + 7])
        assert list(memory.held(("pin", 0), 0, 99)) == every
        assert list(memory.held(("pin", 0), 10, 20)) == [offset for offset in every if 10 <= offset <= 20]
        assert memory.newest_held(("pin", 0)) == max(every, default=-1)
