"""Gather the delivery reports of one request."""

import asyncio
from collections.abc import Callable
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from ingest.outcomes import MAYBE_STORED, TOO_LARGE, UNKNOWN, AwayError, Failure, Outcome, Placed
from ingest.records import Records

Report = Message | KafkaError | Failure | None


class Batch:
    """Hold what is known of each record of a request; `settled` is done when nothing more is awaited."""

    def __init__(self, records: Records, settled: asyncio.Future[None]) -> None:
        self._records = records
        self._reports: list[Report] = [None] * len(records.values)
        self.settled = settled

    def enqueue(self, producer: Producer, max_record_bytes: int) -> None:
        """Give the records to the producer; one that is too large gets its outcome at once."""
        produce, settle = producer.produce, self._settler()
        place = -1
        for topic, key, value, headers, size in self._records.rows():
            place += 1
            if size > max_record_bytes:
                settle(place, TOO_LARGE, None)
                continue
            try:
                # By position, because names cost as much as the rest of the call.
                produce(topic, value, key, -1, partial(settle, place), None, 0, headers)
            except (KafkaException, BufferError) as fault:
                settle(place, Failure(isinstance(fault, BufferError), str(fault)), None)

    def _settler(self) -> Callable[[int, KafkaError | Failure | None, Message | None], None]:
        """Make what takes a record's report; it runs once a record, so it does next to nothing."""
        reports, open_ = self._reports, len(self._reports)

        def settle(place: int, fault: KafkaError | Failure | None, message: Message | None) -> None:
            nonlocal open_
            reports[place] = message if fault is None else fault
            open_ -= 1
            if not open_:
                self.end()

        return settle

    def end(self) -> None:
        """Stop waiting; what is not settled by now stays unknown."""
        if not self.settled.done():
            self.settled.set_result(None)

    def outcomes(self) -> list[Outcome]:
        """Give one outcome a record, in order; raises AwayError when Kafka acknowledged none in time."""
        outcomes = [
            _placed((each.partition(), each.offset())) if type(each) is Message else _failure(each)
            for each in self._reports
        ]
        if UNKNOWN in outcomes and not any(type(each) is Placed for each in outcomes):
            raise AwayError(MAYBE_STORED)
        return outcomes


_placed = partial(tuple.__new__, Placed)
"""Make a Placed of a pair, in half the time of a call by names."""

_OUT_OF_TIME = {KafkaError._MSG_TIMED_OUT, KafkaError._TIMED_OUT, KafkaError._TRANSPORT}


def _failure(report: Report) -> Failure:
    if isinstance(report, Failure):
        return report
    if not isinstance(report, KafkaError) or report.code() in _OUT_OF_TIME:
        return UNKNOWN
    return Failure(report.retriable(), report.str())
