"""Close the accounts of one partition: compare its records with its rows, batch by batch."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any

from catalog.accounts.books import Account, FaultKind
from catalog.accounts.compare import align, pick, unequal_columns
from catalog.accounts.doubts import Doubt
from catalog.accounts.lake import Rows
from catalog.accounts.log import Record
from catalog.contracts import contract
from catalog.names import Header, Outcome, Stream
from catalog.recompute.clean import Cleaned, Rejected
from catalog.recompute.enrich import enrich
from catalog.recompute.judge import Judge
from catalog.recompute.verdict import Accepted, verdict

Judged = tuple[Record, Accepted | Rejected, Outcome]


class Walk:
    """Take rows in step with records; rows come sorted by offset."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._offsets: list[int] = rows["kafka_offset"].to_pylist()
        self._at = 0

    @property
    def newest(self) -> int:
        """Give the highest offset, -1 when there is no row."""
        return self._offsets[-1] if self._offsets else -1

    def take(self, upto: int) -> tuple[Rows, list[int]]:
        """Give the rows not yet taken up to an offset, and their offsets."""
        start, self._at = self._at, max(self._at, bisect_right(self._offsets, upto))
        return self._rows.slice(start, self._at - start), self._offsets[start : self._at]


class PartitionCloser:
    """Fill one account from a partition's records and the rows that came of them."""

    def __init__(self, topic: str, partition: int, events: Rows, cleaned: Rows | None) -> None:
        self.account = Account(topic, partition)
        self.judge = Judge()
        self.doubts: list[Doubt] = []
        self._partition = partition
        self._stream = Stream(topic) if topic in tuple(Stream) else None
        self._events = Walk(events)
        self._cleaned = None if cleaned is None else Walk(cleaned)

    def close(self, batches: Iterable[list[Record]]) -> None:
        """Compare every record up to the newest row of `events`; later ones are pending."""
        newest = self._events.newest
        for batch in batches:
            self.account.accepted += len(batch)
            due = [record for record in batch if record.offset <= newest]
            self.account.pending += len(batch) - len(due)
            if due:
                self._compare(due, due[-1].offset)
        self._compare([], newest)

    def _compare(self, due: list[Record], upto: int) -> None:
        rows, present = self._events.take(upto)
        places = align([record.offset for record in due], present)
        self._note(FaultKind.MISSING, places.missing, "events")
        self._note(FaultKind.DOUBLED, places.doubled, "events")
        found = pick(rows, places.found)
        outcomes = dict(zip(found["kafka_offset"].to_pylist(), found["outcome"].to_pylist(), strict=True))
        judged = [self._judge(record, outcomes.get(record.offset)) for record in due]
        self._compare_events(found, [each for each in judged if each[0].offset in outcomes])
        if self._cleaned is not None:
            kept = [each for each in judged if outcomes.get(each[0].offset) == Outcome.KEPT]
            self._compare_cleaned(self._cleaned, kept, upto)

    def _judge(self, record: Record, outcome: str | None) -> Judged:
        found = verdict(self._stream, record.body)
        if isinstance(found, Rejected):
            return record, found, Outcome.REJECTED
        judged = self.judge.judge(found.cleaned, found.older_form, record.offset)
        if judged == Outcome.KEPT and outcome == Outcome.REPEAT:
            self.doubts.append(Doubt(self._partition, record.offset, found))
            return record, found, Outcome.REPEAT
        return record, found, judged

    def _compare_events(self, rows: Rows, judged: list[Judged]) -> None:
        counts = Counter(rows["outcome"].to_pylist())
        self.account.kept += counts[Outcome.KEPT]
        self.account.repeat += counts[Outcome.REPEAT]
        self.account.rejected += counts[Outcome.REJECTED]
        offsets = [record.offset for record, _, _ in judged]
        self._note_unequal("events", offsets, unequal_columns(rows, event_columns(self._stream, judged)))
        named = {index: ["reason_detail"] for index in _unnamed_fields(rows, judged)}
        self._note_unequal("events", offsets, named | _unruled(rows))

    def _compare_cleaned(self, walk: Walk, kept: list[Judged], upto: int) -> None:
        assert self._stream is not None
        table = contract(self._stream).cleaned_table
        rows, present = walk.take(upto)
        places = align([record.offset for record, _, _ in kept], present)
        self._note(FaultKind.MISSING, places.missing, table)
        self._note(FaultKind.DOUBLED, places.doubled, table)
        lost = set(places.missing)
        pairs = zip((each for each in kept if each[0].offset not in lost), places.found, strict=True)
        sound = [
            (at, record, found.cleaned) for (record, found, _), at in pairs if isinstance(found, Accepted)
        ]
        expected = cleaned_columns(self._stream, [(record, cleaned) for _, record, cleaned in sound])
        present_rows = pick(rows, [at for at, _, _ in sound])
        differing = unequal_columns(present_rows, expected) | _unruled(present_rows)
        self._note_unequal(table, [record.offset for _, record, _ in sound], differing)

    def _note(self, kind: FaultKind, offsets: Iterable[int], where: str) -> None:
        for offset in offsets:
            self.account.note(kind, offset, where)

    def _note_unequal(self, table: str, offsets: list[int], differing: dict[int, list[str]]) -> None:
        for index, names in sorted(differing.items()):
            self.account.note(FaultKind.UNEQUAL, offsets[index], f"{table}: {', '.join(names)}")


def event_columns(stream: Stream | None, judged: list[Judged]) -> dict[str, list[Any]]:
    """Give the columns of `events` that records demand, reason_detail and rules aside."""
    records = [record for record, _, _ in judged]
    found = [verdict for _, verdict, _ in judged]
    return {
        "stream": [stream] * len(records),
        "outcome": [outcome for _, _, outcome in judged],
        "reason": [each.reason if isinstance(each, Rejected) else None for each in found],
        "ind": [None if isinstance(each, Rejected) else each.cleaned.ind for each in found],
        "message_key": [record.key for record in records],
        "headers": [_headers(record) for record in records],
        "body": [record.body for record in records],
        **_place_columns(records),
    }


def cleaned_columns(stream: Stream, of: list[tuple[Record, Cleaned]]) -> dict[str, Any]:
    """Give the columns of a cleaned table that records demand, rules aside."""
    if not of:
        return {}
    records, cleaned = zip(*of, strict=True)
    extras = [enrich(row) for row in cleaned]
    names = (*cleaned[0]._fields, *extras[0]._fields)
    columns = (*zip(*cleaned, strict=True), *zip(*extras, strict=True))
    return {
        **dict(zip(names, columns, strict=True)),
        "kafka_topic": [stream] * len(records),
        **_place_columns(records),
    }


def _place_columns(records: Iterable[Record]) -> dict[str, list[Any]]:
    headers = [dict(record.headers or ()) for record in records]
    return {
        "accepted_at": [record.accepted_us for record in records],
        "owner": [_text(each.get(Header.OWNER)) for each in headers],
        "event_id": [_text(each.get(Header.EVENT_ID)) for each in headers],
    }


def _headers(record: Record) -> list[tuple[str, bytes | None]]:
    return list(dict(record.headers or ()).items())


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace")


def _unruled(rows: Rows) -> dict[int, list[str]]:
    return {index: ["rules"] for index, rules in enumerate(rows["rules"].to_pylist()) if not rules}


def _unnamed_fields(rows: Rows, judged: list[Judged]) -> list[int]:
    details = rows["reason_detail"].to_pylist()
    fields = [found.field if isinstance(found, Rejected) else None for _, found, _ in judged]
    pairs = enumerate(zip(fields, details, strict=True))
    return [index for index, (field, detail) in pairs if field and not (detail or "").startswith(field)]
