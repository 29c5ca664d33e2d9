from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from catalog.errors import SetupError
from catalog.postgres import connect, migrate
from catalog.settings import Postgres, Settings
from catalog.setup import ensure_live_views, live_views
from stack.questions import Engine, Median, answer, answers, query, questions
from tests.ask.post_rows import Part, fill, generated_posts, recomputed
from tests.servers.postgres import postgres_server

NUMBERS = ["4", "5", "6a", "6b", "7", "8", "9", "10", "11"]


class OnPostgres(Settings):
    """Address the test's own server."""

    def __init__(self, address: Postgres) -> None:
        self.__dict__["postgres"] = address


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as address:
        migrate(address)
        ensure_live_views(address)
        yield OnPostgres(address)


def hold(settings: Settings, posts: list[Part]) -> None:
    with connect(settings.postgres) as connection, connection.cursor() as cursor:
        fill(cursor, posts)


def types(rows: list[dict[str, Any]]) -> list[list[type]]:
    return [[type(value) for value in row.values()] for row in rows]


@pytest.mark.parametrize("engine", Engine)
def test_both_engines_have_every_question_in_its_order(engine: Engine) -> None:
    assert list(questions(engine)) == NUMBERS


@pytest.mark.parametrize("median", Median)
@pytest.mark.parametrize("seed", range(5))
def test_postgres_answers_as_the_recomputation_does(settings: Settings, seed: int, median: Median) -> None:
    posts = generated_posts(seed, 400)
    hold(settings, posts)
    mine = recomputed(posts, lower=median == Median.LOWER)
    theirs = answers(Engine.POSTGRES, settings, median)
    assert all(mine.values())
    assert theirs == mine
    assert {number: types(rows) for number, rows in theirs.items()} == {
        n: types(rows) for n, rows in mine.items()
    }


@effort(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 12))
def test_few_posts_are_answered_as_well(settings: Settings, seed: int, count: int) -> None:
    posts = generated_posts(seed, count)
    hold(settings, posts)
    assert answers(Engine.POSTGRES, settings) == recomputed(posts)


def test_a_view_of_each_question_gives_its_rows(settings: Settings) -> None:
    hold(settings, generated_posts(1, 200))
    for number, (view, text) in zip(NUMBERS, live_views().items(), strict=True):
        rows = query(Engine.POSTGRES, settings, f"SELECT * FROM live.{view}")
        assert rows == query(Engine.POSTGRES, settings, text)
        assert len(rows) == len(answer(Engine.POSTGRES, settings, number)) > 0


def test_a_view_is_replaced_also_when_its_columns_change(settings: Settings) -> None:
    with connect(settings.postgres) as connection, connection.cursor() as cursor:
        cursor.execute("DROP VIEW live.users_by_join_year")
        cursor.execute("CREATE VIEW live.users_by_join_year AS SELECT 1 AS other")
    for _ in range(2):
        ensure_live_views(settings.postgres)
        rows = query(Engine.POSTGRES, settings, "SELECT * FROM live.users_by_join_year")
        assert rows == answer(Engine.POSTGRES, settings, "9")


def test_posts_without_followers_have_no_median(settings: Settings) -> None:
    hold(settings, [])
    assert all(rows == [] for rows in answers(Engine.POSTGRES, settings).values())


def test_an_unknown_question_is_refused_by_naming_the_known_ones(settings: Settings) -> None:
    with pytest.raises(SetupError, match=r"no question 12; there are 4, 5, 6a"):
        answer(Engine.POSTGRES, settings, "12")


def test_ad_hoc_sql_reads_but_never_writes(settings: Settings) -> None:
    assert query(Engine.POSTGRES, settings, "SELECT 1 AS one, 'a%b' AS text") == [{"one": 1, "text": "a%b"}]
    with pytest.raises(SetupError, match="read-only transaction"):
        query(Engine.POSTGRES, settings, "DELETE FROM live.posts")


def test_broken_sql_is_the_askers_fault(settings: Settings) -> None:
    with pytest.raises(SetupError, match="nothing_here"):
        query(Engine.POSTGRES, settings, "SELECT * FROM nothing_here")
