"""What every client form has in common: one request out, and the fate of each of its records in."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from catalog.names import Stream

MAYBE_STORED = "may be stored"
"""What the service says of records that it cannot tell the fate of."""

UNCLEAR = frozenset({500, 502, 504})
"""Answers after which a record may be stored or not."""

LATER = frozenset({429, 503})
"""Answers after which sending again may help."""


class Fault(NamedTuple):
    """Say which record was not acknowledged, whether to try again, and whether it may be stored."""

    place: int
    retriable: bool
    unknown: bool
    message: str


class Result(NamedTuple):
    """Say what a form's answer tells of one record; without a message it was acknowledged."""

    message: str = ""
    retriable: bool = False


class Client(ABC):
    """Wrap records for one form and read its answers."""

    method: ClassVar[str] = "POST"
    content_type: ClassVar[str] = "application/json"
    most_records: ClassVar[int] = 1

    def __init__(self, owner: str = "", *, many: bool = False, key: str = "") -> None:
        self.owner = owner
        self.many = many
        self.key = key

    @property
    def headers(self) -> dict[str, str]:
        """Give the headers of every request."""
        shown = {"X-Api-Key": self.key} if self.key else {}
        return {"Content-Type": self.content_type} | shown

    @abstractmethod
    def path(self, stream: Stream) -> str:
        """Give the path that takes records of a stream."""

    @abstractmethod
    def body(self, stream: Stream, records: Sequence[bytes]) -> bytes:
        """Wrap records into the body of one request."""

    @abstractmethod
    def results(self, answer: bytes) -> list[Result] | None:
        """Read what an answer tells of each record, None when the status tells all; raises DecodeError."""

    def faults(self, status: int, answer: bytes, count: int) -> list[Fault]:
        """Name the records of a request that were not acknowledged; raises DecodeError."""
        if status != 200:
            message = f"{status} {answer[:200].decode(errors='replace')}"
            unknown = status in UNCLEAR or MAYBE_STORED in message
            return of_all(count, message, retriable=status in LATER, unknown=unknown)
        results = self.results(answer)
        if results is None:
            return []
        if len(results) != count:
            return of_all(count, f"an answer for {len(results)} records", retriable=False, unknown=True)
        return [
            Fault(place, retriable, MAYBE_STORED in message, message)
            for place, (message, retriable) in enumerate(results)
            if message
        ]


def of_all(count: int, message: str, *, retriable: bool, unknown: bool) -> list[Fault]:
    """Say the same of each record of a request."""
    return [Fault(place, retriable, unknown, message) for place in range(count)]
