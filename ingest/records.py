"""Turn what a client sent into records of the log: topic, key, headers, value."""

import re
from typing import Any, NamedTuple

import msgspec
from uuid_utils import uuid7

from catalog.contracts import contract
from catalog.names import Door, Header, Stream
from ingest.surrogates import mask

MAX_NAME_LENGTH = 249
"""Longest topic name that Kafka allows."""
HEADERS_BYTES = 100
"""What a record takes beside its value and the client's key, roughly."""

_OWNER = re.compile(r"[A-Za-z0-9_.-]*")
_STREAMS = {stream.value: stream for stream in Stream}

# Enum members and their attributes are slow to look up for every record.
_EVENT_ID = Header.EVENT_ID.value
_CLIENT_KEY = Header.CLIENT_KEY.value


class Record(NamedTuple):
    """Hold one record as Kafka gets it."""

    topic: str
    key: str | None
    value: bytes | None
    headers: list[tuple[str, str | bytes | None]]
    size: int


class Source:
    """Say of which stream and owner records are and through which door they came."""

    def __init__(self, stream: Stream, owner: str, door: Door) -> None:
        self._topic = stream.value
        self._number = _NUMBERS[stream]
        self._headers = ((Header.OWNER.value, owner), (Header.DOOR.value, door.value))

    def record(self, value: bytes | None, client_key: bytes | None = None) -> Record:
        """Give a value its topic, key and headers; the client's key is its JSON text."""
        headers: list[tuple[str, str | bytes | None]] = [(_EVENT_ID, str(uuid7())), *self._headers]
        size = HEADERS_BYTES + (len(value) if value else 0)
        if client_key:
            headers.append((_CLIENT_KEY, client_key))
            size += len(client_key)
        return Record(self._topic, self._number_text(value), value, headers, size)

    def _number_text(self, value: bytes | None) -> str | None:
        if not value:
            return None
        try:
            return str(self._number.decode(value).number)
        except msgspec.ValidationError:
            return None
        except msgspec.DecodeError:
            return self._masked_number_text(value)

    def _masked_number_text(self, value: bytes) -> str | None:
        try:
            return str(self._number.decode(mask(value)).number)
        except msgspec.DecodeError:
            return None


def addressed(name: str) -> tuple[Stream, str] | None:
    """Split `<owner>.pin` into stream and owner (empty for a bare `pin`); None when it names no stream."""
    owner, _, last = name.rpartition(".")
    if last not in _STREAMS or len(name) > MAX_NAME_LENGTH or not _OWNER.fullmatch(owner):
        return None
    return _STREAMS[last], owner


def _number_decoder(stream: Stream) -> msgspec.json.Decoder[Any]:
    """Read nothing but the number, and that only where it is a whole JSON integer."""
    field = contract(stream).number
    return msgspec.json.Decoder(msgspec.defstruct("Number", [("number", int)], rename={"number": field}))


_NUMBERS = {stream: _number_decoder(stream) for stream in Stream}
