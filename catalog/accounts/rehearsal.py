"""Judge records again, batch by batch, against everything that was remembered of those before them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from catalog.accounts.doubts import Doubt
from catalog.accounts.files import Place
from catalog.accounts.log import Record
from catalog.accounts.memory import Memory
from catalog.accounts.schema import Newest, Seen
from catalog.names import Outcome, Stream
from catalog.recompute.clean import Rejected
from catalog.recompute.judge import Digests, Judge, digests
from catalog.recompute.verdict import Accepted, verdict


class Row(NamedTuple):
    """Hold what `events` says of a record; `foreign` when other rules than the present ones made it."""

    outcome: str | None
    foreign: bool


class Judged(NamedTuple):
    """Hold a record, what its bytes demand, and what was to become of it."""

    record: Record
    found: Accepted | Rejected
    outcome: Outcome


class Rehearsal:
    """Judge the records of one place, and remember what judging later ones asks for."""

    def __init__(self, place: Place, memory: Memory) -> None:
        self.doubts: list[Doubt] = []
        self.kept_again: list[int] = []
        """Offsets of records that were kept though another partition's equal one was."""
        self.altered: list[int] = []
        """Offsets below the mark whose content is not what was closed."""
        self._topic, self._partition = place
        self._stream = Stream(place[0]) if place[0] in tuple(Stream) else None
        self._memory = memory
        self._mark = memory.mark(place).upto

    def judge(self, records: Sequence[Record], rows: Mapping[int, Row]) -> list[Judged]:
        """Judge records in the order of their offsets; rows are those of `events`, by offset."""
        found = [verdict(self._stream, record.body) for record in records]
        marks = {
            record.offset: digests(each.cleaned)
            for record, each in zip(records, found, strict=True)
            if isinstance(each, Accepted)
        }
        contents = self._seen("contents", [mark.content for mark in marks.values()])
        bares = self._seen("bares", [mark.bare for mark in marks.values() if mark.bare is not mark.content])
        judge = Judge(self._own(contents), self._own(bares))
        before = set(judge.seen), set(judge.seen_bare)
        outcomes: list[Outcome] = []
        for record, each in zip(records, found, strict=True):
            outcomes.append(
                self._outcome(judge, record, each, marks.get(record.offset), rows.get(record.offset))
            )
        judged = [Judged(*each) for each in zip(records, found, outcomes, strict=True)]
        self._remember(judge, before, judged, marks, rows)
        self._look_elsewhere(judged, marks, contents)
        return judged

    def _outcome(
        self, judge: Judge, record: Record, found: Accepted | Rejected, mark: Digests | None, row: Row | None
    ) -> Outcome:
        if isinstance(found, Rejected) or mark is None:
            return Outcome.REJECTED
        if row is not None and row.foreign and row.outcome == Outcome.REJECTED:
            # Rules of their time refused it, so that it was no appearance of its content.
            return Outcome.REJECTED
        if record.offset <= self._mark:
            return self._recalled(judge, record.offset, mark)
        judged = judge.weigh(mark, found.older_form, record.offset)
        if judged == Outcome.KEPT and row is not None and row.outcome == Outcome.REPEAT:
            judge.take_back(mark)
            if not row.foreign:
                self.doubts.append(Doubt(self._partition, record.offset, mark, found))
            return Outcome.REPEAT
        return judged

    def _recalled(self, judge: Judge, offset: int, mark: Digests) -> Outcome:
        """Recall what a record was when its range was closed."""
        if mark.content not in judge.seen:
            self.altered.append(offset)
        return Outcome.KEPT if judge.seen.get(mark.content) == offset else Outcome.REPEAT

    def _seen(self, table: str, wanted: list[bytes]) -> dict[bytes, list[Seen]]:
        return self._memory.seen(table, self._topic, list(dict.fromkeys(wanted)))

    def _own(self, seen: Mapping[bytes, list[Seen]]) -> dict[bytes, int | None]:
        return {
            digest: each.offset if each.kept else None
            for digest, everywhere in seen.items()
            for each in everywhere
            if each.partition == self._partition
        }

    def _remember(
        self,
        judge: Judge,
        before: tuple[set[bytes], set[bytes]],
        judged: list[Judged],
        marks: Mapping[int, Digests],
        rows: Mapping[int, Row],
    ) -> None:
        first: dict[bytes, int] = {}
        for offset, mark in reversed([*marks.items()]):
            first[mark.content] = first[mark.bare] = offset
        for table, seen, known in zip(
            ("contents", "bares"), (judge.seen, judge.seen_bare), before, strict=True
        ):
            new = ((digest, place) for digest, place in seen.items() if digest not in known)
            self._memory.see(
                table,
                self._topic,
                (
                    (
                        digest,
                        Seen(self._partition, first[digest] if place is None else place, place is not None),
                    )
                    for digest, place in new
                ),
            )
        self._memory.keep(
            [
                self._version(each.record, marks[each.record.offset], each.found.cleaned.ind)
                for each in judged
                if isinstance(each.found, Accepted)
                and each.record.offset in rows
                and rows[each.record.offset].outcome == Outcome.KEPT
            ]
        )

    def _version(self, record: Record, mark: Digests, ind: int) -> Newest:
        return Newest(ind, self._topic, record.accepted_us, self._partition, record.offset, mark.content)

    def _look_elsewhere(
        self, judged: list[Judged], marks: Mapping[int, Digests], contents: Mapping[bytes, list[Seen]]
    ) -> None:
        for record, _, outcome in judged:
            if outcome == Outcome.KEPT and record.offset > self._mark:
                everywhere = contents.get(marks[record.offset].content, ())
                if any(each.kept and each.partition != self._partition for each in everywhere):
                    self.kept_again.append(record.offset)
