from collections.abc import Iterator

import pytest

from catalog.accounts.counts import unequal_counts
from catalog.postgres import connect, migrate
from catalog.recompute.counts import key_text
from catalog.recounts import Drift, drifts, mend
from catalog.settings import Postgres
from tests.ask.post_rows import complete, fill, generated_posts, insert
from tests.servers.postgres import postgres_server

POSTS = generated_posts(5, 600)
SPOILT = """
    UPDATE live.count_by_country_category SET posts = posts + 1 WHERE country = 'Zambia';
    DELETE FROM live.count_by_post_year_category WHERE post_year = 2020;
    INSERT INTO live.count_by_age_group_category VALUES ('9-12', 'art', 3);
    UPDATE live.count_by_join_year SET people = people - 1;
    DELETE FROM live.count_by_age_group_join_year_followers WHERE follower_count = 1;
    INSERT INTO live.best_poster_by_country VALUES ('Zambia', 'Nobody', 7, 1);
"""


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as address:
        migrate(address)
        with connect(address) as opened, opened.cursor() as cursor:
            insert(cursor, POSTS)
            fill(cursor, POSTS)
        yield address


def test_counts_of_the_posts_that_are_there_do_not_drift(postgres: Postgres) -> None:
    assert drifts(postgres) == {}


def test_what_drifted_is_named_and_mended(postgres: Postgres) -> None:
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute(SPOILT)
    found = drifts(postgres)
    assert len(found) == len(unequal_counts(postgres, complete(POSTS))) == 6
    assert mend(postgres, found) > 6
    assert drifts(postgres) == {}
    assert unequal_counts(postgres, complete(POSTS)) == {}


def test_a_row_that_was_written_since_stays_as_it_is(postgres: Postgres) -> None:
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("UPDATE live.count_by_join_year SET users = 1 WHERE join_year = 2018")
    found = drifts(postgres)
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("UPDATE live.count_by_join_year SET users = 2 WHERE join_year = 2018")
    mend(postgres, found)
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT users FROM live.count_by_join_year WHERE join_year = 2018")
        assert cursor.fetchall() == [(2,)]


def test_postgres_shortens_names_as_the_recomputation_does(postgres: Postgres) -> None:
    names = ["", "a" * 300, "é" * 301, "😀" * 400]
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT live.key_text(name) FROM unnest(%s) AS name", (names,))
        assert [shown for (shown,) in cursor.fetchall()] == [key_text(name) for name in names]


def test_only_what_lasts_is_drift() -> None:
    first = Drift(frozenset({("a", 1), ("b", 1)}), frozenset({("a", 2)}))
    later = Drift(frozenset({("b", 1), ("c", 1)}), frozenset({("a", 3)}))
    assert first.lasting(later) == Drift(frozenset({("b", 1)}), frozenset())
