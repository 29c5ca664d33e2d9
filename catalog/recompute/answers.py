"""Answer the questions over posts, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from catalog.recompute.clean import Geo, Pin, User
from catalog.recompute.enrich import GeoExtras, UserExtras, enrich

Answer = list[dict[str, Any]]
Key = tuple[Any, ...]


class Post(NamedTuple):
    """Hold the three parts of one post and what they imply."""

    pin: Pin
    geo: Geo
    user: User
    geo_extras: GeoExtras
    user_extras: UserExtras


def posts(pins: Mapping[int, Pin], geos: Mapping[int, Geo], users: Mapping[int, User]) -> list[Post]:
    """Join the newest parts, given by number, leaving out what lacks a part."""
    numbers = sorted(pins.keys() & geos.keys() & users.keys())
    return [_post(pins[ind], geos[ind], users[ind]) for ind in numbers]


def answers(of: list[Post], *, lower: bool = False) -> dict[str, Answer]:
    """Answer every question, rows in the order of their keys; `lower` asks for the lower-middle median."""
    in_range = [post for post in of if 2015 <= post.user_extras.join_year <= 2020]
    median = _lower_median if lower else _median
    return {
        "4": _leaders(of, ("country",), lambda post: (post.geo.country,)),
        "5": _leaders(
            [post for post in of if 2018 <= post.geo_extras.post_year <= 2022],
            ("post_year",),
            lambda post: (post.geo_extras.post_year,),
        ),
        "6a": _best_posters(of),
        "6b": _top_countries(of),
        "7": _leaders(of, ("age_group",), lambda post: (post.user_extras.age_group,)),
        "8": _medians(of, ("age_group",), lambda post: (post.user_extras.age_group,), median),
        "9": _joined(in_range),
        "10": _medians(in_range, ("post_year",), lambda post: (post.user_extras.join_year,), median),
        "11": _medians(in_range, ("age_group", "post_year"), lambda post: post.user_extras, median),
    }


def _post(pin: Pin, geo: Geo, user: User) -> Post:
    geo_extras, user_extras = enrich(geo), enrich(user)
    assert isinstance(geo_extras, GeoExtras)
    assert isinstance(user_extras, UserExtras)
    return Post(pin, geo, user, geo_extras, user_extras)


def _leaders(of: Iterable[Post], names: Key, group: Callable[[Post], Key]) -> Answer:
    """Give the most frequent category of each group, every leader of a tie."""
    counts = Counter((group(post), post.pin.category) for post in of)
    complete = {key: n for key, n in counts.items() if None not in (*key[0], key[1])}
    best: dict[Key, int] = defaultdict(int)
    for (of_group, _), n in complete.items():
        best[of_group] = max(best[of_group], n)
    rows = sorted(
        (*of_group, category, n) for (of_group, category), n in complete.items() if n == best[of_group]
    )
    return _rows((*names, "category", "category_count"), rows)


def _posters(of: Iterable[Post]) -> set[tuple[str, str, int]]:
    facts = ((post.geo.country, post.pin.poster_name, post.pin.follower_count) for post in of)
    return {(country, poster, n) for country, poster, n in facts if None not in (country, poster, n)}  # type: ignore[misc]


def _best_posters(of: Iterable[Post]) -> Answer:
    best: dict[str, int] = defaultdict(int)
    posters = _posters(of)
    for country, _, count in posters:
        best[country] = max(best[country], count)
    rows = sorted(row for row in posters if row[2] == best[row[0]])
    return _rows(("country", "poster_name", "follower_count"), rows)


def _top_countries(of: Iterable[Post]) -> Answer:
    posters = _posters(of)
    most = max((count for _, _, count in posters), default=0)
    rows = sorted({(country, count) for country, _, count in posters if count == most})
    return _rows(("country", "follower_count"), rows)


def _medians(
    of: Iterable[Post], names: Key, group: Callable[[Post], Key], median: Callable[[list[int]], float]
) -> Answer:
    counts: dict[Key, list[int]] = defaultdict(list)
    for post in of:
        key, count = group(post), post.pin.follower_count
        if count is not None and None not in key:
            counts[key].append(count)
    rows = sorted((*key, median(sorted(values))) for key, values in counts.items())
    return _rows((*names, "median_follower_count"), rows)


def _median(values: list[int]) -> float:
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def _lower_median(values: list[int]) -> float:
    return float(values[(len(values) - 1) // 2])


def _joined(of: Iterable[Post]) -> Answer:
    by_year: dict[int, list[User]] = defaultdict(list)
    for post in of:
        by_year[post.user_extras.join_year].append(post.user)
    names = ("post_year", "number_users_joined", "number_people_joined", "number_posts")
    return _rows(names, (_joined_in(year, by_year[year]) for year in sorted(by_year)))


def _joined_in(year: int, users: list[User]) -> Key:
    named = [user for user in users if user.user_name is not None]
    people = {user[1:] for user in named}
    return year, len({user.user_name for user in named}), len(people), len(users)


def _rows(names: Key, rows: Iterable[Key]) -> Answer:
    return [dict(zip(names, row, strict=True)) for row in rows]
