"""Read the answers that tell of each record."""

import msgspec

from ingest.emulator.client import Result

PLACED = Result()


class _Offset(msgspec.Struct):
    error_code: int | None
    error: str | None


class _Offsets(msgspec.Struct):
    offsets: list[_Offset]


class _Put(msgspec.Struct, rename="pascal"):
    error_code: str | None = None
    error_message: str = ""


class _Puts(msgspec.Struct, rename="pascal"):
    records: list[_Put]


class _Receipt(msgspec.Struct):
    reason: str | None = None
    retriable: bool = False


class _Receipts(msgspec.Struct):
    receipts: list[_Receipt]


_offsets = msgspec.json.Decoder(_Offsets).decode
_puts = msgspec.json.Decoder(_Puts).decode
_receipts = msgspec.json.Decoder(_Receipts).decode


def offsets(answer: bytes) -> list[Result]:
    """Read an answer of the REST Proxy; raises DecodeError."""
    return [
        PLACED
        if each.error_code is None
        else Result(f"{each.error_code} {each.error}", each.error_code == 50003)
        for each in _offsets(answer).offsets
    ]


def puts(answer: bytes) -> list[Result]:
    """Read an answer of PutRecords; raises DecodeError."""
    later = "ProvisionedThroughputExceededException"
    return [
        PLACED
        if each.error_code is None
        else Result(f"{each.error_code} {each.error_message}", each.error_code == later)
        for each in _puts(answer).records
    ]


def receipts(answer: bytes) -> list[Result]:
    """Read an answer of the batch form; raises DecodeError."""
    return [
        PLACED if each.reason is None else Result(each.reason or "refused", each.retriable)
        for each in _receipts(answer).receipts
    ]
