"""The daily report: the questions over history as it stood at the end of a day."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog.daily_answers import replace_day
from catalog.errors import SetupError
from catalog.settings import Settings
from catalog.setup import VIEWS
from catalog.tables import open_lake
from stack.questions import Engine, query, questions

POSTS = "lake.history.latest_posts"
PARTS = re.compile(r"\blake\.history\.(pins|geos|users)\b")

Answers = dict[str, list[dict[str, Any]]]


def report(settings: Settings, day: date) -> Answers:
    """Answer every question as of the end of a day (UTC), and keep the answers in `history.daily_answers`.

    A day that is not over is answered as it stands, and again by a later run. Raises SetupError for a
    day to come.
    """
    if day > datetime.now(UTC).date():
        raise SetupError(f"{day} has not begun; give a day up to today (UTC)")
    found = {number: query(Engine.TRINO, settings, text) for number, text in texts(day).items()}
    with open_lake(settings) as lake:
        replace_day(lake, day, found)
    return found


def texts(day: date) -> dict[str, str]:
    """Give the text of each question over the records that were accepted up to the end of a day."""
    upto = f"TIMESTAMP '{day + timedelta(days=1)} 00:00:00 UTC'"
    view = (VIEWS / "latest_posts.sql").read_text()
    posts = PARTS.sub(rf"(SELECT * FROM \g<0> WHERE accepted_at < {upto})", view)  # noqa: S608
    return {
        number: path.read_text().replace(POSTS, f"(\n{posts}\n)")
        for number, path in questions(Engine.TRINO).items()
    }
