"""Read a request's body within limits of size, time and memory, expanding it when it is compressed."""

import zlib
from collections.abc import Mapping

from starlette.types import Receive

from ingest.errors import Refusal

_GZIP = 31
_ZLIB = 15
_RAW = -15


class GoneError(Exception):
    """Say that the client went away before its request was complete."""


class Room:
    """Bound the bytes of all bodies that are in memory at one time."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.taken_bytes = 0

    def take(self, size: int) -> None:
        """Take room; raises Refusal (503) when there is not enough."""
        if self.taken_bytes + size > self._max_bytes:
            raise Refusal(503, "Too many large requests at once; send it again")
        self.taken_bytes += size

    def give_back(self, size: int) -> None:
        """Give room back."""
        self.taken_bytes -= size


class Body:
    """Gather one body; `size` is the room it has taken."""

    def __init__(self, encoding: bytes, max_bytes: int, room: Room) -> None:
        self._parts: list[bytes] = []
        self._max_bytes = max_bytes
        self._room = room
        self._expander = _expander(encoding)
        self.size = 0

    def expect(self, declared_bytes: int) -> None:
        """Refuse by the declared length alone; raises Refusal (413)."""
        if declared_bytes > self._max_bytes:
            raise _too_large(self._max_bytes)

    def add(self, part: bytes) -> None:
        """Take the next part as it came; raises Refusal when the limit, or all room, is exceeded."""
        if self._expander is None:
            self._keep(part)
            return
        try:
            self._keep(self._expander.expand(part, self._max_bytes - self.size + 1))
        except zlib.error as fault:
            raise Refusal(400, "The body is not compressed as its Content-Encoding says") from fault

    def whole(self) -> bytes:
        """Give the body; raises Refusal (400) when its compressed form is cut short."""
        if self._expander is not None and not self._expander.is_complete:
            raise Refusal(400, "The compressed body is cut short")
        parts, self._parts = self._parts, []
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _keep(self, part: bytes) -> None:
        if self.size + len(part) > self._max_bytes:
            raise _too_large(self._max_bytes)
        self._room.take(len(part))
        self.size += len(part)
        self._parts.append(part)


class Expander:
    """Expand gzip or deflate part by part, never by more than is asked for."""

    def __init__(self, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._stream = zlib.decompressobj(_GZIP if is_gzip else _ZLIB)
        self._is_new = True
        self.is_complete = False

    def expand(self, part: bytes, max_bytes: int) -> bytes:
        """Give what a part expands to, cut at `max_bytes`; raises zlib.error on anything but one stream."""
        if not part:
            return b""
        if self.is_complete:
            raise zlib.error("trailing bytes")
        if self._is_new and not self._is_gzip and part[0] & 0x0F != zlib.DEFLATED:
            self._stream = zlib.decompressobj(_RAW)  # many clients leave the zlib header of deflate out
        self._is_new = False
        expanded = self._stream.decompress(part, max_bytes)
        self.is_complete = self._stream.eof
        if self._stream.unused_data:
            raise zlib.error("trailing bytes")
        return expanded


def _expander(encoding: bytes) -> Expander | None:
    name = encoding.strip().lower()
    if name in (b"", b"identity"):
        return None
    if name in (b"gzip", b"x-gzip", b"deflate"):
        return Expander(is_gzip=name != b"deflate")
    raise Refusal(
        415, "Content-Encoding may be gzip or deflate", headers={"Accept-Encoding": "gzip, deflate"}
    )


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], body: Body) -> bytes:
    """Give the whole body; raises Refusal (400, 413, 503), or GoneError, also when it comes too slowly."""
    body.expect(int(headers.get(b"content-length", b"0")))
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body.add(message["body"])
        more = message["more_body"]
    return body.whole()


def _too_large(max_bytes: int) -> Refusal:
    return Refusal(413, f"The request body may not exceed {max_bytes} bytes")
