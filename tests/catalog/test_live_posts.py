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
