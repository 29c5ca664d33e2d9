"""The AWS Kinesis API, JSON 1.1: `POST /` with `X-Amz-Target: Kinesis_20131202.<operation>`."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from catalog.names import Stream
from catalog.settings import Kafka
from ingest.errors import Refusal
from ingest.forms import kinesis_body as ask
from ingest.forms.describe import COMMON, ROWS, JsonText, Schema, answered, body, refusals
from ingest.forms.kinesis_read import StreamReader
from ingest.forms.single import place_of
from ingest.forms.stream_names import stream_address
from ingest.forms.streams import Put, Streams
from ingest.reader import Reader

TARGET = "Kinesis_20131202."
ANSWER_TYPE = "application/x-amz-json-1.1"

Operation = Callable[[Request, bytes], Awaitable[dict[str, Any] | None]]


class KinesisError(BaseModel):
    """Name an exception of the API."""

    model_config = ConfigDict(populate_by_name=True)

    type: str = Field(alias="__type")
    message: str


class KinesisResponse(JsonText):
    """Answer with the API's media type."""

    media_type = ANSWER_TYPE


class Api:
    """Serve each operation of the API; every method takes a request and its body."""

    def __init__(self, streams: Streams, reader: Reader) -> None:
        self._streams = streams
        self._reader = StreamReader(streams, reader)

    async def put_record(self, request: Request, body: bytes) -> dict[str, Any]:
        """Store one record."""
        asked = ask.read(body, ask.PutRecord)
        put = Put(asked.data, asked.partition_key)
        ((topic, outcome),) = await self._streams.put(request.scope, asked.name, [put])
        return self._streams.placed(asked.name, topic, place_of(outcome))

    async def put_records(self, request: Request, body: bytes) -> dict[str, Any]:
        """Store up to 500 records, each with its own result."""
        asked = ask.read(body, ask.PutRecords)
        puts = [Put(each.data, each.partition_key) for each in asked.records]
        return self._streams.results(asked.name, await self._streams.put(request.scope, asked.name, puts))

    async def list_streams(self, _: Request, body: bytes) -> dict[str, Any]:
        """List names; a page's token is its last name."""
        asked = ask.read(body, ask.ListStreams)
        page = self._streams.listed(asked.next_token or asked.exclusive_start_stream_name, asked.limit)
        return page | ({"NextToken": page["StreamNames"][-1]} if page["HasMoreStreams"] else {})

    async def describe_stream(self, _: Request, body: bytes) -> dict[str, Any]:
        """Describe a stream and its shards."""
        asked = ask.read(body, ask.DescribeStream)
        return self._streams.described(asked.name, asked.exclusive_start_shard_id, asked.limit)

    async def describe_stream_summary(self, _: Request, body: bytes) -> dict[str, Any]:
        """Describe a stream."""
        return self._streams.summarized(ask.read(body, ask.OfStream).name)

    async def list_shards(self, _: Request, body: bytes) -> dict[str, Any]:
        """List the shards of a stream."""
        asked = ask.read(body, ask.ListShards)
        shards = self._streams.shards(asked.name, asked.after)
        page = shards[: asked.max_results]
        more = {"NextToken": f"{asked.name} {page[-1]['ShardId']}"} if len(shards) > len(page) else {}
        return {"Shards": page} | more

    async def create_stream(self, _: Request, body: bytes) -> None:
        """Put a name on the list; topics are never made by clients."""
        name = ask.read(body, ask.OfStream).name
        stream_address(name)
        self._streams.names.create(name)

    async def delete_stream(self, _: Request, body: bytes) -> None:
        """Take a name off the list; its records stay."""
        name = ask.read(body, ask.OfStream).name
        stream_address(name)
        self._streams.names.delete(name)

    async def get_shard_iterator(self, request: Request, body: bytes) -> dict[str, Any]:
        """Give the iterator of a place in a shard."""
        return await self._reader.iterator(request.scope, ask.read(body, ask.GetShardIterator))

    async def get_records(self, request: Request, body: bytes) -> dict[str, Any]:
        """Read the page of an iterator."""
        return await self._reader.records(request.scope, ask.read(body, ask.GetRecords))

    def operations(self) -> dict[str, Operation]:
        """Give the operations by the names that clients send."""
        return {
            "PutRecord": self.put_record,
            "PutRecords": self.put_records,
            "ListStreams": self.list_streams,
            "DescribeStream": self.describe_stream,
            "DescribeStreamSummary": self.describe_stream_summary,
            "ListShards": self.list_shards,
            "CreateStream": self.create_stream,
            "DeleteStream": self.delete_stream,
            "GetShardIterator": self.get_shard_iterator,
            "GetRecords": self.get_records,
        }


def router(streams: Streams, kafka: Kafka) -> APIRouter:
    """Make the one route of the API; what reads back is let go of when the service ends."""
    reader = Reader(kafka)
    operations = Api(streams, reader).operations()

    @asynccontextmanager
    async def lifespan(_: APIRouter) -> AsyncIterator[None]:
        yield
        await reader.close()

    routes = APIRouter(tags=["AWS Kinesis"], default_response_class=KinesisResponse, lifespan=lifespan)

    @routes.post(
        "/",
        summary="Call an operation of the AWS Kinesis API",
        responses=answered(dict[str, Any], "The operation's answer, empty for CreateStream and DeleteStream")
        | refusals(KinesisError, *COMMON),
        openapi_extra=body(_described_bodies())
        | {"parameters": [_target_parameter([TARGET + name for name in operations])]},
    )
    async def call(request: Request) -> Response:
        """Serve the operation that the header names; signatures are read by nobody here."""
        target = request.headers.get("x-amz-target", "")
        operation = operations.get(target.removeprefix(TARGET)) if target.startswith(TARGET) else None
        if operation is None:
            raise Refusal(400, f"Unknown operation {target[:200]}", "UnknownOperationException")
        answer = await operation(request, await request.body())
        return KinesisResponse("" if answer is None else json.dumps(answer))

    return routes


def _described_bodies() -> dict[str, Schema]:
    row = json.dumps(ROWS[Stream.PIN]).encode()
    schema = {"type": "object", "description": "The operation's request", "example": ask.example(row)}
    return {ANSWER_TYPE: schema, "application/json": schema}


def _target_parameter(targets: list[str]) -> Schema:
    schema = {"type": "string", "enum": targets}
    return {"name": "X-Amz-Target", "in": "header", "required": True, "schema": schema}
