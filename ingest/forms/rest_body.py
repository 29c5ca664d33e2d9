"""Read a produce request of the REST Proxy v2 form, each record's JSON exactly as it was sent."""

import re
from collections.abc import Callable

import msgspec

from catalog.names import Stream
from ingest.bodies import MAX_RECORDS, check_objects
from ingest.errors import Refusal
from ingest.forms.describe import ROWS, Schema
from ingest.records import Records, Source
from ingest.surrogates import mask, unmask

MAX_PARTITION = 2**31 - 1

PRODUCE_SCHEMA: Schema = {
    "type": "object",
    "required": ["records"],
    "additionalProperties": False,
    "properties": {
        "records": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_RECORDS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "value": {"description": "The row, any JSON"},
                    "key": {"description": "Any JSON; kept beside the record, it places nothing"},
                    "partition": {"type": ["integer", "null"], "minimum": 0, "maximum": MAX_PARTITION},
                },
            },
        },
        **{name: {} for name in ("key_schema", "key_schema_id", "value_schema", "value_schema_id")},
    },
    "example": {"records": [{"value": ROWS[Stream.PIN]}]},
}

_UNKNOWN_FIELD = re.compile(r"unknown field `(.*)`", re.DOTALL)
_ABSENT = msgspec.Raw()


class _Entry(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    value: msgspec.Raw = _ABSENT
    key: msgspec.Raw = _ABSENT
    partition: int | None = None


class _Envelope(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    records: list[_Entry | None] | None = None
    # Clients that know the Avro form may send these; here they mean nothing.
    key_schema: msgspec.Raw = _ABSENT
    key_schema_id: msgspec.Raw = _ABSENT
    value_schema: msgspec.Raw = _ABSENT
    value_schema_id: msgspec.Raw = _ABSENT


_decode: Callable[[bytes], _Envelope | None] = msgspec.json.Decoder(_Envelope | None).decode


def read_records(body: bytes, source: Source) -> Records:
    """Give the records of a body in order; raises Refusal."""
    if not body or body.isspace():
        raise Refusal(422, "The request body may not be empty")
    try:
        body.decode()
        check_objects(body)
        return _records(body, source)
    except msgspec.ValidationError as fault:
        raise _refusal(fault) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Refusal(400, f"Malformed JSON: {fault}") from fault


def _records(body: bytes, source: Source) -> Records:
    try:
        return _read(_entries(body), source, bytes)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        masked = mask(body)
        if masked == body:
            raise
        return _read(_entries(masked), source, _unmasked)


def _entries(body: bytes) -> list[_Entry | None]:
    envelope = _decode(body)
    if envelope is None or not envelope.records:
        raise Refusal(422, "records may not be empty")
    if len(envelope.records) > MAX_RECORDS:
        raise Refusal(413, f"A request may not hold more than {MAX_RECORDS} records")
    return envelope.records


def _read(entries: list[_Entry | None], source: Source, read: Callable[[msgspec.Raw], bytes]) -> Records:
    checked = [_checked(entry) for entry in entries]
    values = [read(entry.value) or None for entry in checked]
    return source.records(values, [read(entry.key) for entry in checked])


def _checked(entry: _Entry | None) -> _Entry:
    if entry is None:
        raise Refusal(422, "A record may not be null")
    if entry.partition is not None and not 0 <= entry.partition <= MAX_PARTITION:
        raise Refusal(422, f"partition must be greater than or equal to 0 and at most {MAX_PARTITION}")
    return entry


def _unmasked(part: msgspec.Raw) -> bytes:
    return unmask(bytes(part))


def _refusal(fault: msgspec.ValidationError) -> Refusal:
    unknown = _UNKNOWN_FIELD.search(str(fault))
    if unknown:
        return Refusal(422, f"Unrecognized field: {unknown[1]}")
    return Refusal(400, f"Malformed JSON: {fault}")
