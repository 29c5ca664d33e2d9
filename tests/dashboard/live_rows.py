"""Rows of the live tables as the jobs would write them, and the counts that follow from the posts."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

from catalog.settings import ROOT

CATEGORIES = (
    *("art", "beauty", "christmas", "diy-and-crafts", "education", "event-planning", "finance"),
    *("home-decor", "mens-fashion", "quotes", "tattoos", "travel", "vehicles"),
)
AGES = ("18-24", "25-35", "36-50", "50+")
WORDS = (
    "Small garden",
    "Warm kitchen",
    "Winter cabin",
    "Paper stars",
    "Quiet corner",
    "Sunday bread",
    "Old bike",
)
COLUMNS = (
    *("ind", "title", "follower_count", "poster_name", "image_src", "category", "media_kind"),
    *("pin_partition", "pin_offset", "pin_accepted_at"),
    *("country", "country_code", "continent", "post_year", "geo_offset", "geo_accepted_at"),
    *("user_name", "age", "age_group", "date_joined", "join_year", "user_offset", "user_accepted_at"),
)
COUNTS = {
    "count_by_country_category": """SELECT country, category, count(*) FROM live.posts
        WHERE is_complete AND country IS NOT NULL AND category IS NOT NULL GROUP BY 1, 2""",
    "count_by_post_year_category": """SELECT post_year, category, count(*) FROM live.posts
        WHERE is_complete AND post_year IS NOT NULL AND category IS NOT NULL GROUP BY 1, 2""",
    "count_by_age_group_category": """SELECT age_group, category, count(*) FROM live.posts
        WHERE is_complete AND age_group IS NOT NULL AND category IS NOT NULL GROUP BY 1, 2""",
    "count_by_age_group_join_year_followers": """SELECT
        coalesce(age_group, ''), join_year, follower_count, count(*)
        FROM live.posts WHERE is_complete AND follower_count IS NOT NULL GROUP BY 1, 2, 3""",
    "count_by_join_year": """SELECT
        join_year, count(DISTINCT user_name), count(DISTINCT (user_name, age)), count(*)
        FROM live.posts WHERE is_complete GROUP BY 1""",
    "best_poster_by_country": """SELECT country, poster_name, follower_count, count(*) FROM (
            SELECT *, rank() OVER (PARTITION BY country ORDER BY follower_count DESC) AS place FROM live.posts
            WHERE is_complete AND country IS NOT NULL
            AND poster_name IS NOT NULL AND follower_count IS NOT NULL
        ) AS ranked WHERE place = 1 GROUP BY 1, 2, 3""",
    "activity_by_category": """SELECT date_trunc('minute', pin_accepted_at), coalesce(category, ''), count(*),
        sum(coalesce(follower_count, 0)) FROM live.posts WHERE pin_offset IS NOT NULL GROUP BY 1, 2""",
    "activity_by_country": """SELECT date_trunc('minute', geo_accepted_at), coalesce(country, ''),
        max(coalesce(country_code, '')), max(coalesce(continent, '')), count(*)
        FROM live.posts WHERE geo_offset IS NOT NULL GROUP BY 1, 2""",
    "activity_by_stream": """SELECT date_trunc('minute', pin_accepted_at), stream, outcome,
        count(*) * share / 100 + 1
        FROM live.posts, unnest(ARRAY['pin', 'geo', 'user']) AS stream,
        (VALUES ('kept', 100), ('repeat', 5), ('rejected', 2)) AS dirt (outcome, share)
        WHERE pin_offset IS NOT NULL GROUP BY 1, 2, 3, share""",
}
"""What the live job counts, computed from the posts."""


def countries() -> list[dict[str, str]]:
    """Read the countries that the pipeline knows."""
    with (ROOT / "catalog" / "countries.csv").open() as file:
        return list(csv.DictReader(file))


def made_up(first: int, count: int, seed: int = 1, minutes: float = 55) -> list[dict[str, Any]]:
    """Make posts, accepted over the last minutes, the newest last; one in ten waits for its user."""
    random, now, known = Random(seed), datetime.now(UTC).replace(tzinfo=None), countries()
    return [_post(random, first + each, now - timedelta(minutes=minutes * (1 - (each + 1) / count)), known)
            for each in range(count)]  # fmt: skip


def insert(cursor: Cursor, posts: Iterable[dict[str, Any]]) -> None:
    """Insert posts and bring every count up to date."""
    rows = [[post[name] for name in COLUMNS] for post in posts]
    execute_values(cursor, f"INSERT INTO live.posts ({', '.join(COLUMNS)}) VALUES %s", rows)
    for table, text in COUNTS.items():
        cursor.execute(f"TRUNCATE live.{table}")
        cursor.execute(f"INSERT INTO live.{table} {text}")


def clear(cursor: Cursor) -> None:
    """Empty every live table that the page reads."""
    others = ("posts", "dead_letters", "accounts", "freshness", "freshness_waiting")
    cursor.execute(f"TRUNCATE {', '.join(f'live.{table}' for table in (*COUNTS, *others))}")


def insert_letters(cursor: Cursor, letters: Iterable[tuple[str, str, str]]) -> None:
    """Insert dead letters: stream, reason, detail."""
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [(stream, 0, number, now, "ann", stream, reason, detail)
            for number, (stream, reason, detail) in enumerate(letters)]  # fmt: skip
    names = "kafka_topic, kafka_partition, kafka_offset, accepted_at, owner, stream, reason, reason_detail"
    execute_values(cursor, f"INSERT INTO live.dead_letters ({names}) VALUES %s", rows)


def insert_books(cursor: Cursor) -> None:
    """Insert accounts that close, and freshness that meets its objective."""
    accounts = [
        (topic, 0, datetime.now(UTC), 2000, 1890, 70, 40, 0, 0, 0, 0) for topic in ("pin", "geo", "user")
    ]
    execute_values(cursor, "INSERT INTO live.accounts VALUES %s", accounts)
    now = datetime.now(UTC)
    minute = now.replace(second=0, microsecond=0)
    stages = [(stage, stream) for stage in ("live", "history") for stream in ("pin", "geo", "user")]
    steps = {"live": (0.5, 0.8, 1.2), "history": (6.0, 9.0, 11.0)}
    freshness = [(minute, stage, stream, step, 900 // (at + 1) ** 3) for stage, stream in stages
                 for at, step in enumerate(steps[stage])]  # fmt: skip
    execute_values(cursor, "INSERT INTO live.freshness VALUES %s", freshness)
    waiting = [(stage, stream, 1.5 if stage == "live" else 12, 0, 0, None, now) for stage, stream in stages]
    execute_values(cursor, "INSERT INTO live.freshness_waiting VALUES %s", waiting)


def _post(random: Random, ind: int, at: datetime, known: list[dict[str, str]]) -> dict[str, Any]:
    place, category = known[int(random.random() ** 2 * len(known))], random.choice(CATEGORIES)
    year = random.randint(2015, 2017)
    has_user = ind % 10 != 0
    person = f"{random.choice(('Ann', 'Bo', 'Cleo', 'Dan'))} {random.choice(('Lee', 'Ray', 'Young'))}"
    age = random.randint(20, 60)
    group = AGES[0 if age < 25 else 1 if age < 36 else 2 if age < 51 else 3]
    values = (
        *(ind, f"{random.choice(WORDS)} {ind}", int(10 ** random.uniform(1, 6.5)), f"{person} {ind % 97}"),
        *(f"https://images.example.org/{ind}.jpg", category, "image", 0, ind, at),
        *(place["country"], place["country_code"], place["continent"], random.randint(2018, 2022), ind, at),
        *(person, age, group, datetime(year, 5, 1), year, ind, at),
    )
    post = dict(zip(COLUMNS, values, strict=True))
    users = ("user_name", "age", "age_group", "date_joined", "join_year", "user_offset", "user_accepted_at")
    return post if has_user else post | dict.fromkeys(users)
