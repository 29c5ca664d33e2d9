"""Two hundred thousand events with every dirt: history, the live views and the recomputation agree."""

from collections import Counter
from typing import Any

import pytest
from rich.console import Console

from catalog.accounts.answers import posts_from_log
from catalog.accounts.counts import unequal_counts
from catalog.recompute.answers import Post, answers
from catalog.setup import live_views
from stack import questions
from stack.questions import Engine, query
from stack.settle import settle
from tests.servers.stack import Stack

POSTS = 66_667
FIRST = 2_000_000
DIRT = {"repeat": 0.03, "bad": 0.02, "late": 0.05, "newer": 0.02}
MINUTE = "date_trunc('minute', CAST(accepted_at AS timestamp(3)))"
LIVE_AND_HISTORY = {
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
            stream, reason, reason_detail, 'open', 0
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


@pytest.mark.parametrize("table", LIVE_AND_HISTORY)
def test_live_rows_are_those_of_history(filled: Stack, table: str) -> None:
    live = rows(Engine.POSTGRES, filled, f"SELECT * FROM live.{table}")
    assert live
    assert live == rows(Engine.TRINO, filled, LIVE_AND_HISTORY[table])


def rows(engine: Engine, stack: Stack, text: str) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row.values()) for row in query(engine, stack.settings, text))
