"""Turn what a client sent into records of the log: topic, key, headers, value."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from uuid_utils import uuid7

from catalog.contracts import contract
from catalog.names import TOPICS, UNREADABLE_TOPIC, Door, Header, Stream
from ingest.surrogates import mask

MAX_NAME_LENGTH = 249
"""Longest topic name that Kafka allows."""
HEADERS_BYTES = 100
"""What a record takes beside its value and the client's key, roughly."""

OWNER_PATTERN = "[A-Za-z0-9_.-]{0,249}"

_OWNER = re.compile(OWNER_PATTERN)
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
    """Say to which topic records go, whose they are and through which door they came."""

    def __init__(self, topic: str, owner: str, door: Door) -> None:
        self.topic = str(topic)
        self._number = _NUMBERS.get(topic)
        self._headers = ((Header.OWNER.value, owner), (Header.DOOR.value, door.value))

    def record(self, value: bytes | None, client_key: bytes | None = None) -> Record:
        """Give a value its topic, key and headers; the client's key stays as it was sent."""
        headers: list[tuple[str, str | bytes | None]] = [(_EVENT_ID, str(uuid7())), *self._headers]
        size = HEADERS_BYTES + (len(value) if value else 0)
        if client_key:
            headers.append((_CLIENT_KEY, client_key))
            size += len(client_key)
        return Record(self.topic, self._number_text(value), value, headers, size)

    def numbered(self, values: Iterable[bytes]) -> list[Record | None]:
        """Make the record of each value that is clean JSON with a whole number; None for any other."""
        assert self._number is not None
        topic, decode, (owner, door) = self.topic, self._number.decode, self._headers
        records: list[Record | None] = []
        for value in values:
            try:
                if not value.isascii():
                    value.decode()
                key = str(decode(value).number)
            except (msgspec.DecodeError, RecursionError, ValueError):
                records.append(None)
            else:
                headers: list[Any] = [(_EVENT_ID, str(uuid7())), owner, door]
                records.append(Record(topic, key, value, headers, HEADERS_BYTES + len(value)))
        return records

    def _number_text(self, value: bytes | None) -> str | None:
        if not value or self._number is None:
            return None
        try:
            return str(self._number.decode(value).number)
        except msgspec.ValidationError:
            return None
        except (msgspec.DecodeError, RecursionError):
            return self._masked_number_text(self._number, value)

    def _masked_number_text(self, number: msgspec.json.Decoder[Any], value: bytes) -> str | None:
        try:
            return str(number.decode(mask(value)).number)
        except (msgspec.DecodeError, RecursionError):
            return None


class SharedSource:
    """Let each row's fields tell to which stream it goes; one that fits none goes to `unreadable`."""

    def __init__(self, owner: str, door: Door) -> None:
        self._sources = {topic: Source(topic, owner, door) for topic in TOPICS}

    def record(self, value: bytes | None, client_key: bytes | None = None) -> Record:
        """Give a value the topic of its stream, key and headers."""
        topic = (value and told_stream(value)) or UNREADABLE_TOPIC
        return self._sources[topic].record(value, client_key)


def told_stream(value: bytes) -> Stream | None:
    """Name the stream whose contract shares most field names with a row; None when no one stream leads."""
    names = _names(value)
    shared = {stream: len(fields & names) for stream, fields in _FIELDS.items()}
    most = max(shared.values())
    leaders = [stream for stream, count in shared.items() if count == most]
    return leaders[0] if len(leaders) == 1 else None


def _names(value: bytes) -> set[str]:
    for body in (value, mask(value)):
        try:
            return set(_members(body))
        except (msgspec.DecodeError, RecursionError):
            continue
    return set()


def is_owner(name: str) -> bool:
    """Say whether a text may name an owner; the empty one names nobody."""
    return _OWNER.fullmatch(name) is not None


def addressed(name: str) -> tuple[Stream, str] | None:
    """Split `<owner>.pin` into stream and owner (empty for a bare `pin`); None when it names no stream."""
    owner, _, last = name.rpartition(".")
    if last not in _STREAMS or len(name) > MAX_NAME_LENGTH or not is_owner(owner):
        return None
    return _STREAMS[last], owner


def _number_decoder(stream: Stream) -> msgspec.json.Decoder[Any]:
    """Read nothing but the number, and that only where it is a whole JSON integer."""
    field = contract(stream).number
    return msgspec.json.Decoder(msgspec.defstruct("Number", [("number", int)], rename={"number": field}))


_NUMBERS: dict[str, msgspec.json.Decoder[Any]] = {stream: _number_decoder(stream) for stream in Stream}
_FIELDS = {stream: {field.name for field in contract(stream).fields} for stream in Stream}
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
