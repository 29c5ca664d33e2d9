"""Speak the forms of clients: where a record goes, how records are wrapped, what an answer says of each."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from catalog.names import Stream


class Refused(NamedTuple):
    """Say that a record was not acknowledged, and whether sending it again may help."""

    place: int
    retriable: bool
    message: str


class Client(Protocol):
    """Wrap records for one form and read its answers."""

    headers: dict[str, str]

    def path(self, stream: Stream) -> str:
        """Give the path that takes records of a stream."""
        ...

    def body(self, records: Sequence[bytes]) -> bytes:
        """Wrap records into the body of one request."""
        ...

    def refused(self, status: int, answer: bytes, count: int) -> list[Refused]:
        """Name the records of a request that were not acknowledged."""
        ...


class _Offset(msgspec.Struct):
    error_code: int | None
    error: str | None


class _Answer(msgspec.Struct):
    offsets: list[_Offset]


class RestClient:
    """Speak the REST Proxy v2 form."""

    headers = {"Content-Type": "application/vnd.kafka.json.v2+json"}  # noqa: RUF012

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def path(self, stream: Stream) -> str:
        """Give the topic's path, with the owner before the stream."""
        return f"/topics/{self._owner}.{stream}"

    def body(self, records: Sequence[bytes]) -> bytes:
        """Put each record under `value`."""
        return b'{"records":[{"value":%b}]}' % b'},{"value":'.join(records)

    def refused(self, status: int, answer: bytes, count: int) -> list[Refused]:
        """Read the places, or refuse all when there are none."""
        if status != 200:
            message = f"{status} {answer[:200].decode(errors='replace')}"
            return [Refused(place, status == 503, message) for place in range(count)]
        offsets = _decode(answer).offsets
        return [
            Refused(place, offset.error_code == 50003, f"{offset.error_code} {offset.error}")
            for place, offset in enumerate(offsets)
            if offset.error_code is not None
        ]


_decode = msgspec.json.Decoder(_Answer).decode
