"""Read the body of a request without letting it grow beyond a limit."""

from fastapi import Request


class TooLargeError(Exception):
    """Say that a body is longer than the limit."""


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Give the whole body; raises TooLargeError as soon as it is known to exceed the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise TooLargeError
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes:
            raise TooLargeError
        parts.append(part)
    return b"".join(parts)
