"""What the emulator makes and what it counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from catalog.names import Reason, Stream


class Event(NamedTuple):
    """Hold one record as a client posts it; events with the same number keep their order."""

    stream: Stream
    number: int
    body: bytes


Post = Sequence[Event]
"""The records of one act of posting: pin, geo, user."""

Posts = Iterator[Post]


class Tally:
    """Count what was made, per stream.

    `good` is kept by whoever reads it, and so is `newer` (another version of a number), `repeat` and `bad`
    are not; `missing` was held back; `given` came from files and is not judged here.
    """

    KINDS = ("good", "newer", "repeat", "bad", "missing", "given")

    def __init__(self) -> None:
        self._counts: dict[Stream, Counter[str]] = {stream: Counter() for stream in Stream}
        self._reasons: Counter[Reason] = Counter()

    def add(self, stream: Stream, kind: str) -> None:
        """Count a record of one of `KINDS`."""
        self._counts[stream][kind] += 1

    def add_bad(self, stream: Stream, reason: Reason) -> None:
        """Count a bad record and the reason that must be found for it."""
        self.add(stream, "bad")
        self._reasons[reason] += 1

    def as_dict(self) -> dict[str, Any]:
        """Give the counts by stream and kind, and of bad records by reason."""
        streams = {
            str(stream): {kind: counts[kind] for kind in self.KINDS if counts[kind]}
            for stream, counts in self._counts.items()
        }
        return {"made": streams, "bad_by_reason": {str(reason): n for reason, n in self._reasons.items()}}
