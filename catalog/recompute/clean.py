"""Clean one decoded record: the columns of its table, or the reason to reject it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from catalog.names import Reason, Stream
from catalog.recompute.read import read_count, read_time

BLANK = " \t\n\r\f\v\u00a0"
PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "title": ("No Title Data Available",),
    "description": ("No description available Story format", "No description available"),
    "poster_name": ("User Info Error",),
    "follower_count": ("User Info Error",),
    "tag_list": ("N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e",),
    "image_src": ("Image src error.",),
}
SAVED_IN = "Local save in "
OLDEST = 150


class Pin(NamedTuple):
    """Hold the cleaned columns of a pin."""

    ind: int
    unique_id: str | None
    title: str | None
    description: str | None
    follower_count: int | None
    poster_name: str | None
    tag_list: str | None
    is_image_or_video: str | None
    image_src: str | None
    save_location: str | None
    category: str | None
    downloaded: int


class Geo(NamedTuple):
    """Hold the cleaned columns of a place; coordinates are latitude and longitude in degrees."""

    ind: int
    country: str | None
    coordinates: tuple[float, float]
    timestamp: datetime


class User(NamedTuple):
    """Hold the cleaned columns of a user."""

    ind: int
    user_name: str | None
    age: int
    date_joined: datetime


Cleaned = Pin | Geo | User


class Rejected(NamedTuple):
    """Say why a record was rejected, and by which value of which field."""

    reason: Reason
    field: str | None
    value: Any


Row = Mapping[str, Any]


def clean(stream: Stream, row: Row) -> Cleaned | Rejected:
    """Clean the decoded fields of one record of a stream."""
    return CLEANERS[stream](row)


def known(row: Row, field: str, without: str = "") -> str | None:
    """Give the text of a field, `without` a prefix; None when it is null, blank or a placeholder."""
    text: str | None = row[field]
    if text is None:
        return None
    text = text.removeprefix(without)
    return None if not text.strip(BLANK) or text in PLACEHOLDERS.get(field, ()) else text


def clean_pin(row: Row) -> Pin | Rejected:
    """Clean a pin."""
    if row["index"] < 0:
        return Rejected(Reason.OUT_OF_RANGE, "index", row["index"])
    followers = known(row, "follower_count")
    follower_count = None if followers is None else read_count(followers)
    if followers is not None and follower_count is None:
        return Rejected(Reason.UNREADABLE_COUNT, "follower_count", followers)
    if row["downloaded"] not in (0, 1):
        return Rejected(Reason.OUT_OF_RANGE, "downloaded", row["downloaded"])
    return Pin(
        ind=row["index"],
        unique_id=known(row, "unique_id"),
        title=known(row, "title"),
        description=known(row, "description"),
        follower_count=follower_count,
        poster_name=known(row, "poster_name"),
        tag_list=known(row, "tag_list"),
        is_image_or_video=known(row, "is_image_or_video"),
        image_src=known(row, "image_src"),
        save_location=known(row, "save_location", without=SAVED_IN),
        category=known(row, "category"),
        downloaded=row["downloaded"],
    )


def clean_geo(row: Row) -> Geo | Rejected:
    """Clean a place."""
    if row["ind"] < 0:
        return Rejected(Reason.OUT_OF_RANGE, "ind", row["ind"])
    timestamp = read_time(row["timestamp"])
    if timestamp is None:
        return Rejected(Reason.UNREADABLE_TIME, "timestamp", row["timestamp"])
    for field, bound in (("latitude", 90), ("longitude", 180)):
        if not -bound <= row[field] <= bound:
            return Rejected(Reason.OUT_OF_RANGE, field, row[field])
    # Adding zero turns -0.0, which is equal to 0.0 but has other bytes, into 0.0.
    coordinates = (row["latitude"] + 0.0, row["longitude"] + 0.0)
    return Geo(row["ind"], known(row, "country"), coordinates, timestamp)


def clean_user(row: Row) -> User | Rejected:
    """Clean a user."""
    if row["ind"] < 0:
        return Rejected(Reason.OUT_OF_RANGE, "ind", row["ind"])
    if not 0 <= row["age"] <= OLDEST:
        return Rejected(Reason.OUT_OF_RANGE, "age", row["age"])
    joined = read_time(row["date_joined"])
    if joined is None:
        return Rejected(Reason.UNREADABLE_TIME, "date_joined", row["date_joined"])
    first, last = known(row, "first_name"), known(row, "last_name")
    name = None if first is None or last is None else f"{first} {last}"
    return User(row["ind"], name, row["age"], joined)


CLEANERS: dict[Stream, Callable[[Row], Cleaned | Rejected]] = {
    Stream.PIN: clean_pin,
    Stream.GEO: clean_geo,
    Stream.USER: clean_user,
}
