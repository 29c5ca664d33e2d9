"""Pinflow's own batch form: `POST /events/<stream>` with NDJSON or a JSON array, one receipt a record."""

import json
from collections.abc import Sequence

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from catalog.documents import Refusal as Verdict
from catalog.documents import read_document
from catalog.names import Door, Reason, Stream
from ingest.bodies import MAX_RECORDS, check_objects, content_type
from ingest.errors import Refusal, owner_of
from ingest.forms.describe import COMMON, ROWS, Schema, answered, body, refusals
from ingest.metrics import count_refused
from ingest.outcomes import Failure, Outcome
from ingest.records import OWNER_PATTERN, Source, is_owner
from ingest.surrogates import mask, unmask
from ingest.writer import Writer

LINES_TYPE = "application/x-ndjson"
ARRAY_TYPE = "application/json"

_REFUSED_AT_ONCE = {Reason.EMPTY_BODY, Reason.INVALID_UTF8, Reason.NOT_JSON, Reason.NOT_AN_OBJECT}


class EventsError(BaseModel):
    """Say what is wrong with a request."""

    detail: str


class Placed(BaseModel):
    """Say where a record lies."""

    partition: int
    offset: int


class Refused(BaseModel):
    """Say why a record has no known place, and whether sending it again may help."""

    reason: str
    retriable: bool


class Receipts(BaseModel):
    """Give one receipt a record, in order; `stored` counts those with a place."""

    stored: int
    receipts: list[Placed | Refused]


_ARRAY: Schema = {
    "type": "array",
    "minItems": 1,
    "maxItems": MAX_RECORDS,
    "items": {"type": "object", "description": "A row"},
    "example": [ROWS[Stream.PIN]],
}
_LINES: Schema = {
    "type": "string",
    "description": "One row a line",
    "example": "".join(json.dumps(ROWS[Stream.PIN] | {"index": number}) + "\n" for number in (1, 2)),
}
_OWNER: Schema = {
    "name": "owner",
    "in": "query",
    "description": "Whose the records are",
    "schema": {"type": "string", "pattern": f"^{OWNER_PATTERN}$", "default": ""},
}


def router(writer: Writer) -> APIRouter:
    """Make the route of the form."""
    routes = APIRouter(tags=["Batch"])

    @routes.post(
        "/events/{stream}",
        summary="Store many rows of a stream",
        responses=answered(Receipts, "One receipt a record, in order")
        | refusals(EventsError, *COMMON, 404, 415, 422),
        openapi_extra=body({LINES_TYPE: _LINES, ARRAY_TYPE: _ARRAY}) | {"parameters": [_OWNER]},
    )
    async def post(stream: str, request: Request) -> Response:
        """Store rows and answer with the place or the fault of each once Kafka has acknowledged them.

        A line that is no JSON object is refused with its reason; any other row is stored, and judged later.
        """
        source = Source(_stream(stream), _owner(request), Door.EVENTS)
        read = _READ.get(content_type(request))
        if read is None:
            raise Refusal(415, f"Send {LINES_TYPE} or {ARRAY_TYPE}")
        rows = read(await request.body())
        if not 0 < len(rows) <= MAX_RECORDS:
            raise Refusal(413 if rows else 422, f"A request holds 1 to {MAX_RECORDS} records")
        return Response(_answer(await _stored(writer, source, rows)), media_type=ARRAY_TYPE)

    return routes


def _stream(name: str) -> Stream:
    try:
        return Stream(name)
    except ValueError as fault:
        raise Refusal(404, f"There is no stream {name[:100]}; there are {', '.join(Stream)}") from fault


def _owner(request: Request) -> str:
    named = request.query_params.get("owner", "")
    if not is_owner(named):
        raise Refusal(422, f"An owner is {OWNER_PATTERN}")
    return owner_of(request.scope, named)


def _lines(body: bytes) -> list[bytes]:
    lines = body.split(b"\n", MAX_RECORDS)
    if len(lines) > MAX_RECORDS and b"\n" in lines[-1]:
        raise Refusal(413, f"A request holds 1 to {MAX_RECORDS} lines")
    lines = [line for line in lines if line and not line.isspace()]
    return [line.removesuffix(b"\r") for line in lines] if b"\r" in body else lines


def _elements(body: bytes) -> list[bytes]:
    try:
        body.decode()
        check_objects(body)
        return _objects(body)
    except msgspec.ValidationError as fault:
        raise Refusal(422, f"The body is no array of objects: {fault}") from fault
    except (ValueError, RecursionError) as fault:
        raise Refusal(400, f"The body is no JSON array: {fault}") from fault


def _objects(body: bytes) -> list[bytes]:
    try:
        _check_array(body)
        return list(map(bytes, _array(body)))
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        masked = mask(body)
        _check_array(masked)
        return [unmask(bytes(part)) for part in _array(masked)]


class _Object(msgspec.Struct, gc=False):
    """Stand for an object, whatever its fields; anything else ends reading at once."""


_check_array = msgspec.json.Decoder(list[_Object]).decode
_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_READ = {LINES_TYPE: _lines, ARRAY_TYPE: _elements}


async def _stored(writer: Writer, source: Source, rows: list[bytes]) -> Sequence[Outcome]:
    clean = source.numbered(rows)
    if clean is not None:
        return await writer.write(clean)
    refused = [None if source.is_clean(row) else _refusal(row) for row in rows]
    kept = [row for row, refusal in zip(rows, refused, strict=True) if refusal is None]
    count_refused(Door.EVENTS, source.topic, len(rows) - len(kept))
    outcomes = iter(await writer.write(source.records(kept)))
    return [refusal or next(outcomes) for refusal in refused]


def _refusal(row: bytes) -> Failure | None:
    verdict = read_document(row)
    if isinstance(verdict, Verdict) and verdict.reason in _REFUSED_AT_ONCE:
        return Failure(False, verdict.reason)
    return None


def _answer(outcomes: Sequence[Outcome]) -> str:
    receipts = [
        _refused(each) if type(each) is Failure else f'{{"partition":{each[0]},"offset":{each[1]}}}'
        for each in outcomes
    ]
    stored = sum(type(each) is not Failure for each in outcomes)
    return f'{{"stored":{stored},"receipts":[{",".join(receipts)}]}}'


def _refused(failure: Failure) -> str:
    return json.dumps({"reason": failure.message, "retriable": failure.retriable})
