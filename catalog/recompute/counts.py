"""Count posts as the live tables do, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from hashlib import md5

from catalog.recompute.answers import Post

Key = tuple[str | int, ...]
Counts = dict[Key, tuple[int, ...]]
LONGEST_KEY = 300
CUT_KEY = 268


def counts(of: list[Post]) -> dict[str, Counts]:
    """Give the rows of each count table of schema live: by their key, what is counted."""
    followers = [post for post in of if post.pin.follower_count is not None]
    return {
        "count_by_country_category": _counted(of, lambda post: (post.geo.country, post.pin.category)),
        "count_by_post_year_category": _counted(
            of, lambda post: (post.geo_extras.post_year, post.pin.category)
        ),
        "count_by_age_group_category": _counted(
            of, lambda post: (post.user_extras.age_group, post.pin.category)
        ),
        "count_by_age_group_join_year_followers": _counted(
            followers,
            lambda post: (
                post.user_extras.age_group or "",
                post.user_extras.join_year,
                post.pin.follower_count,
            ),
        ),
        "count_by_join_year": _joined(of),
        "best_poster_by_country": _best_posters(of),
    }


def key_text(text: str) -> str:
    """Shorten a text that no index of Postgres would take, so that it stays apart from others."""
    if len(text) <= LONGEST_KEY:
        return text
    return text[:CUT_KEY] + md5(text.encode(), usedforsecurity=False).hexdigest()


def _counted(of: Iterable[Post], group: Callable[[Post], tuple[str | int | None, ...]]) -> Counts:
    """Count the posts of each group, leaving out those of which a part is unknown."""
    found = Counter(group(post) for post in of)
    return {_key(key): (count,) for key, count in found.items() if None not in key}


def _key(columns: tuple[str | int | None, ...]) -> Key:
    return tuple(
        key_text(column) if isinstance(column, str) else column for column in columns if column is not None
    )


def _joined(of: Iterable[Post]) -> Counts:
    by_year: dict[int, list[Post]] = defaultdict(list)
    for post in of:
        by_year[post.user_extras.join_year].append(post)
    return {(year,): _joined_in(posts) for year, posts in by_year.items()}


def _joined_in(posts: list[Post]) -> tuple[int, int, int]:
    named = [post.user for post in posts if post.user.user_name is not None]
    return len({user.user_name for user in named}), len({user[1:] for user in named}), len(posts)


def _best_posters(of: Iterable[Post]) -> Counts:
    found = _counted(of, lambda post: (post.geo.country, post.pin.poster_name, post.pin.follower_count))
    most: dict[str | int, int] = defaultdict(int)
    for country, _, followers in found:
        most[country] = max(most[country], int(followers))
    return {key: count for key, count in found.items() if key[2] == most[key[0]]}
