"""Read the body of a request without letting it grow beyond a limit."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from ingest.errors import Refusal


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Give the whole body; raises Refusal (413) as soon as it is known to exceed the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > max_bytes:
                raise _too_large(max_bytes)
            parts.append(part)
    except ClientDisconnect as gone:
        raise Refusal(400, "The client went away") from gone
    return b"".join(parts)


def _too_large(max_bytes: int) -> Refusal:
    return Refusal(413, f"The request body may not exceed {max_bytes} bytes")


def content_type(request: Request) -> str:
    """Give the type of a body without its parameters, in lower case; empty when none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
