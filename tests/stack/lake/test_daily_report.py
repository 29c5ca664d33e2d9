"""The answers as of a day's end, kept as rows that analysts read through Trino."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lake_rows import TODAY, YESTERDAY, post_rows, write
from pyiceberg.catalog import Catalog

from catalog.daily_answers import ANSWERS, NAME, replace_day
from catalog.errors import SetupError
from catalog.settings import Settings
from stack.questions import Engine, answer, answers, query, questions
from stack.report import report


def _rows(services: Settings, where: str = "true") -> list[dict[str, Any]]:
    text = f"SELECT * FROM lake.history.daily_answers WHERE {where} ORDER BY day, question, row_number"
    return query(Engine.TRINO, services, text)


def test_a_day_is_answered_as_it_ended_and_again_when_asked_again(services: Settings, lake: Catalog) -> None:
    for name, rows in post_rows(40, YESTERDAY).items():
        write(lake, name, rows)
    then = answers(Engine.TRINO, services)
    later = post_rows(40, TODAY, start=40)
    later["pins"] += [
        {**row, "category": "newer", "accepted_at": TODAY} for row in post_rows(9, TODAY)["pins"]
    ]
    for name, rows in later.items():
        write(lake, name, rows)
    found = report(services, YESTERDAY.date())
    assert _answers(_rows(services)) == then
    replace_day(lake, YESTERDAY.date(), found)
    assert len(_rows(services)) == sum(map(len, found.values()))
    now = report(services, TODAY.date())
    assert now["4"] == answer(Engine.TRINO, services, "4") != then["4"]
    assert _answers(_rows(services, f"day = DATE '{YESTERDAY.date()}'")) == then
    lake.drop_table(NAME)


def _answers(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {number: [] for number in questions(Engine.TRINO)}
    for row in rows:
        own = {name: row[name] for name in ANSWERS if row[name] is not None}
        own.pop("median_follower_count_lower", None)
        found[row["question"]].append(own)
    return found


def test_a_day_to_come_is_refused(services: Settings) -> None:
    with pytest.raises(SetupError, match="has not begun"):
        report(services, datetime.now(UTC).date() + timedelta(days=1))
