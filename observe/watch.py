"""What is waited for, by stage and stream, shared by the threads that draw records and that see them."""

import time
from collections.abc import Iterable, Mapping
from threading import Event, Lock
from typing import NamedTuple

from catalog.names import Outcome, Stage, Stream
from catalog.settings import Observer
from observe.records import Place, Record
from observe.sample import Sample
from observe.tally import Tally

Newest = Mapping[tuple[str, int], int]
"""The newest offset of each topic and partition."""


class State(NamedTuple):
    """Say how many records wait, how many of them too long, and the age in seconds of the oldest."""

    records: int
    overdue: int
    oldest_seconds: float | None


class Watch:
    """Hold the samples of every stage and stream, and count what has become visible."""

    def __init__(self, observer: Observer, checkpoint_seconds: int) -> None:
        most = {Stage.LIVE: observer.live_sample, Stage.HISTORY: observer.history_sample}
        self.objectives = {
            Stage.LIVE: observer.live_seconds,
            Stage.HISTORY: checkpoint_seconds + observer.history_margin_seconds,
        }
        self.tally = Tally()
        self.ready = Event()
        """Set once commits are followed: a record that is drawn before could be committed unseen."""
        self.newest_accepted: dict[Stream, float] = {}
        self.missed = 0
        """Records that were learned of too late to be measured."""
        self._lock = Lock()
        self._samples = {(stage, stream): Sample(most[stage]) for stage in Stage for stream in Stream}
        self._committed: dict[tuple[str, int], int] = {}

    def masks(self) -> dict[str, int]:
        """Give the bits of a hash that are zero in every record that would be drawn, by topic."""
        with self._lock:
            return {
                stream: self._samples[Stage.LIVE, stream].mask & self._samples[Stage.HISTORY, stream].mask
                for stream in Stream
            }

    def offer(self, records: Iterable[Record]) -> None:
        """Wait for records, unless a commit that holds them has been seen already."""
        with self._lock:
            for record in records:
                if self._is_committed(record):
                    self.missed += 1
                    continue
                for stage in Stage:
                    self._samples[stage, record.stream].offer(record)

    def waiting(self, stage: Stage) -> list[Record]:
        """List the records that a stage does not show yet."""
        with self._lock:
            return [record for stream in Stream for record in self._samples[stage, stream]]

    def show(self, stage: Stage, records: Iterable[Record], seen: float) -> None:
        """Count records that a stage shows, seen at a time in seconds since 1970."""
        with self._lock:
            self._show(stage, records, seen)

    def doubt(self, records: set[Record]) -> None:
        """Mark those records, and no others, as possible repeats."""
        with self._lock:
            for stream in Stream:
                sample = self._samples[Stage.LIVE, stream]
                for record in sample:
                    sample[record].may_repeat = record in records

    def commit(self, newest: Newest, seen: float) -> None:
        """Count what a commit to history shows: what lies at or below the newest offset of its partition."""
        with self._lock:
            for place, offset in newest.items():
                self._committed[place] = max(offset, self._committed.get(place, -1))
            for stream in Stream:
                shown = [each for each in self._samples[Stage.HISTORY, stream] if self._is_committed(each)]
                self._show(Stage.HISTORY, shown, seen)

    def judge(self, outcomes: Mapping[Place, str]) -> None:
        """Let go of repeats, uncounted, and keep waiting for the others until they are visible."""
        with self._lock:
            for stream in Stream:
                sample = self._samples[Stage.LIVE, stream]
                for record in [each for each in sample if each.place in outcomes]:
                    sample[record].is_judged = True
                    if outcomes[record.place] == Outcome.REPEAT:
                        sample.take([record])

    def forget(self) -> None:
        """Wait for nothing that was drawn so far, and count it as missed."""
        with self._lock:
            for sample in self._samples.values():
                self.missed += len(sample.take(list(sample)))

    def state(self, stage: Stage, stream: Stream) -> State:
        """Describe what waits now."""
        now = time.time()
        with self._lock:
            sample = self._samples[stage, stream]
            due = [(record.accepted, wait.weight) for record in sample if (wait := sample[record]).is_due]
        late = now - self.objectives[stage]
        return State(
            sum(weight for _, weight in due),
            sum(weight for accepted, weight in due if accepted < late),
            round(now - min(accepted for accepted, _ in due), 3) if due else None,
        )

    def relax(self) -> None:
        """Draw more again where few waited."""
        with self._lock:
            for sample in self._samples.values():
                sample.relax()

    def _is_committed(self, record: Record) -> bool:
        return record.offset <= self._committed.get((record.stream, record.partition), -1)

    def _show(self, stage: Stage, records: Iterable[Record], seen: float) -> None:
        for record in records:
            for _, weight in self._samples[stage, record.stream].take([record]):
                self.tally.add(stage, record.stream, record.accepted, seen - record.accepted, weight)
