"""Break a record in the ways that were seen, or that a rule must catch; the result is valid JSON, mostly."""

import base64
import json
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from catalog.contracts import contract
from catalog.names import Reason, Stream

Row = dict[str, Any]

TEST_ROW = b'{"index": 1, "name": "Maya", "age": 25, "role": "engineer"}'


class Breakage(NamedTuple):
    """Say which reason must be found after a record was broken so."""

    reason: Reason
    broken: Callable[[bytes, Random], bytes]


def breakages(stream: Stream) -> list[Breakage]:
    """Give every way to break a record of a stream."""
    return [*_of_any_stream(stream), *_OF_STREAM[stream]]


def foreign(stream: Stream) -> list[Stream]:
    """Name the streams whose rows arrive on this one by mistake."""
    return [other for other in Stream if other is not stream]


def _of_any_stream(stream: Stream) -> list[Breakage]:
    number = contract(stream).number
    wrong_name = "ind" if number == "index" else "index"
    text = next(field.name for field in contract(stream).fields if field.nullable)
    nested = Reason.WRONG_TYPE if number == "index" else Reason.MISSING_FIELD
    return [
        Breakage(Reason.NOT_AN_OBJECT, lambda body, _: b'"%b"' % base64.b64encode(body)),
        Breakage(Reason.NOT_AN_OBJECT, lambda body, _: json.dumps(body.decode()).encode()),
        Breakage(nested, lambda body, _: b'{"index": %b}' % body),
        Breakage(Reason.MISSING_FIELD, lambda _, __: TEST_ROW),
        Breakage(Reason.MISSING_FIELD, _renaming(number, wrong_name)),
        Breakage(Reason.MISSING_FIELD, _without_a_required_field(stream)),
        Breakage(Reason.NULL_FIELD, _setting(number, None)),
        Breakage(
            Reason.WRONG_TYPE, lambda body, _: _changed(body, lambda row: row | {number: str(row[number])})
        ),
        Breakage(
            Reason.WRONG_TYPE, lambda body, _: _changed(body, lambda row: row | {number: row[number] + 0.0})
        ),
        Breakage(Reason.WRONG_TYPE, _setting(text, 7)),
        Breakage(Reason.OUT_OF_RANGE, _setting(number, -1)),
        Breakage(Reason.OUT_OF_RANGE, _setting(number, 2**31)),
        Breakage(Reason.FORBIDDEN_CHARACTER, _setting(text, "nul\0")),
        Breakage(Reason.FORBIDDEN_CHARACTER, _setting(text, "lone \ud83d")),
        Breakage(Reason.DUPLICATE_FIELD, lambda body, _: b'%b, "%b": 1}' % (body[:-1], number.encode())),
    ]


def _changed(body: bytes, change: Callable[[Row], Row]) -> bytes:
    return json.dumps(change(json.loads(body))).encode()


def _setting(name: str, *values: object) -> Callable[[bytes, Random], bytes]:
    return lambda body, rng: _changed(body, lambda row: row | {name: rng.choice(values)})


def _renaming(name: str, other: str) -> Callable[[bytes, Random], bytes]:
    return lambda body, _: _changed(
        body, lambda row: {other if field == name else field: value for field, value in row.items()}
    )


def _without_a_required_field(stream: Stream) -> Callable[[bytes, Random], bytes]:
    required = [field.name for field in contract(stream).fields if not field.optional]

    def drop(body: bytes, rng: Random) -> bytes:
        dropped = rng.choice(required)
        return _changed(body, lambda row: {name: value for name, value in row.items() if name != dropped})

    return drop


_NO_TIMES = (
    "2021/04/19 17:37:03",
    "19-04-2021 17:37:03",
    "2021-02-30 17:37:03",
    "2021-04-19",
    "yesterday",
    "",
)

_OF_STREAM = {
    Stream.PIN: [
        Breakage(Reason.OUT_OF_RANGE, _setting("downloaded", 2, -1)),
        Breakage(
            Reason.UNREADABLE_COUNT, _setting("follower_count", "12x", "1.2.3k", "-5", "k", "0.0005k", "3B")
        ),
    ],
    Stream.GEO: [
        Breakage(Reason.UNREADABLE_TIME, _setting("timestamp", *_NO_TIMES)),
        Breakage(Reason.OUT_OF_RANGE, _setting("latitude", 90.0001, -91, 1e6)),
        Breakage(Reason.OUT_OF_RANGE, _setting("longitude", 180.0001, -181)),
    ],
    Stream.USER: [
        Breakage(Reason.UNREADABLE_TIME, _setting("date_joined", *_NO_TIMES)),
        Breakage(Reason.OUT_OF_RANGE, _setting("age", -1, 999)),
        Breakage(Reason.WRONG_TYPE, _setting("age", "36", 36.5)),
    ],
}
