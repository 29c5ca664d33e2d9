"""Two hundred thousand events with every dirt: history, the live views and the recomputation agree."""

import time
from collections import Counter
from typing import Any

import psutil
import pytest
from rich.console import Console

from catalog.accounts.answers import posts_from_log
from catalog.accounts.counts import unequal_counts
from catalog.postgres import connect
from catalog.recompute.answers import Post, answers
from catalog.setup import live_views
from stack import questions, supervise
from stack.layout import Layout
from stack.questions import Engine, query
from stack.settle import settle
from tests.servers.stack import Stack

POSTS = 66_667
FIRST = 2_000_000
PATIENCE_SECONDS = 120
DIRT = {"repeat": 0.03, "bad": 0.02, "late": 0.05, "newer": 0.02}
MINUTE = "date_trunc('minute', CAST(accepted_at AS timestamp(3)))"
LIVE = {
    "dead_letters": """
        SELECT kafka_topic, kafka_partition, kafka_offset, accepted_at, owner, event_id,
            stream, reason, reason_detail
        FROM live.dead_letters"""
}
HISTORY = {
    "activity_by_stream": f"""
        SELECT {MINUTE}, coalesce(stream, ''), outcome, count(*)
        FROM lake.history.events GROUP BY 1, 2, 3""",
    "activity_by_category": f"""
        SELECT {MINUTE}, coalesce(category, ''), count(*), coalesce(sum(follower_count), 0)
        FROM lake.history.pins GROUP BY 1, 2""",
    "activity_by_country": f"""
        SELECT {MINUTE}, coalesce(country, ''), coalesce(country_code, ''), coalesce(continent, ''), count(*)
        FROM lake.history.geos GROUP BY 1, 2, 3, 4""",
    "dead_letters": """
        SELECT kafka_topic, kafka_partition, kafka_offset, CAST(accepted_at AS timestamp(3)), owner, event_id,
            stream, reason, reason_detail
        FROM lake.history.events WHERE outcome = 'rejected'""",
}


@pytest.fixture(scope="module")
def filled(stack: Stack) -> Stack:
    words = [word for name, share in DIRT.items() for word in (f"--{name}", str(share))]
    words += ["--count", str(POSTS), "--start", str(FIRST), "--records-per-request", "100", "--lanes", "8"]
    stack.run("emulate", "--retry", *words)
    settle(stack.settings, Console(quiet=True))
    return stack


@pytest.fixture(scope="module")
def posts(filled: Stack) -> list[Post]:
    return posts_from_log(filled.settings)


def test_the_nine_answers_are_equal_row_for_row(filled: Stack, posts: list[Post]) -> None:
    assert len(posts) > POSTS * 0.9
    recomputed = answers(posts)
    assert all(recomputed.values())
    assert questions.answers(Engine.TRINO, filled.settings) == recomputed
    assert questions.answers(Engine.POSTGRES, filled.settings) == recomputed


def test_the_views_hold_what_the_questions_answer(filled: Stack) -> None:
    for number, view in zip(questions.questions(Engine.POSTGRES), live_views(), strict=True):
        shown = query(Engine.POSTGRES, filled.settings, f"SELECT * FROM live.{view}")
        text = questions.questions(Engine.POSTGRES)[number].read_text()
        assert shown == query(Engine.POSTGRES, filled.settings, text)


def test_every_count_is_what_the_log_says(filled: Stack, posts: list[Post]) -> None:
    assert unequal_counts(filled.settings.postgres, posts) == {}


@pytest.mark.parametrize("table", HISTORY)
def test_live_rows_are_those_of_history(filled: Stack, table: str) -> None:
    history = rows(Engine.TRINO, filled, HISTORY[table])
    assert history
    assert rows(Engine.POSTGRES, filled, LIVE.get(table, f"SELECT * FROM live.{table}")) == history


def test_counts_that_a_crash_left_behind_are_mended(filled: Stack, posts: list[Post]) -> None:
    postgres = filled.settings.postgres
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("UPDATE live.count_by_join_year SET people = people + 1")
        cursor.execute("DELETE FROM live.best_poster_by_country")
    psutil.Process(supervise.pids(Layout.of(filled.settings.home))["flink-taskmanager"]).kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while unequal_counts(postgres, posts) and time.monotonic() < deadline:
        time.sleep(1)
    assert unequal_counts(postgres, posts) == {}


def rows(engine: Engine, stack: Stack, text: str) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row.values()) for row in query(engine, stack.settings, text))
