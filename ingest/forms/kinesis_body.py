"""Read requests of the AWS Kinesis API: one class an operation, its fields as the API names them."""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from ingest.errors import Refusal

MAX_RECORDS = 500
"""Most records of one PutRecords."""
MAX_PAGE = 10_000
"""Most records of one GetRecords."""

Limit = Annotated[int, Meta(ge=1, le=10_000)]


class Request(msgspec.Struct, rename="pascal"):
    """Hold nothing: what every request may carry is ignored."""


class OfStream(Request):
    """Name a stream, by its name or by its ARN."""

    stream_name: str | None = None
    stream_arn: str | None = msgspec.field(name="StreamARN", default=None)

    @property
    def name(self) -> str:
        """Give the stream's name; raises Refusal when there is none."""
        name = self.stream_name or (self.stream_arn or "").partition(":stream/")[2]
        if not name:
            raise Refusal(400, "StreamName or StreamARN must be given", "ValidationException")
        return name


class PutRecord(OfStream, kw_only=True):
    """Put one record; msgspec takes Data out of its base64."""

    data: bytes
    partition_key: str


class Entry(Request):
    """Hold one record of many."""

    data: bytes
    partition_key: str


class PutRecords(OfStream, kw_only=True):
    """Put up to 500 records."""

    records: Annotated[list[Entry], Meta(min_length=1, max_length=MAX_RECORDS)]


class ListStreams(Request):
    """List names after one."""

    limit: Limit = 100
    exclusive_start_stream_name: str = ""
    next_token: str = ""


class DescribeStream(OfStream):
    """Describe shards after one."""

    limit: Limit = 10_000
    exclusive_start_shard_id: str = ""


class ListShards(OfStream):
    """List shards after one; the token of the next page is the stream's name, a space and that shard's."""

    max_results: Limit = 10_000
    exclusive_start_shard_id: str = ""
    next_token: str = ""

    @property
    def name(self) -> str:
        """Give the stream's name, as the token has it where there is one; raises Refusal."""
        return self.next_token.partition(" ")[0] or super().name

    @property
    def after(self) -> str:
        """Name the shard to go on after; empty for all."""
        return self.next_token.partition(" ")[2] or self.exclusive_start_shard_id


class GetShardIterator(OfStream, kw_only=True):
    """Ask for the place in a shard to read from."""

    shard_id: str
    shard_iterator_type: str
    starting_sequence_number: str = ""
    timestamp: float = 0.0


class GetRecords(Request):
    """Read a page from the place of an iterator."""

    shard_iterator: str
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = MAX_PAGE


_Asked = TypeVar("_Asked", bound=Request)


def read(body: bytes, kind: type[_Asked]) -> _Asked:
    """Read a request; raises Refusal as the API names the fault."""
    try:
        body.decode()
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as fault:
        raise Refusal(400, f"1 validation error detected: {fault}", "ValidationException") from fault
    except (ValueError, RecursionError) as fault:
        raise Refusal(400, f"The request is not JSON: {fault}", "SerializationException") from fault


def example(row: bytes) -> dict[str, Any]:
    """Give a PutRecord as clients send it."""
    asked = PutRecord(stream_name="streaming-126ca3664fbb-pin", data=row, partition_key="partition-1")
    built: dict[str, Any] = msgspec.to_builtins(asked)
    return {name: value for name, value in built.items() if value is not None}
