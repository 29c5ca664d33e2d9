"""What answers of the REST Proxy v2 form look like, and its codes."""

import json

from fastapi import Response
from pydantic import BaseModel

from catalog.names import Stream
from ingest.errors import Refusal
from ingest.forms.describe import JsonText
from ingest.records import addressed

UNKNOWN_TOPIC = 40401
UNKNOWN_INSTANCE = 40403
NOT_ACCEPTABLE = 40601
ALREADY_THERE = 40902
NO_SUBSCRIPTION = 40903
WRONG_CONFIGURATION = 42204
REFUSED = 50002
REFUSED_FOR_NOW = 50003


class RestResponse(JsonText):
    """Answer with the form's own media type."""

    media_type = "application/vnd.kafka.v2+json"


class RestError(BaseModel):
    """Say what is wrong with a request; the code's first three digits are the HTTP status."""

    error_code: int
    message: str


class Place(BaseModel):
    """Say where a record lies, or why it does not."""

    partition: int | None
    offset: int | None
    error_code: int | None
    error: str | None


class Produced(BaseModel):
    """Give one place a record, in order; the ids of schemas mean nothing in the JSON form."""

    offsets: list[Place]
    key_schema_id: int | None
    value_schema_id: int | None


def address_of(name: str) -> tuple[Stream, str]:
    """Split a topic's name into stream and owner; raises Refusal when it names no stream."""
    address = addressed(name)
    if address is None:
        raise Refusal(404, "Topic not found.", UNKNOWN_TOPIC)
    return address


def answer_json(content: object) -> Response:
    """Answer 200 with JSON."""
    return RestResponse(json.dumps(content))
