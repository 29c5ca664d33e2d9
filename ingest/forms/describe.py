"""Pieces of the OpenAPI description that the forms share."""

from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from catalog.contracts import Contract, Field, contract
from catalog.names import Stream

Schema = dict[str, Any]

COMMON = (400, 401, 403, 408, 413, 414, 415, 429, 431, 503)
"""What any route that takes a body may answer: unreadable, no key or a wrong one, too slow, too large, too
long an address, an unknown encoding, too many, too large a head, Kafka away."""
LOOKS = (401, 403, 414, 429, 431)
"""What any route without a body may answer."""

_TYPES: dict[str, Schema] = {
    "INT": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "DOUBLE": {"type": "number"},
    "STRING": {"type": "string"},
}

ROWS: dict[Stream, dict[str, Any]] = {
    Stream.PIN: {
        "index": 7528,
        "unique_id": "fbe53c66-3442-4773-b19e-d3ec6f54dddf",
        "title": "Ten garden ideas",
        "description": "Small gardens, large ideas",
        "poster_name": "Ann",
        "follower_count": "12k",
        "tag_list": "Garden,Small",
        "is_image_or_video": "image",
        "image_src": "https://images.example.org/7528.jpg",
        "downloaded": 1,
        "save_location": "Local save in /data/home-decor",
        "category": "home-decor",
    },
    Stream.GEO: {
        "ind": 7528,
        "timestamp": "2021-04-19 17:37:03",
        "latitude": -28.4,
        "longitude": 129.8,
        "country": "Albania",
    },
    Stream.USER: {
        "ind": 7528,
        "first_name": "Ann",
        "last_name": "Lee",
        "age": 36,
        "date_joined": "2015-12-08 20:02:43",
    },
}
"""One example of each stream's rows."""


class JsonText(JSONResponse):
    """Answer with text that is JSON already."""

    def render(self, content: str) -> bytes:
        """Encode the text."""
        return content.encode()


def body(content: dict[str, Schema]) -> dict[str, Any]:
    """Describe a required body by its media types: for each a schema with its example."""
    return {
        "requestBody": {"required": True, "content": {kind: _media(each) for kind, each in content.items()}}
    }


def _media(schema: Schema) -> Schema:
    example = schema.get("example")
    rest = {name: each for name, each in schema.items() if name != "example"}
    return {"schema": rest} if example is None else {"schema": rest, "example": example}


def refusals(model: type[BaseModel], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe answers that refuse, all of one shape."""
    return {status: {"model": model, "description": HTTPStatus(status).phrase} for status in sorted(statuses)}


def answered(model: Any, description: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Describe the answer of a request that was served; `model` is a type or None for an empty body."""
    return {status: {"description": description} | ({"model": model} if model is not None else {})}


def row_schema(stream: Stream) -> Schema:
    """Describe a row of a stream as its contract has it."""
    described: Contract = contract(stream)
    return {
        "type": "object",
        "properties": {field.name: _column(field) for field in described.fields},
        "required": [field.name for field in described.fields if not field.optional],
        "example": ROWS[stream],
    }


def _column(field: Field) -> Schema:
    schema = _TYPES[field.type]
    return schema | {"type": [schema["type"], "null"]} if field.nullable or field.optional else schema
