"""Bring the dirt of delivery into posts: bad records, repeats, newer versions, missing and late partners."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.names import Reason, Stream
from ingest.emulator.breakage import breakages, foreign
from ingest.emulator.draws import seeded
from ingest.emulator.events import Event, Post, Posts, Tally
from ingest.emulator.posts import Maker

REMEMBERED = 2000
"""Earlier records of a stream that may be repeated or succeeded."""

TIME_FIELDS = {Stream.GEO: "timestamp", Stream.USER: "date_joined"}


@dataclass(frozen=True)
class Shares:
    """Say how much dirt there is: shares of all records, from 0 to 1."""

    bad: float = 0.0
    repeat: float = 0.0
    missing: float = 0.0
    late: float = 0.0
    newer: float = 0.0
    max_late_posts: int = 50


class Dirt:
    """Turn posts into what arrives, the same for the same seed, and count what was made."""

    def __init__(self, shares: Shares, maker: Maker, seed: int) -> None:
        self.tally = Tally()
        self._shares = shares
        self._maker = maker
        self._rng = seeded("dirt", seed)
        self._breakages = {stream: breakages(stream) for stream in Stream}
        self._earlier: dict[Stream, list[Event]] = {stream: [] for stream in Stream}
        self._late: dict[int, list[Event]] = defaultdict(list)

    def events(self, posts: Posts) -> Iterator[Event]:
        """Give the records in the order of sending; late ones come at the latest after the last post."""
        for position, post in enumerate(posts):
            yield from self._punctual(position, post)
            for event in self._late.pop(position, ()):
                yield from self._sent(event)
        for position in sorted(self._late):
            for event in self._late[position]:
                yield from self._sent(event)

    def _punctual(self, position: int, post: Post) -> Iterator[Event]:
        for event in post:
            chance = self._rng.random()
            if chance < self._shares.missing:
                self.tally.add(event.stream, "missing")
            elif chance < self._shares.missing + self._shares.late:
                self._late[position + self._rng.randint(1, self._shares.max_late_posts)].append(event)
            else:
                yield from self._sent(event)

    def _sent(self, event: Event) -> Iterator[Event]:
        rng, shares = self._rng, self._shares
        if rng.random() < shares.bad:
            yield self._broken(event)
            return
        yield self._kept(event, "good")
        if rng.random() < shares.repeat:
            self.tally.add(event.stream, "repeat")
            yield self._again(rng.choice(self._earlier[event.stream]))
        if rng.random() < shares.newer:
            newer = self._maker.newer(rng.choice(self._earlier[event.stream]), rng)
            yield self._kept(newer, "newer")

    def _kept(self, event: Event, kind: str) -> Event:
        self.tally.add(event.stream, kind)
        earlier = self._earlier[event.stream]
        if len(earlier) < REMEMBERED:
            earlier.append(event)
        else:
            earlier[int(self._rng.random() * REMEMBERED)] = event
        return event

    def _broken(self, event: Event) -> Event:
        rng = self._rng
        if rng.random() < 0.1:
            stream = rng.choice(foreign(event.stream))
            self.tally.add_bad(stream, Reason.MISSING_FIELD)
            return event._replace(stream=stream)
        breakage = rng.choice(self._breakages[event.stream])
        self.tally.add_bad(event.stream, breakage.reason)
        return event._replace(body=breakage.broken(event.body, rng))

    def _again(self, event: Event) -> Event:
        """Repeat a record: as it was, with its date spelled in another way, or in the older form."""
        way = self._rng.random()
        if way < 0.6:
            return event
        row = json.loads(event.body)
        if field := TIME_FIELDS.get(event.stream):
            row[field] = _respelled(row[field])
        else:
            row.pop("poster_name", None)
        return event._replace(body=json.dumps(row).encode())


def _respelled(moment: str) -> str:
    separator = " " if moment[10] == "T" else "T"
    return moment[:10].replace(":", "-") + separator + moment[11:]
