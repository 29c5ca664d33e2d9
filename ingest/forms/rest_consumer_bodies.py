"""What the consumer calls of the REST Proxy v2 form read and answer."""

import json
from typing import Annotated, Any, Literal, TypeVar
from uuid import uuid4

import msgspec
from confluent_kafka import Message, TopicPartition
from fastapi import Request
from msgspec import Meta
from pydantic import BaseModel

from catalog.names import Door, Header, Stream
from ingest.errors import Refusal
from ingest.forms.describe import Schema
from ingest.forms.rest_answers import WRONG_CONFIGURATION
from ingest.reader import header
from ingest.surrogates import mask

NAME_PATTERN = "^[A-Za-z0-9_.-]{1,200}$"
MAX_NUMBER = 2**31 - 1

_Switch = Literal["true", "false"] | bool


class Created(BaseModel):
    """Say how a consumer is addressed."""

    instance_id: str
    base_uri: str


class Topics(BaseModel):
    """List topics by the names that the client gave."""

    topics: list[str]


class Fetched(BaseModel):
    """Hold one record; the key is the client's own."""

    topic: str
    key: Any
    value: Any
    partition: int
    offset: int


class Create(msgspec.Struct, rename={"reset": "auto.offset.reset", "commit": "auto.commit.enable"}):
    """Ask for a consumer; other settings of the proxy are ignored."""

    format: str = "binary"
    name: Annotated[str, Meta(pattern=NAME_PATTERN)] = msgspec.field(default_factory=lambda: str(uuid4()))
    reset: Literal["earliest", "latest", "none"] = "latest"
    commit: _Switch = "true"

    def options(self) -> dict[str, Any]:
        """Give the settings as the Kafka client names them; raises Refusal for another format than JSON."""
        if self.format != "json":
            raise Refusal(422, "Invalid consumer configuration: format must be json", WRONG_CONFIGURATION)
        reset = "error" if self.reset == "none" else self.reset
        return {"auto.offset.reset": reset, "enable.auto.commit": self.commit in ("true", True)}


class Subscribe(msgspec.Struct):
    """Ask for topics."""

    topics: Annotated[list[str], Meta(min_length=1, max_length=100)]


class Offset(msgspec.Struct):
    """Name a record that was read."""

    topic: str
    partition: Annotated[int, Meta(ge=0, le=MAX_NUMBER)]
    offset: Annotated[int, Meta(ge=0, le=2**62)]

    def place(self, stream: Stream) -> TopicPartition:
        """Give the place to go on from."""
        return TopicPartition(stream.value, self.partition, self.offset + 1)


class Commit(msgspec.Struct):
    """Ask for offsets to be committed."""

    offsets: Annotated[list[Offset], Meta(max_length=10_000)] = []


CREATE_SCHEMA: Schema = {
    "type": "object",
    "required": ["format"],
    "properties": {
        "name": {"type": "string", "pattern": NAME_PATTERN},
        "format": {"const": "json"},
        "auto.offset.reset": {"enum": ["earliest", "latest", "none"]},
        "auto.commit.enable": {"enum": ["true", "false", True, False]},
    },
    "example": {"name": "reader", "format": "json", "auto.offset.reset": "earliest"},
}
SUBSCRIBE_SCHEMA: Schema = {
    "type": "object",
    "required": ["topics"],
    "properties": {"topics": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string"}}},
    "example": {"topics": ["126ca3664fbb.pin"]},
}
OFFSETS_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "offsets": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["topic", "partition", "offset"],
                "properties": {
                    "topic": {"type": "string"},
                    "partition": {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
                    "offset": {"type": "integer", "minimum": 0, "maximum": 2**62},
                },
            },
        }
    },
    "example": {"offsets": [{"topic": "126ca3664fbb.pin", "partition": 0, "offset": 12}]},
}
WAIT_SCHEMA: Schema = {"type": "integer", "minimum": 0, "maximum": 10_000, "default": 1000}
BYTES_SCHEMA: Schema = {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1_000_000}

_Asked = TypeVar("_Asked", bound=msgspec.Struct)


def read(body: bytes, kind: type[_Asked]) -> _Asked:
    """Read a request; raises Refusal."""
    try:
        body.decode()
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as fault:
        raise Refusal(422, f"The request is not valid: {fault}") from fault
    except (ValueError, RecursionError) as fault:
        raise Refusal(400, f"Malformed JSON: {fault}") from fault


def query_number(request: Request, name: str, schema: Schema) -> int:
    """Read a whole number from the query within its schema's bounds; raises Refusal."""
    text = request.query_params.get(name, str(schema["default"]))
    least, most = schema["minimum"], schema["maximum"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and least <= int(text) <= most):
        raise Refusal(422, f"{name} must be a whole number of {least} to {most}")
    return int(text)


def rendered(topic: str, message: Message) -> bytes:
    """Write a record as it is answered, its JSON as it was sent."""
    client_key = header(message, Header.CLIENT_KEY)
    is_json = header(message, Header.DOOR) == Door.REST.value.encode()
    return b'{"topic":%b,"key":%b,"value":%b,"partition":%d,"offset":%d}' % (
        json.dumps(topic).encode(),
        _json(client_key) if is_json else _text(client_key),
        _json(message.value() or b""),
        message.partition() or 0,
        message.offset() or 0,
    )


def _json(value: bytes) -> bytes:
    """Give a value's JSON as it was sent; what is none becomes a text."""
    try:
        value.decode()
        msgspec.json.decode(mask(value), type=msgspec.Raw)
    except (ValueError, RecursionError):
        return _text(value)
    return value


def _text(value: bytes) -> bytes:
    return json.dumps(value.decode(errors="replace")).encode() if value else b"null"
