"""A record that is waited for."""

from typing import NamedTuple

from catalog.names import Stream

Place = tuple[str, int, int]
"""Topic, partition and offset: the identity of a record."""


class Record(NamedTuple):
    """Hold what finds a record again; accepted is in seconds since 1970, UTC, by Kafka's clock.

    A record without a number will be rejected. chance is a hash of its place.
    """

    stream: Stream
    partition: int
    offset: int
    accepted: float
    number: int | None
    chance: int

    @property
    def place(self) -> Place:
        """Give the record's identity."""
        return self.stream.value, self.partition, self.offset


def chance_of(topic: str, partition: int, offset: int) -> int:
    """Hash a place; every bit is as good as a coin."""
    return hash(f"{topic}/{partition}/{offset}")
