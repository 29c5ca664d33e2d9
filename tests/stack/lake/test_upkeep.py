"""Upkeep of real tables, by Trino, over a real object store."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from lake_rows import TODAY, YESTERDAY, event_row, post_rows, read, write
from pyiceberg.catalog import Catalog
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update import AddSnapshotUpdate

from catalog.columns import NAMESPACE
from catalog.errors import TransientError
from catalog.names import Stream
from catalog.objects import open_objects
from catalog.postgres import connect, connect_committing
from catalog.settings import Settings, Upkeep
from stack.upkeep import statements
from stack.upkeep.database import clear
from stack.upkeep.guard import LEAST_SNAPSHOTS, Guard
from stack.upkeep.report import State
from stack.upkeep.run import upkeep
from stack.upkeep.statements import open_upkeep
from stack.upkeep.store import Store
from stack.upkeep.table import Tended, keeping

FILES = 480
POSTS = 16_000
MINUTES = """
    INSERT INTO live.activity_by_stream
    SELECT day + minute, 'pin', 'kept', 3
    FROM unnest(ARRAY[%(old)s, %(new)s]) AS day, unnest(ARRAY['10:00'::time, '11:00']) AS minute
    ON CONFLICT DO NOTHING"""


def _table(lake: Catalog, name: str) -> Any:
    return lake.load_table((NAMESPACE, name))


def test_many_small_files_become_few_with_the_same_rows_and_question_4_is_timed(
    services: Settings, lake: Catalog
) -> None:
    rows = post_rows(POSTS, YESTERDAY)
    for name, found in rows.items():
        write(lake, name, found, FILES)
    reports = {report.table: report for report in upkeep(services)}
    for name in rows:
        report = reports[name]
        assert report.state == State.DONE
        assert report.before.files >= 300
        assert report.after.files <= 4
        assert [(day.day, day.rows, day.is_same) for day in report.days] == [(YESTERDAY.date(), POSTS, True)]
        assert [{**row, **own} for row, own in zip(read(lake, name), rows[name], strict=True)] == read(
            lake, name
        )
        assert report.question_seconds_before
        assert report.question_seconds_after
    assert "events" not in reports


def test_only_closed_days_are_joined_unless_all_are_asked_for(services: Settings, lake: Catalog) -> None:
    write(lake, "pins", post_rows(40, YESTERDAY)["pins"], 10)
    write(lake, "pins", post_rows(40, TODAY, start=40)["pins"], 10)
    by_schedule = upkeep(services, ["pins"])[0]
    assert [day.day for day in by_schedule.days] == [YESTERDAY.date()]
    assert by_schedule.after.files > 10
    by_hand = upkeep(services, ["pins"], everything=True)[0]
    assert [day.day for day in by_hand.days] == [YESTERDAY.date(), TODAY.date()]
    assert by_hand.after.files <= 3
    assert by_hand.days[0].hash_after == by_schedule.days[0].hash_after


def test_commits_of_a_job_while_upkeep_runs_stay_and_disturb_nothing(
    services: Settings, lake: Catalog
) -> None:
    write(lake, "pins", post_rows(600, TODAY)["pins"], 60)
    is_over, numbers = threading.Event(), iter(range(1000, 2000))

    def commit() -> None:
        while not is_over.is_set():
            write(lake, "pins", post_rows(1, TODAY, start=next(numbers))["pins"])

    job = threading.Thread(target=commit)
    job.start()
    try:
        reports = [report for _ in range(2) for report in upkeep(services, ["pins"], everything=True)]
    finally:
        is_over.set()
        job.join()
    assert [report.state for report in reports] == [State.DONE] * 2
    expected = [*range(600), *range(1000, next(numbers))]
    assert [row["ind"] for row in read(lake, "pins")] == expected


def test_a_rewrite_that_loses_rows_is_named_by_table_and_day_and_removes_nothing(
    services: Settings, lake: Catalog
) -> None:
    write(lake, "geos", post_rows(40, YESTERDAY)["geos"], 4)

    with (
        open_upkeep(services.trino) as run,
        open_objects(services.s3) as objects,
        connect(services.postgres) as at,
    ):

        def losing(statement: str) -> list[tuple[Any, ...]]:
            if "EXECUTE expire" in statement or "EXECUTE remove" in statement:
                pytest.fail(f"after a loss: {statement}")
            return _lose_a_file(lake) if statement.endswith("UTC'") else run(statement)

        report = Tended(lake, losing, "geos", services.upkeep, Store(at).known).tend(
            Guard(objects), everything=False
        )
    assert report is not None
    assert report.state == State.CHANGED
    assert [(day.day, day.is_same) for day in report.days] == [(YESTERDAY.date(), False)]


def _lose_a_file(lake: Catalog) -> list[tuple[Any, ...]]:
    table = _table(lake, "geos")
    lost = next(iter(table.scan().plan_files())).file
    with table.transaction() as change:
        with change.update_snapshot().overwrite() as rewrite:
            rewrite.delete_data_file(lost)
        for update in change._updates:
            if isinstance(update, AddSnapshotUpdate):
                vars(update.snapshot.summary)["operation"] = Operation.REPLACE
    return []


def test_fifty_snapshots_stay_and_those_with_a_tag(services: Settings, lake: Catalog) -> None:
    for number in range(LEAST_SNAPSHOTS + 3):
        write(lake, "users", post_rows(1, TODAY, start=number)["users"])
    table = _table(lake, "users")
    first = table.metadata.snapshots[0].snapshot_id
    table.manage_snapshots().create_tag(first, "replay-7-before").commit()
    with open_upkeep(services.trino) as run:
        run("SET SESSION lake_rw.expire_snapshots_min_retention = '0s'")
        statements.expire(run, "users", timedelta(0))
    after = _table(lake, "users")
    kept = {snapshot.snapshot_id for snapshot in after.metadata.snapshots}
    assert len(kept) == LEAST_SNAPSHOTS + 1
    assert first in kept
    with open_objects(services.s3) as objects:
        Guard(objects).check(after, table)
    assert after.scan(snapshot_id=first).to_arrow().num_rows == 1


def test_a_job_that_stands_still_loses_neither_its_last_commit_nor_its_files() -> None:
    settings = Upkeep(snapshot_hours=6, orphan_days=3)
    assert keeping(settings, timedelta(seconds=10)) == (timedelta(hours=6), timedelta(days=3))
    snapshots, orphans = keeping(settings, timedelta(days=9))
    assert snapshots > timedelta(days=9)
    assert orphans > timedelta(days=10)


def test_a_live_file_that_is_gone_is_told(services: Settings, lake: Catalog) -> None:
    table = write(lake, "pins", post_rows(4, TODAY)["pins"])
    lost = next(iter(table.scan().plan_files())).file.file_path
    with open_objects(services.s3) as objects:
        guard = Guard(objects)
        guard.check(table, table)
        objects.delete_object(Bucket="lake", Key=lost.removeprefix("s3://lake/"))
        with pytest.raises(TransientError, match="1 live files are gone"):
            guard.check(table, table)
        objects.put_object(Bucket="lake", Key=lost.removeprefix("s3://lake/"), Body=b"")


def test_what_was_hashed_once_is_not_read_again(services: Settings, lake: Catalog) -> None:
    write(lake, "events", [event_row(Stream.PIN, number, YESTERDAY) for number in range(20)], 4)
    first = upkeep(services, ["events"])[0].days[0]
    asked = []
    with (
        open_upkeep(services.trino) as run,
        open_objects(services.s3) as objects,
        connect(services.postgres) as at,
    ):

        def noting(statement: str) -> list[tuple[Any, ...]]:
            asked.append(statement)
            return run(statement)

        tended = Tended(lake, noting, "events", services.upkeep, Store(at).known)
        report = tended.tend(Guard(objects), everything=False)
    assert report is not None
    assert (report.days[0].hash_before, report.days[0].hash_after) == (first.hash_after, first.hash_after)
    assert not [statement for statement in asked if "checksum" in statement]


def test_two_runs_at_a_time_are_refused(services: Settings) -> None:
    with connect(services.postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7110)")
        with pytest.raises(TransientError, match="another run"):
            upkeep(services)


def test_old_minutes_become_days_and_the_totals_stay(services: Settings) -> None:
    old, new = date(2020, 1, 1), datetime.now(UTC).date()
    with connect_committing(services.postgres) as opened, opened.cursor() as cursor:
        for _ in range(2):  # a job that starts anew writes the old minutes again
            cursor.execute(MINUTES, {"old": old, "new": new})
            cursor.execute("SELECT records FROM live.activity_total")
            assert cursor.fetchall() == [(12,)]
            assert clear(opened, 30).minutes == 2
            cursor.execute("SELECT records FROM live.activity_total")
            assert cursor.fetchall() == [(12,)]
            cursor.execute("SELECT count(*) FROM live.activity_by_stream")
            assert cursor.fetchone() == (2,)
        cursor.execute("TRUNCATE live.activity_by_stream, live.activity_by_day")
