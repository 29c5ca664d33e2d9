"""Settle equal contents that lie in several partitions, between which no order is defined."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from catalog.recompute.clean import Pin
from catalog.recompute.judge import Judge, digests
from catalog.recompute.verdict import Accepted


class Doubt(NamedTuple):
    """Hold a record called a repeat that its own partition cannot explain; another one may."""

    partition: int
    offset: int
    accepted: Accepted


class Doubts:
    """Weigh the doubts of a stream against what every partition saw."""

    def __init__(self, judges: dict[int, Judge], doubts: Iterable[Doubt]) -> None:
        self._judges = judges
        self._doubts = list(doubts)
        self._repeats = {(doubt.partition, doubt.offset) for doubt in self._doubts}

    def unexplained(self) -> Iterator[Doubt]:
        """Give the doubts that repeat nothing, or whose content was kept nowhere."""
        return (doubt for doubt in self._doubts if not self._is_explained(doubt))

    def kept_again(self) -> Iterator[tuple[int, int]]:
        """Give partition and offset of records that were kept though another partition's equal one was."""
        partitions = sorted(self._judges)
        for at, later in enumerate(partitions):
            for earlier in partitions[:at]:
                for content in self._judges[earlier].seen.keys() & self._judges[later].seen.keys():
                    if self._is_kept(earlier, self._judges[earlier].seen[content]):
                        offset = self._judges[later].seen[content]
                        if offset is not None and self._is_kept(later, offset):
                            yield later, offset

    def _is_explained(self, doubt: Doubt) -> bool:
        cleaned, older_form = doubt.accepted
        content, bare = digests(cleaned)
        others = [judge for partition, judge in self._judges.items() if partition != doubt.partition]
        met = any(content in judge.seen or (older_form and bare in judge.seen_bare) for judge in others)
        places = [(partition, judge.seen.get(content)) for partition, judge in self._judges.items()]
        if isinstance(cleaned, Pin) and cleaned.poster_name is None:
            places += [(partition, judge.seen_bare.get(bare)) for partition, judge in self._judges.items()]
        return met and any(self._is_kept(*place) for place in places)

    def _is_kept(self, partition: int, offset: int | None) -> bool:
        return offset is not None and (partition, offset) not in self._repeats
