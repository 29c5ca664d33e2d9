"""Settle equal contents that lie in several partitions, between which no order is defined."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from catalog.accounts.memory import Memory
from catalog.accounts.schema import Seen
from catalog.recompute.clean import Pin
from catalog.recompute.judge import Digests
from catalog.recompute.verdict import Accepted


class Doubt(NamedTuple):
    """Hold a record called a repeat that its own partition cannot explain; another one may."""

    partition: int
    offset: int
    digests: Digests
    accepted: Accepted


def unexplained(topic: str, doubts: Sequence[Doubt], memory: Memory) -> Iterator[Doubt]:
    """Give the doubts that repeat nothing, or whose content was kept nowhere."""
    contents = memory.seen("contents", topic, [doubt.digests.content for doubt in doubts])
    bares = memory.seen("bares", topic, [doubt.digests.bare for doubt in doubts])
    for doubt in doubts:
        content, bare = contents.get(doubt.digests.content, []), bares.get(doubt.digests.bare, [])
        if not _is_explained(doubt, content, bare):
            yield doubt


def _is_explained(doubt: Doubt, content: list[Seen], bare: list[Seen]) -> bool:
    cleaned, older_form = doubt.accepted
    met = any(seen.partition != doubt.partition for seen in (*content, *(bare if older_form else ())))
    nameless = isinstance(cleaned, Pin) and cleaned.poster_name is None
    return met and any(seen.kept for seen in (*content, *(bare if nameless else ())))
