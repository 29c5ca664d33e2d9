"""Close the accounts of one partition: compare its records with its rows, batch by batch."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from catalog.accounts.books import Account, FaultKind
from catalog.accounts.compare import align, pick, unequal_columns
from catalog.accounts.demand import VERDICT_COLUMNS, cleaned_columns, event_columns
from catalog.accounts.files import Place, Rows, Span
from catalog.accounts.log import Record
from catalog.accounts.memory import Memory
from catalog.accounts.rehearsal import Judged, Rehearsal, Row
from catalog.accounts.schema import Mark
from catalog.contracts import contract
from catalog.names import Outcome, Stream
from catalog.recompute.clean import Rejected
from catalog.recompute.verdict import Accepted

EVERYTHING = Span(0, 2**63 - 1)


class Walk:
    """Take rows in step with records; rows come sorted by offset."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._offsets: list[int] = rows["kafka_offset"].to_pylist()
        self._at = 0

    def take(self, upto: int) -> tuple[Rows, list[int]]:
        """Give the rows not yet taken up to an offset, and their offsets."""
        start, self._at = self._at, max(self._at, bisect_right(self._offsets, upto))
        return self._rows.slice(start, self._at - start), self._offsets[start : self._at]


class PartitionCloser:
    """Fill one account from a partition's records and the rows that came of them.

    Counts start from what was remembered; `within` limits what is counted and named. With the name of the
    present rules, rows of other ones are compared in everything but what rules decide.
    """

    def __init__(
        self, place: Place, memory: Memory, rules: str | None = None, within: Span | None = None
    ) -> None:
        self.mark = memory.mark(place)
        start = self.mark if within is None else Mark(self.mark.upto, 0, 0, 0, 0)
        _, accepted, kept, repeat, rejected = start
        self.account = Account(*place, accepted=accepted, kept=kept, repeat=repeat, rejected=rejected)
        self.rehearsal = Rehearsal(place, memory)
        self._place, self._memory, self._rules = place, memory, rules
        self._within = EVERYTHING if within is None else within
        # What was closed before is counted already, unless a range is asked for.
        self._counted = Span(self.mark.upto + 1, EVERYTHING.last) if within is None else within
        self._stream = Stream(place[0]) if place[0] in tuple(Stream) else None

    def compare(self, batches: Iterable[list[Record]], events: Rows, cleaned: Rows | None, upto: int) -> None:
        """Compare the records of a stretch that ends at an offset, and the rows that lie in it."""
        walk = Walk(events)
        cleaned_walk = None if cleaned is None else Walk(cleaned)
        for batch in filter(None, batches):
            self._memory.hold(self._place, [record.offset for record in batch])
            self.account.accepted += self._count(batch)
            self._compare(batch, walk, cleaned_walk, batch[-1].offset)
        self._compare([], walk, cleaned_walk, upto)

    def wait(self, batches: Iterable[list[Record]]) -> None:
        """Count records that are not in the newest snapshot yet."""
        for batch in batches:
            waiting = self._count(batch)
            self.account.accepted += waiting
            self.account.pending += waiting

    def lose(self, offsets: Iterable[int]) -> None:
        """Name records that the log has held once, and that neither it nor `events` holds now."""
        self._note(FaultKind.MISSING, offsets, "events")

    def closed_mark(self, upto: int) -> Mark:
        """Give the mark of everything up to an offset."""
        account = self.account
        accepted = account.accepted - account.pending
        return Mark(max(upto, self.mark.upto), accepted, account.kept, account.repeat, account.rejected)

    def _compare(self, due: list[Record], events: Walk, cleaned: Walk | None, upto: int) -> None:
        rows, present = events.take(upto)
        places = align([record.offset for record in due], present)
        self._note(FaultKind.MISSING, places.missing, "events")
        self._note(FaultKind.DOUBLED, places.doubled, "events")
        found = pick(rows, places.found)
        claimed = self._claimed(found)
        judged = self.rehearsal.judge(due, claimed) if due else []
        altered = "events: body (its content is not what was closed)"
        self._note(FaultKind.UNEQUAL, self.rehearsal.altered, altered)
        present_ones = [each for each in judged if each.record.offset in claimed]
        self._compare_events(found, present_ones, claimed)
        if cleaned is not None:
            kept = [each for each in present_ones if claimed[each.record.offset].outcome == Outcome.KEPT]
            self._compare_cleaned(cleaned, kept, claimed, upto)

    def _claimed(self, rows: Rows) -> dict[int, Row]:
        columns = (rows[name].to_pylist() for name in ("kafka_offset", "outcome", "rules"))
        return {
            offset: Row(outcome, bool(self._rules and rules and rules != self._rules))
            for offset, outcome, rules in zip(*columns, strict=True)
        }

    def _compare_events(self, rows: Rows, judged: list[Judged], claimed: dict[int, Row]) -> None:
        offsets = [each.record.offset for each in judged]
        inside = self._counted
        outcomes = Counter(
            claimed[offset].outcome for offset in offsets if inside.first <= offset <= inside.last
        )
        self.account.kept += outcomes[Outcome.KEPT]
        self.account.repeat += outcomes[Outcome.REPEAT]
        self.account.rejected += outcomes[Outcome.REJECTED]
        differing = unequal_columns(rows, event_columns(self._stream, judged))
        self._note_unequal("events", offsets, differing, claimed)
        named = {index: ["reason_detail"] for index in _unnamed_fields(rows, judged)}
        self._note_unequal("events", offsets, named, claimed)
        self._note_unequal("events", offsets, _unruled(rows), claimed)

    def _compare_cleaned(self, walk: Walk, kept: list[Judged], claimed: dict[int, Row], upto: int) -> None:
        assert self._stream is not None
        table = contract(self._stream).cleaned_table
        rows, present = walk.take(upto)
        places = align([each.record.offset for each in kept], present)
        self._note(FaultKind.MISSING, places.missing, table)
        self._note(FaultKind.DOUBLED, places.doubled, table)
        lost = set(places.missing)
        pairs = zip((each for each in kept if each.record.offset not in lost), places.found, strict=True)
        sound = [
            (at, each.record, each.found.cleaned) for each, at in pairs if isinstance(each.found, Accepted)
        ]
        expected = cleaned_columns(self._stream, [(record, row) for _, record, row in sound])
        present_rows = pick(rows, [at for at, _, _ in sound])
        offsets = [record.offset for _, record, _ in sound]
        differing = unequal_columns(present_rows, expected)
        self._note_unequal(table, offsets, differing, claimed)
        foreign = (sound[index] for index in differing if claimed[offsets[index]].foreign)
        blurred = [(row.ind, self._place[1], record.offset) for _, record, row in foreign]
        self._memory.blur(self._place[0], blurred)
        self._note_unequal(table, offsets, _unruled(present_rows), claimed)

    def _count(self, batch: Sequence[Record]) -> int:
        first, last = self._counted
        if batch and first <= batch[0].offset and batch[-1].offset <= last:
            return len(batch)
        return sum(first <= record.offset <= last for record in batch)

    def _note(self, kind: FaultKind, offsets: Iterable[int], where: str) -> None:
        for offset in offsets:
            self.note(kind, offset, where)

    def note(self, kind: FaultKind, offset: int, where: str) -> None:
        """Name a fault of a record that lies in the range asked for."""
        if self._within.first <= offset <= self._within.last:
            self.account.note(kind, offset, where)

    def _note_unequal(
        self, table: str, offsets: list[int], differing: dict[int, list[str]], claimed: dict[int, Row]
    ) -> None:
        for index, names in sorted(differing.items()):
            offset = offsets[index]
            decided = set(names) & VERDICT_COLUMNS if claimed[offset].foreign else set()
            if decided:
                self.account.other_rules += self._count_one(offset)
            rest = [name for name in names if name not in decided]
            if rest:
                self.note(FaultKind.UNEQUAL, offset, f"{table}: {', '.join(rest)}")

    def _count_one(self, offset: int) -> bool:
        return self._within.first <= offset <= self._within.last


def _unruled(rows: Rows) -> dict[int, list[str]]:
    return {index: ["rules"] for index, rules in enumerate(rows["rules"].to_pylist()) if not rules}


def _unnamed_fields(rows: Rows, judged: list[Judged]) -> list[int]:
    details = rows["reason_detail"].to_pylist()
    fields = [each.found.field if isinstance(each.found, Rejected) else None for each in judged]
    pairs = enumerate(zip(fields, details, strict=True))
    return [index for index, (field, detail) in pairs if field and not (detail or "").startswith(field)]
