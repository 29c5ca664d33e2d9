"""The examples that join history with the last second, and what Trino may not do to Postgres."""

import time
from typing import Any

import pytest

from catalog.settings import ROOT
from stack.questions import Engine, query
from tests.servers.stack import Stack

EXAMPLES = ROOT / "sql" / "90_ask" / "trino" / "examples"
FIRST, POSTS = 700_000, 40


def ask(stack: Stack, name: str) -> list[dict[str, Any]]:
    return query(Engine.TRINO, stack.settings, (EXAMPLES / f"{name}.sql").read_text())


def total(rows: list[dict[str, Any]], column: str) -> int:
    return sum(int(row[column]) for row in rows)


def live_pins(stack: Stack) -> int:
    (row,) = stack.sql("postgres", "SELECT count(*) AS pins FROM live.posts WHERE pin_offset IS NOT NULL")
    return int(row["pins"])


def until_live(stack: Stack, pins: int) -> None:
    deadline = time.monotonic() + 30
    while live_pins(stack) < pins:
        assert time.monotonic() < deadline


def test_history_and_the_last_second_are_one_answer(stack: Stack) -> None:
    lacking, first = 0, FIRST
    while not lacking and first < FIRST + 10 * POSTS:
        pins = live_pins(stack) + POSTS
        stack.run("emulate", "--count", str(POSTS), "--start", str(first))
        until_live(stack, pins)
        rows = ask(stack, "pins_by_category_as_of_now")
        assert total(rows, "pins") == pins
        lacking, first = total(rows, "not_committed_yet"), first + POSTS
    assert lacking, "each time the last pins were committed before Trino was asked"


def test_the_last_minutes_stand_beside_all_history(stack: Stack) -> None:
    rows = ask(stack, "posts_by_country_and_now")
    assert total(rows, "records_of_ten_minutes") >= POSTS / 2
    (history,) = stack.sql(
        "trino", "SELECT count(*) AS posts FROM lake.history.latest_posts WHERE country IS NOT NULL"
    )
    assert 0 < total(rows, "posts") <= history["posts"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM live.live.posts",
        "CALL live.system.execute('DELETE FROM live.posts')",
        "SELECT * FROM TABLE(live.system.query(query => 'SELECT * FROM iceberg_tables'))",
    ],
)
def test_trino_changes_nothing_in_postgres_and_sees_no_catalog(stack: Stack, statement: str) -> None:
    done = stack.run("sql", "--on", "trino", statement, check=False)
    assert done.returncode != 0
    assert "permission denied" in done.stderr or "read-only transaction" in done.stderr


def test_views_of_postgres_are_seen(stack: Stack) -> None:
    rows = stack.sql("trino", "SELECT stage, stream FROM live.live.freshness_now")
    assert len(rows) == 6
