"""A bounded, unbiased sample of records that are not visible yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from observe.records import Record


@dataclass
class Wait:
    """Hold for how many records a waiting one counts, and whether it may be a repeat, which never shows."""

    weight: int
    may_repeat: bool = False
    is_judged: bool = False

    @property
    def is_due(self) -> bool:
        """Say whether it must become visible, as far as is known."""
        return self.is_judged or not self.may_repeat


class Sample:
    """Hold records of one stream, each with the number of records that it counts for.

    A record is drawn when its hash ends in `level` zeros, and counts for 2 ** level. When more than `most`
    wait, the level rises: every second one is let go by its hash, whatever its age, and the others count
    twice, so that sums stay unbiased at every rate.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._level = 0
        self._peak = 0
        self._waiting: dict[Record, Wait] = {}

    @property
    def mask(self) -> int:
        """Give the bits of a hash that must be zero for a record to be drawn."""
        return (1 << self._level) - 1

    def __iter__(self) -> Iterator[Record]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def __getitem__(self, record: Record) -> Wait:
        return self._waiting[record]

    def offer(self, record: Record) -> None:
        """Draw a record, or not."""
        if record.chance & self.mask:
            return
        self._waiting[record] = Wait(1 << self._level)
        while len(self._waiting) > self._most:
            self._thin()
        self._peak = max(self._peak, len(self._waiting))

    def take(self, records: Iterable[Record]) -> list[tuple[Record, int]]:
        """Stop waiting for records; give those that were still waiting with their weights."""
        found = ((record, self._waiting.pop(record, None)) for record in records)
        return [(record, wait.weight) for record, wait in found if wait]

    def relax(self) -> None:
        """Draw more again when few have waited since this was last called."""
        if self._level and self._peak * 3 < self._most:
            self._level -= 1
        self._peak = len(self._waiting)

    def _thin(self) -> None:
        self._level += 1
        self._waiting = {
            record: wait for record, wait in self._waiting.items() if not record.chance & self.mask
        }
        for wait in self._waiting.values():
            wait.weight = max(wait.weight, 1 << self._level)
