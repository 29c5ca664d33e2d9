"""What the observer tells of the newest records and posts, against rows of a real Postgres."""

from collections.abc import Iterator

import pytest

from catalog.postgres import connect, migrate
from catalog.settings import Postgres
from observe.figures import COLUMNS, Figures, shares, tables
from tests.servers.postgres import postgres_server

NOW = "now() AT TIME ZONE 'UTC'"
ROWS = f"""
INSERT INTO live.activity_by_stream VALUES
    (date_trunc('minute', {NOW}), 'pin', 'kept', 5),
    (date_trunc('minute', {NOW}) - interval '1 minute', 'pin', 'kept', 7),
    (date_trunc('minute', {NOW}), 'pin', 'repeat', 2),
    (date_trunc('minute', {NOW}) - interval '1 hour', 'pin', 'rejected', 100);
INSERT INTO live.posts (ind, title, country, pin_offset, geo_offset, user_offset, pin_accepted_at) VALUES
    (1, 'a title', NULL, 1, 1, 1, {NOW}),
    (2, NULL, 'Albania', 2, 2, NULL, {NOW}),
    (3, NULL, NULL, 3, NULL, NULL, {NOW}),
    (4, 'another', NULL, 4, NULL, NULL, {NOW}),
    (5, NULL, NULL, 5, 5, 5, {NOW} - interval '1 hour');
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("figures") / "data") as server:
        migrate(server)
        yield server


@pytest.fixture
def filled(postgres: Postgres) -> Iterator[Postgres]:
    with connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute(ROWS)
    yield postgres
    with connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE live.activity_by_stream, live.posts")


def test_records_of_the_last_five_minutes_are_counted_by_outcome(filled: Postgres) -> None:
    figures = Figures()
    with tables(filled, figures) as step:
        step()
    assert figures.recent == {("pin", "kept"): 12, ("pin", "repeat"): 2}


def test_a_column_is_unknown_only_where_its_part_is_there(filled: Postgres) -> None:
    figures = Figures()
    with shares(filled, figures) as step:
        step()
    assert figures.unknown_share["pin", "title"] == 0.5
    assert figures.unknown_share["geo", "country"] == 0.5
    assert figures.unknown_share["user", "user_name"] == 1
    assert set(figures.unknown_share) == set(COLUMNS)
    assert figures.complete_share == 0.25


def test_without_new_posts_there_are_no_shares(postgres: Postgres) -> None:
    figures = Figures()
    with shares(postgres, figures) as step:
        step()
    assert (figures.unknown_share, figures.complete_share) == ({}, None)
