"""Publishing a difference and undoing it, on real Iceberg tables and a real Postgres."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection
from pyiceberg.catalog import Catalog

from catalog.accounts.log import Record
from catalog.names import Stream
from catalog.postgres import connect, migrate
from catalog.recounts import drifts
from catalog.replay import store
from catalog.replay.change import Step, change, correction, numbers, read_changes, touched
from catalog.replay.diffs import diff
from catalog.replay.plans import Plan
from catalog.replay.posts import bring_live
from catalog.settings import Postgres
from tests.catalog.accounts_rows import append, event_row, record, user_body, user_row
from tests.catalog.replay.replay_rows import history, planned, rejected, rows_of, stage
from tests.servers.postgres import postgres_server

PARTS = "SELECT ind, user_name, age, user_offset FROM live.posts ORDER BY ind"
LETTERS = "SELECT kafka_offset, reason, state, attempts FROM live.dead_letters ORDER BY kafka_offset"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as settings:
        migrate(settings)
        yield settings


@pytest.fixture
def opened(postgres: Postgres) -> Iterator[connection]:
    with connect(postgres) as opened:
        with opened.cursor() as cursor:
            cursor.execute(
                "TRUNCATE live.posts, live.dead_letters, live.replay_letters, live.corrected, live.replays"
            )
        opened.commit()
        yield opened


def fetched(opened: connection, query: str) -> list[tuple[Any, ...]]:
    with opened.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def live(opened: connection, of: list[Record], first: int = 100, age: int = 30) -> None:
    """Let the live job have written the user part of a number a record."""
    with opened.cursor() as cursor:
        for each in of:
            cursor.execute(
                "INSERT INTO live.posts (ind, user_name, age, user_partition, user_offset, user_accepted_at)"
                " VALUES (%s, 'Ann Lee', %s, 0, %s, to_timestamp(%s) AT TIME ZONE 'UTC')",
                (first + each.offset, age, each.offset, each.accepted_us / 1_000_000),
            )
    opened.commit()


def done(held: Catalog, plan: Plan, opened: connection, step: Step) -> None:
    change(held, plan, step)
    store.add(opened, plan) if step == Step.PUBLISH and plan.id not in ids(opened) else None
    with opened.cursor() as cursor:
        bring_live(cursor, held, correction(held, plan), stands=step == Step.PUBLISH)
    opened.commit()


def ids(opened: connection) -> set[str]:
    return {each.id for each in store.every(opened)}


@pytest.fixture
def narrowed(tmp_path: Path) -> tuple[Catalog, list[Record], Plan]:
    """Six numbers, of which changed rules refuse the first two; the third reads otherwise."""
    held, records = history(tmp_path, 6)
    plan = planned(held)
    others = [event_row(each, "user", "kept", ind=100 + each.offset) for each in records[2:]]
    users = [user_row(each, 100 + each.offset, age=31 if each.offset == 2 else 30) for each in records[2:]]
    stage(held, plan, [*map(rejected, records[:2]), *others], users)
    diff(held, plan, "history", plan.namespace, lambda *_: None)
    return held, records, plan


def test_publishing_and_undoing_leaves_everything_as_it_was(
    narrowed: tuple[Catalog, list[Record], Plan], opened: connection, postgres: Postgres
) -> None:
    held, records, plan = narrowed
    live(opened, records)
    before = rows_of(held, "events"), rows_of(held, "users"), fetched(opened, PARTS)
    done(held, plan, opened, Step.PUBLISH)
    assert [row["outcome"] for row in rows_of(held, "events")] == ["rejected"] * 2 + ["kept"] * 4
    assert [(row["ind"], row["age"]) for row in rows_of(held, "users")] == [
        (102, 31), (103, 30), (104, 30), (105, 30),
    ]  # fmt: skip
    assert fetched(opened, PARTS)[0][:3] == (102, "Ann Lee", 31)
    assert fetched(opened, LETTERS) == [(0, "out_of_range", "open", 0), (1, "out_of_range", "open", 0)]
    assert drifts(postgres) == {}
    done(held, plan, opened, Step.PUBLISH)
    assert len(fetched(opened, LETTERS)) == 2
    done(held, plan, opened, Step.UNDO)
    assert (rows_of(held, "events"), rows_of(held, "users")) == before[:2]
    assert [row[:2] for row in fetched(opened, PARTS)] == [row[:2] for row in before[2]]
    assert fetched(opened, LETTERS) == []


def test_a_record_that_is_accepted_again_takes_its_letter_along_and_back(
    tmp_path: Path, opened: connection
) -> None:
    held, _ = history(tmp_path, 2)
    refused = record(2, user_body(102, age=180))
    append(held, "events", [rejected(refused)])
    with opened.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live.dead_letters"
            " (kafka_topic, kafka_partition, kafka_offset, accepted_at, reason, state)"
            " VALUES ('user', 0, 2, now(), 'out_of_range', 'waived')"
        )
    opened.commit()
    plan = planned(held, **{"from": "user:0=2", "to": "user:0=2"})
    stage(held, plan, [event_row(refused, "user", "kept", ind=102)], [user_row(refused, 102, age=180)])
    diff(held, plan, "history", plan.namespace, lambda *_: None)
    done(held, plan, opened, Step.PUBLISH)
    assert fetched(opened, LETTERS) == []
    assert [row[:3] for row in fetched(opened, PARTS)] == [(102, "Ann Lee", 180)]
    done(held, plan, opened, Step.UNDO)
    assert fetched(opened, LETTERS) == [(2, "out_of_range", "waived", 0)]
    assert fetched(opened, PARTS) == []


def test_a_version_that_came_after_the_cut_stays_live(
    narrowed: tuple[Catalog, list[Record], Plan], opened: connection
) -> None:
    held, records, plan = narrowed
    live(opened, records[:1])
    live(opened, [record(9, b"")], first=92, age=44)
    done(held, plan, opened, Step.PUBLISH)
    assert [row[:3] for row in fetched(opened, PARTS)][:1] == [(101, "Ann Lee", 44)]


def test_an_older_version_takes_the_place_of_one_that_the_rules_refuse(
    tmp_path: Path, opened: connection
) -> None:
    held, records = history(tmp_path, 1)
    newer = record(1, user_body(100, age=40))
    append(held, "events", [event_row(newer, "user", "kept", ind=100)])
    append(held, "users", [user_row(newer, 100, age=40)])
    live(opened, [newer], first=99, age=40)
    plan = planned(held)
    stage(
        held,
        plan,
        [event_row(records[0], "user", "kept", ind=100), rejected(newer)],
        [user_row(records[0], 100)],
    )
    diff(held, plan, "history", plan.namespace, lambda *_: None)
    done(held, plan, opened, Step.PUBLISH)
    assert fetched(opened, PARTS) == [(100, "Ann Lee", 30, 0)]


def test_what_a_replay_touches_is_named_by_number_or_record(
    narrowed: tuple[Catalog, list[Record], Plan],
) -> None:
    held, _, plan = narrowed
    changes = read_changes(held, plan)
    assert numbers(changes, plan) == {Stream.USER: [100, 101, 102]}
    assert touched(changes) == {("number", 100), ("number", 101), ("number", 102)}


def write_back(opened: connection, of: Record, age: int) -> None:
    """Write a user part as the live job does, from what it holds."""
    with opened.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', 'pinflow-live', true)")
        cursor.execute(
            "INSERT INTO live.posts (ind, user_name, age, user_partition, user_offset, user_accepted_at)"
            " VALUES (%s, 'Ann Lee', %s, 0, %s, to_timestamp(%s) AT TIME ZONE 'UTC')"
            " ON CONFLICT (ind) DO UPDATE SET age = excluded.age, user_offset = excluded.user_offset,"
            " user_partition = 0, user_accepted_at = excluded.user_accepted_at",
            (100 + of.offset % 10, age, of.offset, of.accepted_us / 1_000_000),
        )
        cursor.execute("INSERT INTO live.count_by_join_year VALUES (2016, 9, 9, 9) ON CONFLICT DO NOTHING")
    opened.commit()


def test_the_live_job_does_not_write_back_what_was_corrected(
    narrowed: tuple[Catalog, list[Record], Plan], opened: connection
) -> None:
    held, records, plan = narrowed
    live(opened, records)
    done(held, plan, opened, Step.PUBLISH)
    corrected = fetched(opened, PARTS)
    for each in records[:3]:
        write_back(opened, each, age=30)
    assert fetched(opened, PARTS) == corrected
    write_back(opened, record(12, b""), age=50)
    assert fetched(opened, PARTS)[0] == (102, "Ann Lee", 50, 12)
    assert fetched(opened, "SELECT * FROM live.count_by_join_year") == []
    done(held, plan, opened, Step.UNDO)
    write_back(opened, records[0], age=30)
    assert fetched(opened, PARTS)[0] == (100, "Ann Lee", 30, 0)
    assert len(fetched(opened, "SELECT * FROM live.count_by_join_year")) == 1
