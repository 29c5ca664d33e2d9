"""Kinesis behind an API gateway: `PUT /streams/<stream>/record` and what such gateways offer beside it."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from ingest.forms.describe import COMMON, LOOKS, answered, body, refusals
from ingest.forms.gateway_body import CREATE_SCHEMA, RECORD_SCHEMA, RECORDS_SCHEMA, read_record, read_records
from ingest.forms.single import place_of
from ingest.forms.stream_names import stream_address
from ingest.forms.streams import Streams


class GatewayError(BaseModel):
    """Say what is wrong with a request."""

    message: str


class Placed(BaseModel):
    """Say where a record lies; `49`, shard in 12 digits, Kafka offset in 20."""

    SequenceNumber: str
    ShardId: str


class Failed(BaseModel):
    """Say why a record was not stored."""

    ErrorCode: str
    ErrorMessage: str


class Results(BaseModel):
    """Give one result a record, in order."""

    FailedRecordCount: int
    Records: list[Placed | Failed]


class Listed(BaseModel):
    """List names of streams."""

    StreamNames: list[str]
    HasMoreStreams: bool


def router(streams: Streams) -> APIRouter:
    """Make the routes of the form."""
    routes = APIRouter(tags=["Kinesis behind a gateway"])
    writes = refusals(GatewayError, *COMMON, 422)
    looks = refusals(GatewayError, *LOOKS, 400, 422)

    @routes.put(
        "/streams/{stream}/record",
        summary="Store one record",
        responses=answered(Placed, "The record's place") | writes,
        openapi_extra=body({"application/json": RECORD_SCHEMA}),
    )
    async def put_record(stream: str, request: Request) -> Response:
        """Store one record and answer with its place once Kafka has acknowledged it."""
        put = read_record(await request.body())
        ((topic, outcome),) = await streams.put(request.scope, stream, [put])
        return _json(streams.placed(stream, topic, place_of(outcome)))

    @routes.put(
        "/streams/{stream}/records",
        summary="Store up to 500 records",
        responses=answered(Results, "One result a record, in order") | writes,
        openapi_extra=body({"application/json": RECORDS_SCHEMA}),
    )
    async def put_records(stream: str, request: Request) -> Response:
        """Store records and answer with the place or the fault of each."""
        puts = read_records(await request.body())
        return _json(streams.results(stream, await streams.put(request.scope, stream, puts)))

    @routes.get("/streams", summary="List streams", responses=answered(Listed, "Names of streams") | looks)
    async def names() -> Response:
        """List the streams that were created or written, and the three that always are."""
        return _json(streams.listed())

    @routes.get(
        "/streams/{stream}",
        summary="Describe a stream",
        responses=answered(dict[str, Any], "As DescribeStream has it") | looks | refusals(GatewayError, 503),
    )
    async def describe(stream: str) -> Response:
        """Describe a stream and its shards."""
        return _json(streams.described(stream))

    @routes.post(
        "/streams/{stream}",
        summary="Create a stream",
        responses=answered(None, "The name is on the list") | looks,
        openapi_extra={"requestBody": {"content": {"application/json": {"schema": CREATE_SCHEMA}}}},
    )
    async def create(stream: str) -> Response:
        """Put a name on the list; topics are never made by clients."""
        stream_address(stream)
        streams.names.create(stream)
        return _json({})

    @routes.delete(
        "/streams/{stream}",
        summary="Delete a stream",
        responses=answered(None, "The name is off the list; its records stay") | looks,
    )
    async def delete(stream: str) -> Response:
        """Take a name off the list; its records stay."""
        stream_address(stream)
        streams.names.delete(stream)
        return _json({})

    return routes


def _json(content: object) -> Response:
    return Response(json.dumps(content), media_type="application/json")
