"""Generated posts, some incomplete, as rows of the count tables and as the recomputation sees them."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from psycopg2.extras import execute_values

from catalog.recompute.answers import Answer, Post, answers, posts
from catalog.recompute.clean import Geo, Pin, User
from catalog.recompute.counts import counts
from catalog.recompute.enrich import enrich

COUNTRIES = ("Albania", "Åland Islands", "Cote d'Ivoire", "albania", "Zambia", None)
CATEGORIES = ("art", "Art", "éclairs", "travel", None)
POSTERS = ("Zoë", "ana", "Bo B", None)
NAMES = ("Ann Lee", "Bob Ray", "Cy Young", None)
COUNTS = (None, 0, 1, 2, 5, 10_001, 2_000_000, 2**31 - 2, 2**31 - 1)


PIN_COLUMNS = [name for name in Pin._fields if name != "ind"]
COLUMNS = (
    *("ind", *PIN_COLUMNS, "follower_tier", "media_kind", "pin_offset"),
    *(
        "country",
        "latitude",
        "longitude",
        "posted_at",
        "country_code",
        "continent",
        "post_year",
        "geo_offset",
    ),
    *("user_name", "age", "date_joined", "age_group", "join_year", "user_offset"),
)


class Part(NamedTuple):
    """Hold what has arrived of a post."""

    ind: int
    pin: Pin | None
    geo: Geo | None
    user: User | None


def generated_posts(seed: int, count: int) -> list[Part]:
    """Make posts; about one part in twenty has not arrived."""
    random = Random(seed)
    return [_part(random, ind) for ind in range(count)]


def recomputed(parts: list[Part], *, lower: bool = False) -> dict[str, Answer]:
    """Answer the questions in plain Python."""
    return answers(complete(parts), lower=lower)


def insert(cursor: Any, parts: list[Part]) -> None:
    """Insert posts into `live.posts`."""
    if parts:
        execute_values(cursor, f"INSERT INTO live.posts ({', '.join(COLUMNS)}) VALUES %s", map(_row, parts))


def fill(cursor: Any, parts: list[Part]) -> None:
    """Let the count tables hold these posts and no others."""
    for table, rows in counts(complete(parts)).items():
        cursor.execute(f"TRUNCATE live.{table}")
        if rows:
            execute_values(
                cursor,
                f"INSERT INTO live.{table} VALUES %s",
                [key + counted for key, counted in rows.items()],
            )


def complete(parts: list[Part]) -> list[Post]:
    """Join the parts of posts that have all three."""
    pins = {part.ind: part.pin for part in parts if part.pin}
    geos = {part.ind: part.geo for part in parts if part.geo}
    users = {part.ind: part.user for part in parts if part.user}
    return posts(pins, geos, users)


def _part(random: Random, ind: int) -> Part:
    def moment(year: int) -> datetime:
        return datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC) + timedelta(seconds=random.choice((0, 1)))

    followers, poster, category = random.choice(COUNTS), random.choice(POSTERS), random.choice(CATEGORIES)
    pin = Pin(ind, None, None, None, followers, poster, None, None, None, None, category, 1)
    geo = Geo(ind, random.choice(COUNTRIES), (1.5, -2.5), moment(random.randint(2016, 2023)))
    age = random.choice((0, 17, 18, 24, 25, 35, 36, 50, 51, 150))
    user = User(ind, random.choice(NAMES), age, moment(random.randint(2013, 2021)))
    pin_here, geo_here, user_here = (random.random() > 0.05 for _ in range(3))
    return Part(ind, pin if pin_here else None, geo if geo_here else None, user if user_here else None)


def _row(part: Part) -> tuple[Any, ...]:
    pin: tuple[Any, ...] = (None,) * 14
    geo: tuple[Any, ...] = (None,) * 8
    user: tuple[Any, ...] = (None,) * 6
    if part.pin:
        extras = enrich(part.pin)
        pin = (*part.pin[1:], extras[0], extras[-1], 0)
    if part.geo:
        geo = (part.geo.country, *part.geo.coordinates, part.geo.timestamp, *enrich(part.geo), 0)
    if part.user:
        user = (*part.user[1:], *enrich(part.user), 0)
    return (part.ind, *pin, *geo, *user)
