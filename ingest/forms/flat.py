"""The flat form: `POST /pin/`, `/geo/`, `/user/` with one row, held to the stream's contract."""

import json
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from catalog.contracts import contract
from catalog.decode import Decoded, decode
from catalog.names import Door, Reason, Stream
from ingest.errors import owner_of
from ingest.forms.describe import COMMON, answered, body, refusals, row_schema
from ingest.forms.single import place_of
from ingest.metrics import count_refused
from ingest.records import Source
from ingest.writer import Writer


class FlatError(BaseModel):
    """Say what is wrong with a request."""

    detail: str


class Fault(BaseModel):
    """Say what is wrong with a row, as FastAPI does."""

    loc: list[str]
    msg: str
    type: str


class Faults(BaseModel):
    """List what is wrong with a row."""

    detail: list[Fault]


_TYPE_FAULTS = {
    "INT": ("int_type", "Input should be a valid integer"),
    "DOUBLE": ("float_type", "Input should be a valid number"),
    "STRING": ("string_type", "Input should be a valid string"),
}
_FAULTS = {
    Reason.EMPTY_BODY: ("missing", "Field required"),
    Reason.MISSING_FIELD: ("missing", "Field required"),
    Reason.NOT_JSON: ("json_invalid", "JSON decode error"),
    Reason.INVALID_UTF8: ("json_invalid", "The body should be UTF-8"),
    Reason.NOT_AN_OBJECT: ("dict_type", "Input should be a valid dictionary"),
    Reason.DUPLICATE_FIELD: ("duplicate_field", "A field should be given once"),
    Reason.FORBIDDEN_CHARACTER: ("forbidden_character", "A text should hold no NUL and no lone surrogate"),
    Reason.OUT_OF_RANGE: ("out_of_range", "Input should fit its type: 32 bits or a finite double"),
}


def router(writer: Writer) -> APIRouter:
    """Make the routes of the three streams, with and without the last slash."""
    routes = APIRouter(tags=["Flat"])
    for stream in Stream:
        _add(routes, stream, writer)
    return routes


def _add(routes: APIRouter, stream: Stream, writer: Writer) -> None:
    async def post(request: Request) -> Response:
        """Store a row once it keeps the contract, and answer with it; two headers tell its place."""
        row = await request.body()
        verdict = decode(row, contract(stream))
        if verdict.error:
            count_refused(Door.FLAT, stream)
            return _refused(stream, verdict)
        source = Source(stream, owner_of(request.scope, ""), Door.FLAT)
        (outcome,) = await writer.write(source.records([row]))
        place = place_of(outcome)
        headers = {"kafka-partition": str(place.partition), "kafka-offset": str(place.offset)}
        return Response(row, 200, headers, "application/json")

    responses = answered(dict[str, Any], "The row as it was sent") | refusals(FlatError, *COMMON)
    responses[422] = {"model": Faults, "description": HTTPStatus(422).phrase}
    described = body({"application/json": row_schema(stream)})
    for path in (f"/{stream}/", f"/{stream}"):
        routes.add_api_route(
            path,
            post,
            methods=["POST"],
            summary=f"Store one {stream} row",
            operation_id=f"post_{stream}",
            responses=responses,
            openapi_extra=described,
            include_in_schema=path.endswith("/"),
        )


def _refused(stream: Stream, verdict: Decoded) -> Response:
    kind, message = _fault(stream, verdict)
    place = ["body"] if verdict.field is None else ["body", verdict.field]
    detail = [{"loc": place, "msg": message, "type": kind}]
    return Response(json.dumps({"detail": detail}), 422, media_type="application/json")


def _fault(stream: Stream, verdict: Decoded) -> tuple[str, str]:
    if verdict.error in (Reason.WRONG_TYPE, Reason.NULL_FIELD):
        types = {field.name: field.type for field in contract(stream).fields}
        return _TYPE_FAULTS[types[verdict.field or ""]]
    assert verdict.error is not None
    return _FAULTS[verdict.error]
