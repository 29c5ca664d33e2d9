"""Refusals, and how each client form expects to be told of one."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from starlette.responses import Response

KAFKA_AWAY = 50302
"""What the REST Proxy calls a broker that is not available."""
RETRY_SECONDS = 1
"""What an answer 503 tells in Retry-After when nothing better is known."""


class Form(StrEnum):
    """Name the client forms as far as their answers differ; the service's own pages are one of them."""

    REST = "rest"
    GATEWAY = "gateway"
    KINESIS = "kinesis"
    FLAT = "flat"
    EVENTS = "events"
    SERVICE = "service"


_FORMS = {
    "": Form.KINESIS,
    "topics": Form.REST,
    "brokers": Form.REST,
    "consumers": Form.REST,
    "streams": Form.GATEWAY,
    "pin": Form.FLAT,
    "geo": Form.FLAT,
    "user": Form.FLAT,
    "events": Form.EVENTS,
}

_REST_CODES = {401: 40101, 403: 40301}
_KINESIS_TYPES = {
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: "UnknownOperationException",
    408: "RequestTimeoutException",
    413: "RequestEntityTooLargeException",
    429: "ThrottlingException",
    500: "InternalFailure",
    503: "ServiceUnavailable",
}


class Refusal(Exception):
    """Refuse a request; `code` is the form's own: a number for REST, an exception's name for Kinesis."""

    def __init__(
        self, status: int, message: str, code: int | str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}


def form_of(path: str) -> Form:
    """Tell the form from a path without stage prefix."""
    _, slash, rest = path.partition("/")
    return _FORMS.get(rest.partition("/")[0], Form.SERVICE) if slash else Form.SERVICE


def answer(form: Form, refusal: Refusal) -> Response:
    """Give a refusal the shape, the type and the status that clients of the form expect."""
    status, headers = refusal.status, dict(refusal.headers)
    if status == 503:
        headers.setdefault("Retry-After", str(RETRY_SECONDS))
    if form is Form.REST:
        code = refusal.code if isinstance(refusal.code, int) else _REST_CODES.get(status, status)
        body: dict[str, Any] = {"error_code": code, "message": refusal.message}
        return _json(body, status, headers, "application/vnd.kafka.v2+json")
    if form is Form.KINESIS:
        name = (
            refusal.code
            if isinstance(refusal.code, str)
            else _KINESIS_TYPES.get(status, "ValidationException")
        )
        headers["x-amzn-ErrorType"] = name
        body = {"__type": name, "message": refusal.message}
        return _json(body, _as_amazon(status), headers, "application/x-amz-json-1.1")
    if form is Form.GATEWAY:
        return _json({"message": refusal.message}, _as_amazon(status), headers, "application/json")
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _json({"detail": refusal.message}, status, headers, "application/json")


def owner_of(scope: Mapping[str, Any], named: str) -> str:
    """Give the owner of a request's records: the one its address names, else the one of its API key.

    Raises Refusal (403) when the key belongs to someone else.
    """
    owner: str | None = scope["state"].get("owner")
    if owner is None or named == owner:
        return named
    if named:
        raise Refusal(403, f"This API key may not write for {named}")
    return owner


def _as_amazon(status: int) -> int:
    """Amazon's services answer 403 where others say 401."""
    return 403 if status == 401 else status


def _json(content: object, status: int, headers: dict[str, str], media_type: str) -> Response:
    return Response(json.dumps(content), status, headers, media_type)
