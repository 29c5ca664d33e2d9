"""Mend the counts of schema live after each start of the live job: a crash may have left some behind."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.postgres import connect
from catalog.recounts import are_left_by_flink, drifts, mend, recount
from catalog.settings import Postgres, Settings
from stack import cluster
from stack.seen import accepted, counted_live

JOB = "live"
SHARE = 0.2
"""The most of all time that goes into counting what Flink leaves."""
PATIENCE_SECONDS = 600.0
"""Offsets without a record, such as marks of transactions, are never counted; then all is taken for seen."""


@dataclass(frozen=True)
class Start:
    """Name one start of the live job: the job, and since when (milliseconds) it runs."""

    job: str
    since: int


def count_left(postgres: Postgres) -> int:
    """Count posts if Flink leaves that to us, because a replay has corrected some; give the rows changed."""
    with connect(postgres) as opened, opened.cursor() as at:
        return recount(at) if are_left_by_flink(at) else 0


class Mender:
    """Look at the counts twice after each start of the live job, and mend what differs in the same way."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._begun: Start | None = None
        self._steps: Iterator[int] = iter(())
        self._next_count = 0.0

    def look(self) -> int:
        """Go one step on without waiting; give the number of rows mended now.

        Raises requests.RequestException, psycopg2.Error or TransientError when Flink, Postgres or Kafka does
        not answer; the next look begins anew.
        """
        if time.monotonic() >= self._next_count:
            began = time.monotonic()
            count_left(self._settings.postgres)
            self._next_count = began + (time.monotonic() - began) / SHARE
        start = self._start()
        if start is None:
            return 0
        if start != self._begun:
            self._begun, self._steps = start, self._mend(start)
        try:
            return next(self._steps, 0)
        except Exception:
            self._begun = None
            raise

    def _mend(self, start: Start) -> Iterator[int]:
        """Wait until the job has seen again what it had seen before: only then nothing more is taken back."""
        goal, deadline = accepted(self._settings.kafka), time.monotonic() + PATIENCE_SECONDS
        while counted_live(self._settings.postgres) < goal and time.monotonic() < deadline:
            yield 0
        yield from self._checkpoint(start)
        found = drifts(self._settings.postgres)
        if not found:
            return
        yield from self._checkpoint(start)
        later = drifts(self._settings.postgres)
        lasting = {table: found[table].lasting(later[table]) for table in {*found} & {*later}}
        yield mend(self._settings.postgres, lasting)

    def _checkpoint(self, start: Start) -> Iterator[int]:
        """Wait until every sink has written what came before now."""
        newest = cluster.newest_checkpoint(self._settings, start.job)
        cluster.begin_checkpoint(self._settings, start.job)
        while cluster.completed_checkpoint(self._settings, start.job) <= newest:
            yield 0

    def _start(self) -> Start | None:
        job = cluster.running_job(self._settings, JOB)
        return Start(job["jid"], job["last-modification"]) if job else None
