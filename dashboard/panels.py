"""The panels of the page: which question each asks of Postgres, and how often."""

from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Panel:
    """Hold one panel; one that `goes_on` is asked for what is no older than the last of its former rows."""

    name: str
    every_seconds: float
    text: str
    goes_on: bool = False


QUESTIONS = {
    "category_by_country": "4",
    "category_by_post_year": "5",
    "poster_by_country": "6a",
    "country_of_top_poster": "6b",
    "category_by_age_group": "7",
    "median_followers_by_age_group": "8",
    "users_by_join_year": "9",
    "median_followers_by_join_year": "10",
    "median_followers_by_age_group_and_join_year": "11",
}
"""Number of each question by the name of its view."""


def _own(name: str, every_seconds: float, *, goes_on: bool = False) -> Panel:
    return Panel(name, every_seconds, (TEXTS / f"{name}.sql").read_text(), goes_on)


def _question(name: str) -> Panel:
    return Panel(name, 2, f"SELECT * FROM live.{name} ORDER BY 1, 2")  # noqa: S608


QUICK = (_own("totals", 1), _own("newest", 1, goes_on=True))
"""What says whether data moves; no other panel may hold it up."""

OTHERS = (
    _own("activity", 2),
    *map(_question, QUESTIONS),
    _own("freshness", 2),
    _own("dead_letters", 3),
    _own("rejected_shares", 3),
    _own("followers", 3),
    _own("categories", 3),
    _own("countries", 3),
    _own("continents", 3),
    _own("posts", 30),
    _own("accounts", 5),
)
