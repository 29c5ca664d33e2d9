from collections.abc import Iterator
from typing import Any

import pytest

from catalog.postgres import MIGRATIONS, connect, migrate
from catalog.settings import ROOT, Postgres
from tests.servers.postgres import postgres_server


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as address:
        migrate(address)
        yield address


def left_after_delete(postgres: Postgres, application: str) -> Any:
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", (application,))
        cursor.execute("INSERT INTO live.posts (ind) VALUES (7) ON CONFLICT (ind) DO NOTHING")
        cursor.execute("DELETE FROM live.posts WHERE ind = 7")
        cursor.execute("SELECT count(*) FROM live.posts")
        return cursor.fetchall()


def test_the_live_job_cannot_delete_a_post_and_others_can(postgres: Postgres) -> None:
    assert left_after_delete(postgres, "pinflow-live") == [(1,)]
    assert left_after_delete(postgres, "psql") == [(0,)]


def test_the_live_job_goes_by_the_name_that_the_trigger_knows() -> None:
    named = (ROOT / "flink_jobs" / "sinks.py").read_text()
    assert 'APPLICATION = "pinflow-live"' in named
    assert "'pinflow-live'" in (MIGRATIONS / "004_posts_stay.sql").read_text()


UPSERT = """
    INSERT INTO live.posts (ind, {part}_partition, {part}_offset, {part}_accepted_at) VALUES (8, %s, %s, %s)
    ON CONFLICT (ind) DO UPDATE SET {part}_partition = excluded.{part}_partition,
        {part}_offset = excluded.{part}_offset, {part}_accepted_at = excluded.{part}_accepted_at"""
OLDER, NEWER = (0, 5, "2026-01-01T12:00:00"), (0, 9, "2026-01-01T12:00:01")
NOTHING = (None, None, None)


@pytest.mark.parametrize("part", ["pin", "geo", "user"])
@pytest.mark.parametrize("late", [OLDER, NOTHING])
def test_a_newer_part_stays_when_an_older_one_or_nothing_is_written_and_gives_way_to_a_newer(
    postgres: Postgres, part: str, late: tuple[Any, ...]
) -> None:
    with connect(postgres) as opened, opened.cursor() as cursor:
        seen = []
        for row in (OLDER, NEWER, late):
            cursor.execute(UPSERT.format(part=part), row)
            cursor.execute(f"SELECT {part}_offset FROM live.posts WHERE ind = 8")
            seen += cursor.fetchall()
        opened.rollback()
    assert seen == [(5,), (9,), (9,)]
