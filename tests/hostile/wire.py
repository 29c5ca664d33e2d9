"""Read the hostile requests, and speak to the door byte by byte."""

import http.client
import re
import select
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml

FILE = Path(__file__).with_name("requests.yaml")
CUT = "cut"
PATIENCE_SECONDS = 10.0
_MARK = re.compile(r"<<(?:hex ([0-9a-f]+)|(gzip |deflate |)(\d+)\*(.*?))>>", re.DOTALL)
_PIECE = 8


class Hostile(NamedTuple):
    """Hold one request as the file has it."""

    name: str
    head: bytes
    body: bytes
    repeat: int
    pause: float
    answers: list[int | str]


class Said(NamedTuple):
    """Hold what the door answered; the status is `cut` when it closed without a word."""

    status: int | str
    headers: dict[str, str]
    body: bytes


def requests() -> list[dict[str, Any]]:
    """Give every request as it stands in the file."""
    rows: list[dict[str, Any]] = _file()["requests"]
    return rows


def built(row: dict[str, Any]) -> Hostile:
    """Make the bytes of a request."""
    body = _bytes(row["body"])
    head = b"" if row["head"] is None else _head(_bytes(row["head"]), len(body))
    return Hostile(row["name"], head, body, row.get("repeat", 1), row.get("pause", 0.0), row["answers"])


def exchange(url: str, request: Hostile) -> Said:
    """Send a request until it is answered or all is sent, and give the first answer."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), PATIENCE_SECONDS) as line:
        for piece in _pieces(request):
            if not _sent(line, piece):
                break
            time.sleep(request.pause)
        return answered(line)


def answered(line: socket.socket) -> Said:
    """Read one answer."""
    answer = http.client.HTTPResponse(line)
    try:
        answer.begin()
        return Said(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        )
    except (http.client.HTTPException, ConnectionError):
        return Said(CUT, {}, b"")
    finally:
        answer.close()


def _lowered(headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name.lower(), value) for name, value in headers)


def _sent(line: socket.socket, piece: bytes) -> bool:
    """Send a piece; False when the door has answered or gone before it was through."""
    view = memoryview(piece)
    while view:
        readable, writable, _ = select.select([line], [line], [], PATIENCE_SECONDS)
        if readable or not writable:
            return False
        try:
            view = view[line.send(view[: 1 << 16]) :]
        except ConnectionError:
            return False
    return True


def _pieces(request: Hostile) -> Iterator[bytes]:
    yield request.head
    for _ in range(request.repeat):
        if request.pause:
            yield from (request.body[i : i + _PIECE] for i in range(0, len(request.body), _PIECE))
        else:
            yield request.body


def _head(text: bytes, body_length: int) -> bytes:
    head = text.replace(b"\n", b"\r\n")
    if not re.search(rb"^(content-length|transfer-encoding) ?:", text, re.IGNORECASE | re.MULTILINE):
        head += b"\r\nContent-Length: %d" % body_length
    return head + b"\r\n\r\n"


def _file() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


_PARTS: dict[str, str] = _file()["parts"]


def _bytes(text: str) -> bytes:
    whole = re.sub(r"\$\{(\w+)\}", lambda part: _PARTS[part[1]], text)
    made, end = b"", 0
    for mark in _MARK.finditer(whole):
        made += whole[end : mark.start()].encode() + _marked(*mark.groups())
        end = mark.end()
    return made + whole[end:].encode()


def _marked(hexadecimal: str | None, packing: str, count: str, repeated: str) -> bytes:
    if hexadecimal:
        return bytes.fromhex(hexadecimal)
    if packing:
        return _packed(packing, repeated.encode(), int(count))
    if "#" not in repeated:
        return repeated.encode() * int(count)
    return "".join(repeated.replace("#", str(i)) for i in range(int(count))).encode()


def _packed(packing: str, repeated: bytes, count: int) -> bytes:
    """Compress in pieces, so that a bomb of a gigabyte takes no gigabyte here."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if packing == "gzip " else 15)
    piece = repeated * min(count, 1_000_000)
    parts = [packer.compress(piece) for _ in range(count // (len(piece) // len(repeated)))]
    return b"".join(parts) + packer.flush()
