"""Read what clients send to Kinesis through a gateway, each row's bytes freed from what wraps them."""

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from catalog.names import Stream
from ingest.errors import Refusal
from ingest.forms.describe import ROWS, Schema
from ingest.forms.streams import Put
from ingest.surrogates import mask, unmask

MAX_RECORDS = 500


class _Record(msgspec.Struct):
    data: msgspec.Raw = msgspec.field(name="Data")
    key: str = msgspec.field(name="PartitionKey")


class _Entry(msgspec.Struct, rename="kebab"):
    data: msgspec.Raw
    partition_key: str


class _Records(msgspec.Struct):
    records: Annotated[list[_Entry], Meta(min_length=1, max_length=MAX_RECORDS)]


_KEY: Schema = {"type": "string", "minLength": 1, "maxLength": 256}
_DATA: Schema = {"description": "The row as a JSON object, as JSON text, or as base64 of that"}
RECORD_SCHEMA: Schema = {
    "type": "object",
    "required": ["Data", "PartitionKey"],
    "properties": {"StreamName": {"description": "Ignored"}, "Data": _DATA, "PartitionKey": _KEY},
    "example": {"StreamName": "any", "Data": ROWS[Stream.PIN], "PartitionKey": "partition-1"},
}
RECORDS_SCHEMA: Schema = {
    "type": "object",
    "required": ["records"],
    "properties": {
        "records": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_RECORDS,
            "items": {
                "type": "object",
                "required": ["data", "partition-key"],
                "properties": {"data": _DATA, "partition-key": _KEY},
            },
        }
    },
    "example": {"records": [{"data": json.dumps(ROWS[Stream.PIN]), "partition-key": "partition-1"}]},
}
CREATE_SCHEMA: Schema = {"type": "object", "example": {"ShardCount": 1}}


_Body = TypeVar("_Body")


def read_record(body: bytes) -> Put:
    """Read one record; raises Refusal."""
    read, bare = _decoded(body, _one)
    return Put(unwrapped(bare(read.data)), read.key)


def read_records(body: bytes) -> list[Put]:
    """Read up to 500 records; raises Refusal."""
    read, bare = _decoded(body, _many)
    return [Put(unwrapped(bare(entry.data)), entry.partition_key) for entry in read.records]


def unwrapped(data: bytes) -> bytes:
    """Take an object out of a JSON text, or out of base64 in one; anything else stays as it was sent."""
    if not data.startswith(b'"'):
        return data
    text: str = json.loads(data)
    if _is_object(plain := text.encode("utf-8", "surrogatepass")):
        return plain
    try:
        decoded = b64decode(plain, validate=True)
    except ValueError:
        return data
    return decoded if _is_object(decoded) else data


def _is_object(row: bytes) -> bool:
    return row.lstrip(b" \t\r\n").startswith(b"{")


def _decoded(body: bytes, decode: Callable[[bytes], _Body]) -> tuple[_Body, Callable[[msgspec.Raw], bytes]]:
    """Give a body and how to read its raw parts; raises Refusal."""
    try:
        body.decode()
        try:
            return decode(body), bytes
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return decode(mask(body)), _unmasked
    except (ValueError, RecursionError) as fault:
        raise Refusal(400, f"The request cannot be read: {fault}", "SerializationException") from fault


def _unmasked(part: msgspec.Raw) -> bytes:
    return unmask(bytes(part))


_one = msgspec.json.Decoder(_Record).decode
_many = msgspec.json.Decoder(_Records).decode
