"""Read the hostile cases that the decode functions of both languages must judge alike."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from catalog.names import Reason, Stream

FILE = Path(__file__).with_name("cases.yaml")
_MARK = re.compile(r"<<(?:hex ([0-9a-f]+)|(\d+)\*(.*?))>>")


class Case(NamedTuple):
    """Hold one body and its verdict; reason and field are None where none applies."""

    name: str
    stream: Stream
    body: bytes | None
    reason: Reason | None
    field: str | None


def contract_literals() -> dict[str, str]:
    """Give the contract of each stream as the cases were written for it."""
    literals: dict[str, str] = _file()["contracts"]
    return literals


def cases() -> list[Case]:
    """Give every case with its body as bytes."""
    file = _file()
    return [_case(file["parts"], *row) for row in file["cases"]]


def _file() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def _case(parts: dict[str, str], name: str, stream: str, body: str | None, verdict: str) -> Case:
    reason, space, field = verdict.partition(" ")
    judged = None if reason == "ok" else Reason(reason)
    return Case(name, Stream(stream), _bytes(parts, body), judged, field if space else None)


def _bytes(parts: dict[str, str], body: str | None) -> bytes | None:
    if body is None:
        return None
    text = re.sub(r"\$\{(\w+)\}", lambda part: parts[part[1]], body)
    pieces = _MARK.split(text)
    body_bytes = pieces[0].encode()
    for hexadecimal, count, repeated, rest in zip(*(pieces[i::4] for i in (1, 2, 3, 4)), strict=True):
        body_bytes += bytes.fromhex(hexadecimal) if hexadecimal else _repeated(repeated, int(count))
        body_bytes += rest.encode()
    return body_bytes


def _repeated(text: str, count: int) -> bytes:
    return "".join(text.replace("#", str(i)) for i in range(count)).encode()
