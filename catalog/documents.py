"""Read a body as one JSON object, more strictly than the json module does by itself."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from catalog.names import Reason

MAX_DEPTH = 100
FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
"""NUL, which Postgres refuses, and surrogates without a partner, which no UTF-8 holds."""

_SUSPECT_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class Refusal(NamedTuple):
    """Say why a body is refused; field and value are as the client wrote them, however long."""

    reason: Reason
    field: str | None = None
    value: str | None = None


class Whole(str):
    """Mark a number written without fraction and exponent; keep its text."""

    __slots__ = ()


class Fraction(str):
    """Mark a number written with fraction or exponent; keep its text."""

    __slots__ = ()


class _Members(list[tuple[str, Any]]):
    """Keep every member of an object in order, repeated names too."""


class _RepeatedError(Exception):
    """Say that an object names a field twice."""


def read_document(body: bytes | None) -> dict[str, Any] | Refusal:
    """Give the top object, its numbers as `Whole` or `Fraction`, or the first fault by precedence."""
    if not body:
        return Refusal(Reason.EMPTY_BODY)
    try:
        return _parsed(body, body.decode())
    except UnicodeDecodeError as fault:
        place = f"byte 0x{body[fault.start]:02X} at position {fault.start}"
        return Refusal(Reason.INVALID_UTF8, value=place)
    except (ValueError, RecursionError) as fault:
        return Refusal(Reason.NOT_JSON, value=str(fault))


def value_text(value: Any) -> str:
    """Render a value of a document for a person, nested ones shortened."""
    if isinstance(value, dict | _Members):
        return "{...}"
    if isinstance(value, list):
        return "[...]"
    return str(value) if isinstance(value, str) else json.dumps(value)


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(members)
    if len(document) != len(members):
        raise _RepeatedError
    return document


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _decoder(hook: Callable[[list[tuple[str, Any]]], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=hook, parse_int=Whole, parse_float=Fraction, parse_constant=_constant
    )


_FAST = _decoder(_unique)
_EXACT = _decoder(_Members)


def _parsed(body: bytes, text: str) -> dict[str, Any] | Refusal:
    if _is_suspect(body):
        return _examined(text)
    try:
        top = _FAST.decode(text)
    except _RepeatedError:
        return _examined(text)
    return top if isinstance(top, dict) else Refusal(Reason.NOT_AN_OBJECT, value=value_text(top))


def _is_suspect(body: bytes) -> bool:
    """Say whether nesting may be too deep or a forbidden character may hide in an escape."""
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        return True
    return b"\\" in body and _SUSPECT_ESCAPE.search(body) is not None


def _examined(text: str) -> dict[str, Any] | Refusal:
    top = _EXACT.decode(text)
    found = _Findings()
    found.look(top, depth=1, field=None)
    if found.too_deep:
        return Refusal(Reason.NOT_JSON, value=f"nested deeper than {MAX_DEPTH}")
    if not isinstance(top, _Members):
        return Refusal(Reason.NOT_AN_OBJECT, value=value_text(top))
    if found.repeated is not None:
        return Refusal(Reason.DUPLICATE_FIELD, found.repeated)
    if found.forbidden is not None:
        return Refusal(Reason.FORBIDDEN_CHARACTER, *found.forbidden)
    return dict(top)


class _Findings:
    """Collect the first of each fault of a document, in the order of its text."""

    def __init__(self) -> None:
        self.too_deep = False
        self.repeated: str | None = None
        self.forbidden: tuple[str | None, str] | None = None

    def look(self, value: Any, depth: int, field: str | None) -> None:
        """Examine a value that lies in the given top field (None for the top itself)."""
        if not isinstance(value, list):
            self._look_at_text(value, field)
        elif depth > MAX_DEPTH:
            self.too_deep = True
        elif isinstance(value, _Members):
            self._look_at_members(value, depth, field)
        else:
            for inner in value:
                self.look(inner, depth + 1, field)

    def _look_at_members(self, members: _Members, depth: int, field: str | None) -> None:
        names = set()
        for name, value in members:
            if name in names and self.repeated is None:
                self.repeated = name
            names.add(name)
            top_field = name if field is None else field
            self._look_at_text(name, top_field)
            self.look(value, depth + 1, top_field)

    def _look_at_text(self, value: Any, field: str | None) -> None:
        if self.forbidden is None and isinstance(value, str) and FORBIDDEN.search(value):
            self.forbidden = (field, value)
