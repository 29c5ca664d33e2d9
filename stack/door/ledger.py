"""Write down what each record was told, and compare it with what Kafka holds."""

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from ingest.emulator.client import MAYBE_STORED
from stack.door.load import Answer

SILENT, ACKNOWLEDGED, REFUSED, UNKNOWN = range(4)
LATEST_SECONDS = 2.0
"""When an answer must be there, Kafka or not."""

ROW = b'{"index": %d, "unique_id": "%016x", "title": "put under load", "category": "quotes"}'


def row(number: int) -> bytes:
    """Write the record of a number, unlike any other."""
    return ROW % (number & 0x7FFFFFFF, number)


class _Receipt(msgspec.Struct):
    partition: int = -1
    offset: int = -1
    reason: str | None = None


class _Receipts(msgspec.Struct):
    receipts: list[_Receipt]


_receipts = msgspec.json.Decoder(_Receipts).decode


@dataclass
class Findings:
    """Count what was found; all but the first four must be 0."""

    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    unknown_but_stored: int = 0
    lost: int = 0
    """Acknowledged, but not at the place of the receipt with those bytes."""
    doubled: int = 0
    refused_but_stored: int = 0
    foreign: int = 0
    """Records in Kafka that were never sent."""
    late_answers: int = 0
    wrong_answers: int = 0
    """Neither 200 nor 503 with Retry-After, among them broken connections."""

    @property
    def is_good(self) -> bool:
        """Say whether every promise was kept."""
        broken = self.lost, self.doubled, self.refused_but_stored, self.foreign
        return not any((*broken, self.late_answers, self.wrong_answers))

    def as_dict(self) -> dict[str, Any]:
        """Give every figure."""
        return asdict(self)


class Ledger:
    """Keep the fate and the place of each record, in a few bytes."""

    def __init__(self, records_per_request: int) -> None:
        self._size = records_per_request
        self._fates = bytearray()
        self._places: dict[int, array[int]] = {}
        self.statuses: Counter[int] = Counter()
        self.slowest_seconds = 0.0
        self._findings = Findings()

    def take(self, answer: Answer) -> None:
        """Write down an answer."""
        seconds = answer.ended_at - answer.sent_at
        self.statuses[answer.status] += 1
        self.slowest_seconds = max(self.slowest_seconds, seconds)
        self._findings.late_answers += seconds > LATEST_SECONDS
        first = answer.number * self._size
        self._fates.extend(bytes(max(0, first + self._size - len(self._fates))))
        if answer.status == 200:
            self._take_receipts(first, answer.body)
            return
        self._findings.wrong_answers += not (answer.status == 503 and answer.retry_after)
        told_nothing = answer.status != 503 or MAYBE_STORED.encode() in answer.body
        fate = UNKNOWN if told_nothing else REFUSED
        self._fates[first : first + self._size] = bytes([fate]) * self._size

    def _take_receipts(self, first: int, body: bytes) -> None:
        receipts = _receipts(body).receipts
        self._findings.wrong_answers += len(receipts) != self._size
        for number, receipt in enumerate(receipts, first):
            if receipt.reason is not None:
                self._fates[number] = UNKNOWN if MAYBE_STORED in receipt.reason else REFUSED
                continue
            self._fates[number] = ACKNOWLEDGED
            places = self._places.setdefault(receipt.partition, array("q"))
            places.extend([-1] * (receipt.offset + 1 - len(places)))
            places[receipt.offset] = number

    def compare(self, records: Iterable[tuple[int, int, bytes]]) -> Findings:
        """Compare with every record of the log: partition, offset, bytes."""
        found, times, at_home = self._findings, bytearray(len(self._fates)), 0
        for partition, offset, value in records:
            number = _number(value)
            if number is None or number >= len(times):
                found.foreign += 1
                continue
            times[number] = min(2, times[number] + 1)
            places = self._places.get(partition, ())
            at_home += offset < len(places) and places[offset] == number
        fates = Counter(zip(self._fates, times, strict=True))
        found.acknowledged = sum(count for (fate, _), count in fates.items() if fate == ACKNOWLEDGED)
        found.refused = sum(count for (fate, _), count in fates.items() if fate == REFUSED)
        found.unknown = sum(count for (fate, _), count in fates.items() if fate == UNKNOWN)
        found.unknown_but_stored = sum(count for (fate, n), count in fates.items() if fate == UNKNOWN and n)
        found.refused_but_stored = sum(count for (fate, n), count in fates.items() if fate == REFUSED and n)
        found.doubled = sum(count for (_, n), count in fates.items() if n > 1)
        found.lost = found.acknowledged - at_home
        return found


def _number(value: bytes) -> int | None:
    """Give the number of a record when it is, byte for byte, the one that was sent."""
    try:
        number = int(value.split(b'"', 6)[5], 16)
    except (IndexError, ValueError):
        return None
    return number if row(number) == value else None
