"""Decode a record by its contract, with the verdicts of Flink's `decode_json` but in independent code."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from catalog.contracts import Contract, Field
from catalog.documents import FORBIDDEN, Fraction, Refusal, Whole, read_document, value_text
from catalog.names import Reason

Cell = int | float | str | bool | None

MAX_SHOWN = 200
_ABSENT = object()


class Decoded(NamedTuple):
    """Hold the verdict on one body: a reason with its field and value, or the contract's columns."""

    error: Reason | None
    field: str | None
    value: str | None
    row: dict[str, Cell]


def decode(body: bytes | None, contract: Contract) -> Decoded:
    """Give the verdict on a body: the document's first fault, else the first field's in contract order."""
    document = read_document(body)
    read = document if isinstance(document, Refusal) else _fields(document, contract)
    if isinstance(read, Refusal):
        return Decoded(read.reason, _shown(read.field), _shown(read.value), {})
    return Decoded(None, None, None, read)


def _fields(document: dict[str, Any], contract: Contract) -> dict[str, Cell] | Refusal:
    row: dict[str, Cell] = {}
    for field in contract.fields:
        name = field.name
        raw = document.get(name, _ABSENT)
        if type(raw) is str and field.type == "STRING":
            row[name] = raw
        else:
            row[name] = value = _READ[field.type].get(type(raw), _nothing)(raw)
            if value is None and (reason := _fault(field, raw)):
                return Refusal(reason, name, None if raw is _ABSENT else value_text(raw))
        if field.optional:
            row[f"{name}_present"] = raw is not _ABSENT
    return row


def _fault(field: Field, raw: Any) -> Reason | None:
    """Say what is wrong with a value that could not be read."""
    if raw is _ABSENT:
        return None if field.optional else Reason.MISSING_FIELD
    if raw is None:
        return None if field.nullable or field.optional else Reason.NULL_FIELD
    return Reason.OUT_OF_RANGE if type(raw) in _READ[field.type] else Reason.WRONG_TYPE


def _int32(digits: str) -> int | None:
    number = int(digits) if len(digits) <= len("-2147483648") else 1 << 31
    return number if -(1 << 31) <= number < 1 << 31 else None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _nothing(_: Any) -> None:
    """Read a value that the column does not take."""


_READ: dict[str, dict[type, Callable[[Any], Cell]]] = {
    "STRING": {},
    "INT": {Whole: _int32},
    "DOUBLE": {Whole: _finite, Fraction: _finite},
}


def _shown(words: str | None) -> str | None:
    """Shorten a text to what every sink takes and a person reads."""
    if words is None:
        return None
    clean = FORBIDDEN.sub("\ufffd", words[: MAX_SHOWN + 1])
    return clean if len(clean) <= MAX_SHOWN else clean[: MAX_SHOWN - 1] + "…"
