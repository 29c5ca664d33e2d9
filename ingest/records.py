"""Turn what a client sent into records of the log: topic, key, headers, value."""

import re
from collections.abc import Iterator, Sequence
from itertools import count, repeat
from operator import attrgetter
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
HeaderField = tuple[str, str | bytes | None]
_EVENT_ID = Header.EVENT_ID.value
_CLIENT_KEY = Header.CLIENT_KEY.value


Row = tuple[str, str | None, bytes | None, list[HeaderField], int]


class Records(NamedTuple):
    """Hold records column by column, so that loops over many of them run in C."""

    owner: str
    door: Door
    topics: list[str]
    keys: Sequence[str | None]
    values: Sequence[bytes | None]
    sizes: list[int]
    client_keys: Sequence[bytes | None] = ()

    def rows(self) -> Iterator[Row]:
        """Give each record as Kafka gets it (topic, key, value, headers) with its size."""
        fields = ((Header.OWNER.value, self.owner), (Header.DOOR.value, self.door.value))
        client_keys = self.client_keys or repeat(None, len(self.values))
        columns = zip(self.topics, self.keys, self.values, client_keys, self.sizes, strict=True)
        for event_id, (topic, key, value, client_key, size) in zip(event_ids(), columns, strict=False):
            headers: list[HeaderField] = [(_EVENT_ID, event_id), *fields]
            if client_key:
                headers.append((_CLIENT_KEY, client_key))
            yield topic, key, value, headers, size


def event_ids() -> Iterator[str]:
    """Make the ids of one request: a fresh UUID7 whose last bits count on (RFC 9562, 6.2, method 1)."""
    first = uuid7()
    start = str(first)[:-12]
    for last in count(first.int & (1 << 47) - 1):
        yield f"{start}{last:012x}"


class Source:
    """Say to which topic records go, whose they are and through which door they came."""

    def __init__(self, topic: str, owner: str, door: Door) -> None:
        self.topic = str(topic)
        self._number = _NUMBERS.get(topic)
        self._owner, self._door = owner, door

    def records(self, values: Sequence[bytes | None], client_keys: Sequence[bytes | None] = ()) -> Records:
        """Give values their topic, keys and headers; a client's own key stays as it was sent."""
        return self._records(list(map(self.key, values)), values, client_keys)

    def numbered(self, values: Sequence[bytes]) -> Records | None:
        """Make records when every value is clean: UTF-8 and a JSON object with a whole number; else None."""
        assert self._number is not None
        try:
            b"\n".join(values).decode()
            keys = list(map(str, map(_number_of, map(self._number.decode, values))))
        except (ValueError, RecursionError):
            return None
        return self._records(keys, values, ())

    def is_clean(self, value: bytes) -> bool:
        """Say whether a value alone would be."""
        return self.numbered([value]) is not None

    def _records(
        self,
        keys: Sequence[str | None],
        values: Sequence[bytes | None],
        client_keys: Sequence[bytes | None],
    ) -> Records:
        topics, sizes = [self.topic] * len(values), _sizes(values, client_keys)
        return Records(self._owner, self._door, topics, keys, values, sizes, client_keys)

    def key(self, value: bytes | None) -> str | None:
        """Give a record's number as text; None when it has no whole one."""
        if not value or self._number is None:
            return None
        for body in (value, mask(value)):
            try:
                return str(self._number.decode(body).number)
            except msgspec.ValidationError:
                return None
            except (msgspec.DecodeError, RecursionError):
                continue
        return None


class SharedSource:
    """Let each row's fields tell to which stream it goes; one that fits none goes to `unreadable`."""

    def __init__(self, owner: str, door: Door) -> None:
        self._sources = {topic: Source(topic, owner, door) for topic in TOPICS}
        self._owner, self._door = owner, door

    def records(self, values: Sequence[bytes | None], client_keys: Sequence[bytes | None] = ()) -> Records:
        """Give each value the topic of its stream, key and headers."""
        topics = [str((value and told_stream(value)) or UNREADABLE_TOPIC) for value in values]
        keys = [self._sources[topic].key(value) for topic, value in zip(topics, values, strict=True)]
        sizes = _sizes(values, client_keys)
        return Records(self._owner, self._door, topics, keys, values, sizes, client_keys)


def _sizes(values: Sequence[bytes | None], client_keys: Sequence[bytes | None]) -> list[int]:
    sizes = [HEADERS_BYTES + len(value or b"") for value in values]
    if client_keys:
        return [size + len(key or b"") for size, key in zip(sizes, client_keys, strict=True)]
    return sizes


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
_number_of = attrgetter("number")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
