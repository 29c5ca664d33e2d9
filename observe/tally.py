"""Ages of records, counted in buckets until they are stored."""

from bisect import bisect_left
from collections import Counter, defaultdict
from math import inf
from threading import Lock
from typing import NamedTuple

from catalog.names import Stage, Stream

BUCKETS: tuple[float, ...] = (
    *(tenth / 10 for tenth in range(1, 16)),
    *(1.75, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20, 25, 30, 32, 45, 60, 62, 90),
    *(120, 180, 300, 600, 1200, 1800, 3600, inf),
)
"""Where each bucket ends, in seconds: fine around the objectives of both stages."""


class Bucket(NamedTuple):
    """Name one count: minute is in seconds since 1970 (UTC), when the minute of acceptance began."""

    minute: int
    stage: Stage
    stream: Stream
    at_most_seconds: float


class Tally:
    """Count records by age; safe to be used by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: Counter[Bucket] = Counter()
        self._ever: Counter[tuple[Stage, Stream, float]] = Counter()
        self._seconds: defaultdict[tuple[Stage, Stream], float] = defaultdict(float)

    def add(self, stage: Stage, stream: Stream, accepted: float, age: float, weight: int) -> None:
        """Count a record that became visible at an age in seconds; accepted is in seconds since 1970."""
        end = BUCKETS[bisect_left(BUCKETS, age)]
        with self._lock:
            self._waiting[Bucket(int(accepted) // 60 * 60, stage, stream, end)] += weight
            self._ever[stage, stream, end] += weight
            self._seconds[stage, stream] += weight * max(age, 0.0)

    def to_store(self) -> Counter[Bucket]:
        """Give what is not stored yet."""
        with self._lock:
            return self._waiting.copy()

    def stored(self, counts: Counter[Bucket]) -> None:
        """Forget what has been stored."""
        with self._lock:
            self._waiting -= counts

    def ever(self, stage: Stage, stream: Stream) -> tuple[list[tuple[float, int]], float]:
        """Give the running sums at the end of each bucket since the start, and the sum of all ages."""
        with self._lock:
            counts = [self._ever[stage, stream, end] for end in BUCKETS]
            seconds = self._seconds[stage, stream]
        return [(end, sum(counts[: at + 1])) for at, end in enumerate(BUCKETS)], seconds
