from pathlib import Path
from typing import Any

import pytest

from catalog.accounts.books import Account, Accounts, FaultKind
from catalog.accounts.closing import close_accounts
from catalog.accounts.lake import Lake
from catalog.accounts.memory import remembered
from tests.catalog.accounts_rows import (
    RowsLog,
    append,
    event_row,
    lake,
    pin_body,
    pin_row,
    record,
    user_body,
    user_row,
)

ANN, REPEATED, BROKEN, OLD, BOB = (
    record(0, user_body(7)),
    record(1, user_body(7)),
    record(
        2,
        b'{"ind": 7, "first_name": "A", "last_name": "B", "age": 151, "date_joined": "2016-02-29 10:00:00"}',
    ),
    record(3, user_body(7, age=35)),
    record(4, user_body(9, first="Bob")),
)
USERS = [ANN, REPEATED, BROKEN, OLD, BOB]
EVENTS = [
    event_row(ANN, "user", "kept", ind=7),
    event_row(REPEATED, "user", "repeat", ind=7),
    event_row(BROKEN, "user", "rejected", reason="out_of_range", reason_detail="age: 151"),
    event_row(OLD, "user", "kept", ind=7),
    event_row(BOB, "user", "kept", ind=9),
]
CLEANED = [user_row(ANN, 7), user_row(OLD, 7, age=35), user_row(BOB, 9, name="Bob Lee")]


def close(folder: Path, log: RowsLog, **tables: list[dict[str, Any]]) -> Accounts:
    with lake(folder) as catalog:
        for table, rows in tables.items():
            append(catalog, table, rows)
        with remembered(":memory:") as memory:
            return close_accounts(log, Lake(catalog, patience_seconds=0), memory)


def close_users(folder: Path, events: list[dict[str, Any]], users: list[dict[str, Any]]) -> Account:
    accounts = close(folder, RowsLog({("user", 0): USERS}), events=events, users=users)
    assert accounts.closed == (not accounts.rows[0].faults)
    return accounts.rows[0]


def faults(account: Account) -> list[tuple[str, int, str]]:
    return [(fault.kind, fault.offset, fault.where) for fault in account.faults]


def changed(rows: list[dict[str, Any]], at: int, **columns: Any) -> list[dict[str, Any]]:
    return [row | columns if index == at else row for index, row in enumerate(rows)]


def test_sound_rows_close_the_accounts(tmp_path: Path) -> None:
    account = close_users(tmp_path, EVENTS, CLEANED)
    assert faults(account) == []
    counts = account.accepted, account.kept, account.repeat, account.rejected, account.pending
    assert counts == (5, 3, 1, 1, 0)


def test_a_record_above_the_newest_commit_is_pending_not_missing(tmp_path: Path) -> None:
    account = close_users(tmp_path, EVENTS[:3], CLEANED)
    assert (account.pending, faults(account)) == (2, [])


def test_headers_may_be_stored_in_any_order(tmp_path: Path) -> None:
    events = changed(EVENTS, 0, headers=list(reversed(ANN.headers or [])))
    assert faults(close_users(tmp_path, events, CLEANED)) == []


def test_an_empty_lake_leaves_every_record_pending(tmp_path: Path) -> None:
    accounts = close(tmp_path, RowsLog({("user", 0): USERS}))
    assert (accounts.total.pending, accounts.closed) == (5, True)


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_lost_event_is_missing(tmp_path: Path, lost: int) -> None:
    account = close_users(tmp_path, EVENTS[:lost] + EVENTS[lost + 1 :], CLEANED)
    assert (FaultKind.MISSING, lost, "events") in faults(account)
    assert account.missing == 1


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_lost_cleaned_row_is_missing(tmp_path: Path, lost: int) -> None:
    account = close_users(tmp_path, EVENTS, CLEANED[:lost] + CLEANED[lost + 1 :])
    assert faults(account) == [("missing", CLEANED[lost]["kafka_offset"], "users")]


@pytest.mark.parametrize("twice", [0, 2, 4])
def test_a_second_row_of_an_event_is_doubled(tmp_path: Path, twice: int) -> None:
    account = close_users(tmp_path, [*EVENTS, EVENTS[twice]], CLEANED)
    assert faults(account) == [("doubled", twice, "events")]
    assert account.kept + account.repeat + account.rejected == 5


def test_a_second_cleaned_row_is_doubled(tmp_path: Path) -> None:
    account = close_users(tmp_path, EVENTS, [*CLEANED, CLEANED[2]])
    assert faults(account) == [("doubled", 4, "users")]


def test_the_cleaned_row_of_a_repeat_is_doubled(tmp_path: Path) -> None:
    account = close_users(tmp_path, EVENTS, [*CLEANED, user_row(REPEATED, 7)])
    assert faults(account) == [("doubled", 1, "users")]


def test_an_event_that_kafka_does_not_hold_is_doubled(tmp_path: Path) -> None:
    gap = RowsLog({("user", 0): [ANN, REPEATED, OLD, BOB]})
    account = close(tmp_path, gap, events=EVENTS, users=CLEANED).rows[0]
    assert faults(account) == [("doubled", 2, "events")]


@pytest.mark.parametrize(
    ("at", "columns"),
    [
        (0, {"body": b"{}"}),
        (0, {"message_key": None}),
        (0, {"headers": [("owner", b"me")]}),
        (0, {"owner": "you"}),
        (0, {"event_id": None}),
        (0, {"rules": ""}),
        (0, {"ind": 8}),
        (0, {"stream": "geo"}),
        (0, {"accepted_at": 0}),
        (2, {"reason": "wrong_type"}),
        (2, {"reason_detail": "ind: 151"}),
    ],
)
def test_an_event_that_its_bytes_do_not_demand_is_unequal(tmp_path: Path, at: int, columns: Any) -> None:
    account = close_users(tmp_path, changed(EVENTS, at, **columns), CLEANED)
    assert faults(account) == [("unequal", at, f"events: {next(iter(columns))}")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ind", 8),
        ("user_name", "Ann  Lee"),
        ("user_name", None),
        ("age", 31),
        ("date_joined", 0),
        ("age_group", None),
        ("join_year", 2015),
        ("kafka_topic", "geo"),
        ("accepted_at", 0),
        ("owner", None),
        ("event_id", "event-1"),
        ("rules", None),
    ],
)
def test_a_cleaned_value_that_the_bytes_do_not_demand_is_unequal(
    tmp_path: Path, column: str, value: Any
) -> None:
    account = close_users(tmp_path, EVENTS, changed(CLEANED, 0, **{column: value}))
    assert faults(account) == [("unequal", 0, f"users: {column}")]


def test_a_newer_version_called_a_repeat_is_unequal(tmp_path: Path) -> None:
    account = close_users(tmp_path, changed(EVENTS, 3, outcome="repeat"), [CLEANED[0], CLEANED[2]])
    assert faults(account) == [("unequal", 3, "events: outcome (it repeats nothing)")]


def test_a_repeat_called_kept_is_unequal(tmp_path: Path) -> None:
    account = close_users(tmp_path, changed(EVENTS, 1, outcome="kept"), [*CLEANED, user_row(REPEATED, 7)])
    assert faults(account) == [("unequal", 1, "events: outcome")]


def test_only_the_first_faults_are_named_but_all_are_counted(tmp_path: Path) -> None:
    many = [record(offset, b"?") for offset in range(30)]
    last = event_row(many[-1], "user", "rejected", reason="not_json", reason_detail="?")
    account = close(tmp_path, RowsLog({("user", 0): many}), events=[last]).rows[0]
    assert (account.missing, len(account.faults)) == (29, 20)


def test_records_that_kafka_dropped_are_judged_from_events(tmp_path: Path) -> None:
    log = RowsLog({("user", 0): USERS}, low=3)
    assert faults(close(tmp_path, log, events=EVENTS, users=CLEANED).rows[0]) == []


def test_a_loss_below_kafkas_earliest_offset_still_shows_in_the_cleaned_table(tmp_path: Path) -> None:
    log = RowsLog({("user", 0): USERS}, low=3)
    account = close(tmp_path, log, events=EVENTS, users=CLEANED[1:]).rows[0]
    assert faults(account) == [("missing", 0, "users")]


def test_a_record_that_fits_no_stream_is_rejected(tmp_path: Path) -> None:
    strange = record(0, b"\xff")
    row = event_row(strange, "unreadable", "rejected", reason="no_stream")
    accounts = close(tmp_path, RowsLog({("unreadable", 0): [strange]}), events=[row])
    assert (accounts.closed, accounts.total.rejected) == (True, 1)


def test_a_pin_of_the_older_form_repeats_a_pin_with_a_poster(tmp_path: Path) -> None:
    pins = [
        record(0, pin_body(5, "t", poster_name="P")),
        record(1, pin_body(5, "t")),
        record(2, pin_body(5, "s")),
    ]
    outcomes = ["kept", "repeat", "kept"]
    events = [event_row(pin, "pin", outcome, ind=5) for pin, outcome in zip(pins, outcomes, strict=True)]
    cleaned = [pin_row(pins[0], 5, "t", poster="P"), pin_row(pins[2], 5, "s")]
    accounts = close(tmp_path, RowsLog({("pin", 0): pins}), events=events, pins=cleaned)
    assert faults(accounts.rows[0]) == []


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (("kept", "repeat"), []),
        (("repeat", "kept"), []),
        (("kept", "kept"), [("unequal", 0, "events: outcome (kept in another partition too)")]),
        (("repeat", "repeat"), [("unequal", 0, "events: outcome (it repeats nothing)")] * 2),
    ],
)
def test_equal_records_in_two_partitions_are_kept_exactly_once(
    tmp_path: Path, outcomes: Any, expected: Any
) -> None:
    places = list(enumerate(outcomes))
    events = [event_row(ANN, "user", outcome, partition=number, ind=7) for number, outcome in places]
    users = [user_row(ANN, 7, partition=number) for number, outcome in places if outcome == "kept"]
    log = RowsLog({("user", 0): [ANN], ("user", 1): [ANN]})
    accounts = close(tmp_path, log, events=events, **({"users": users} if users else {}))
    assert [fault for account in accounts.rows for fault in faults(account)] == expected
