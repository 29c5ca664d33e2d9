"""Draw from items with weights, and moments between two days."""

import json
from bisect import bisect
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def seeded(*seed: object) -> Random:
    """Make a source of chance that depends on the seed alone."""
    return Random(repr(seed))  # noqa: S311


class Draw(Generic[Item]):
    """Draw items as often as their weights say."""

    def __init__(self, weights: Mapping[Item, float]) -> None:
        self._items = list(weights)
        *self._edges, self._total = accumulate(weights.values())

    def __call__(self, rng: Random) -> Item:
        """Draw one item."""
        return self._items[bisect(self._edges, rng.random() * self._total)]


class Moments:
    """Draw moments between two days in the spellings that clients use; all mean UTC."""

    T_SHARE, COLON_SHARE = 0.1, 0.001

    def __init__(self, first: date, last: date) -> None:
        days = (last - first).days + 1
        self._days = [(first + timedelta(day)).isoformat().encode() for day in range(days)]

    def __call__(self, rng: Random) -> bytes:
        """Write one moment."""
        day = self._days[int(rng.random() * len(self._days))]
        minutes, second = divmod(int(rng.random() * 86400), 60)
        spelling = rng.random()
        separator = b"T" if spelling < self.T_SHARE else b" "
        if spelling > 1 - self.COLON_SHARE:
            day = day.replace(b"-", b":")
        return b"%b%b%02d:%02d:%02d" % (day, separator, minutes // 60, minutes % 60, second)


def as_json(text: str, rng: Random) -> bytes:
    """Write a text as JSON; half of the clients escape what is not ASCII, half do not."""
    return json.dumps(text, ensure_ascii=rng.random() < 0.5).encode()
