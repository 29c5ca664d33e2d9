"""Compare `live.posts` with the newest version of each number, as it was recomputed from raw bytes."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg2.extensions import connection

from catalog.accounts.books import FaultKind
from catalog.accounts.files import Place
from catalog.accounts.memory import Memory
from catalog.accounts.schema import Newest
from catalog.names import Stream
from catalog.recompute.clean import Cleaned, Geo, Pin, User
from catalog.recompute.enrich import enrich
from catalog.recompute.judge import digests

CHUNK = 10_000
RETRY_SECONDS = 0.5
FACT = "live"
READ = "SELECT * FROM live.posts WHERE ind = ANY(%s)"
MOMENT = "SELECT 'live.posts'::regclass::oid::text, pg_snapshot_xmin(pg_current_snapshot())::text"
CHANGED = "SELECT ind FROM live.posts WHERE %s OR age(xmin) <= age((%s::xid8)::xid)"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Post = Mapping[str, Any]


class LiveFault(NamedTuple):
    """Name a record whose part of a live row is wrong, and its number."""

    ind: int
    place: Place
    offset: int
    kind: FaultKind
    where: str


class LivePosts:
    """Hold the table for one comparison; `closed` says up to which offset each place is judged."""

    def __init__(self, opened: connection, memory: Memory, closed: Mapping[Place, int]) -> None:
        self._opened, self._memory, self._closed = opened, memory, closed

    def faults(self, patience_seconds: float, *, everything: bool = True) -> list[LiveFault]:
        """Give what is wrong and stays so; patience begins again whenever fewer numbers are wrong.

        Looks at every number that got a record since the last time, and with `everything` at each row
        that was written since; those are all when nothing is remembered.
        """
        moment = self._rows(MOMENT)[0]
        if everything:
            self._touch_changed(*moment)
        found = [fault for numbers in self._memory.touched(CHUNK) for fault in self._compare(numbers)]
        deadline = time.monotonic() + patience_seconds
        while found and time.monotonic() < deadline:
            time.sleep(RETRY_SECONDS)
            before, wrong = len(found), sorted({fault.ind for fault in found})
            found = [
                fault for at in range(0, len(wrong), CHUNK) for fault in self._compare(wrong[at : at + CHUNK])
            ]
            if len(found) < before:
                deadline = time.monotonic() + patience_seconds
        self._memory.remember_fact(FACT, ":".join(moment))
        return found

    def _touch_changed(self, table: str, _: str) -> None:
        known_table, _, since = (self._memory.fact(FACT) or "").partition(":")
        fresh = known_table != table
        with self._opened.cursor(name="changed") as cursor:
            cursor.itersize = CHUNK
            cursor.execute(CHANGED, (fresh, since or "3"))
            self._memory.touch(ind for (ind,) in cursor)
        ((count,),) = self._rows("SELECT count(*) FROM live.posts")
        if count < self._memory.count_numbers():
            self._memory.touch_all()

    def _compare(self, numbers: Sequence[int]) -> Iterator[LiveFault]:
        wanted = self._memory.newest(numbers)
        rows = {post["ind"]: post for post in self._posts(numbers)}
        suspects = [
            (ind, stream, wanted.get((ind, stream)), rows.get(ind))
            for ind in numbers
            for stream in Stream
            if (ind, stream) in wanted or ind in rows
        ]
        for ind, stream, newest, post in suspects:
            yield from self._part_faults(ind, stream, newest, post)

    def _part_faults(
        self, ind: int, stream: Stream, newest: Newest | None, post: Post | None
    ) -> Iterable[LiveFault]:
        there = None if post is None else _place(stream, post)
        if there is not None and there[2] > self._closed.get((stream, there[1]), -1):
            return
        if newest is None:
            if there is not None:
                where = f"live.posts: {stream} of {ind} (it is not kept)"
                yield LiveFault(ind, (stream, there[1]), there[2], FaultKind.UNEQUAL, where)
            return
        place, offset = (str(stream), newest.partition), newest.offset
        if post is None or there is None:
            yield LiveFault(ind, place, offset, FaultKind.MISSING, f"live.posts: {stream} of {ind}")
        elif wrong := self._wrong(stream, newest, there, post):
            yield LiveFault(ind, place, offset, FaultKind.UNEQUAL, f"live.posts: {stream} of {ind} ({wrong})")

    def _wrong(self, stream: Stream, newest: Newest, there: tuple[int, int, int], post: Post) -> str | None:
        expected = (newest.accepted_us, newest.partition, newest.offset)
        if there != expected and not self._met(stream, newest, there):
            return f"it shows {there[1]}/{there[2]}"
        if newest.digest is None:
            return None
        cleaned = PARTS[stream](post)
        if digests(cleaned).content != newest.digest:
            return "cleaned columns"
        extras = enrich(cleaned)._asdict()
        differing = [name for name, value in extras.items() if name in post and post[name] != value]
        return ", ".join(differing) or None

    def _met(self, stream: Stream, newest: Newest, there: tuple[int, int, int]) -> bool:
        """Say whether a row shows an equal record of another partition; they have no defined order."""
        if newest.digest is None or there[1] == newest.partition:
            return False
        everywhere = self._memory.seen("contents", stream, [newest.digest]).get(newest.digest, [])
        return any((each.partition, each.offset) == there[1:] for each in everywhere)

    def _posts(self, numbers: Sequence[int]) -> list[Post]:
        with self._opened.cursor() as cursor:
            cursor.execute(READ, (list(numbers),))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._opened.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())


def _place(stream: Stream, post: Post) -> tuple[int, int, int] | None:
    if post[f"{stream}_offset"] is None:
        return None
    accepted = _utc(post[f"{stream}_accepted_at"])
    assert accepted is not None
    microseconds = round((accepted - EPOCH).total_seconds() * 1000) * 1000
    return microseconds, post[f"{stream}_partition"], post[f"{stream}_offset"]


def _utc(moment: datetime | None) -> Any:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _pin(post: Post) -> Pin:
    return Pin(**{name: post[name] for name in Pin._fields})


def _geo(post: Post) -> Geo:
    return Geo(post["ind"], post["country"], (post["latitude"], post["longitude"]), _utc(post["posted_at"]))


def _user(post: Post) -> User:
    return User(post["ind"], post["user_name"], post["age"], _utc(post["date_joined"]))


PARTS: dict[Stream, Callable[[Post], Cleaned]] = {Stream.PIN: _pin, Stream.GEO: _geo, Stream.USER: _user}
