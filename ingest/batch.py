"""Gather the delivery reports of one request."""

import asyncio
from collections.abc import Sequence
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from ingest.outcomes import MAYBE_STORED, TOO_LARGE, UNKNOWN, AwayError, Failure, Outcome, Placed
from ingest.records import Record


class Batch:
    """Hold what is known of each record of a request; `settled` is done when nothing more is awaited."""

    def __init__(self, records: Sequence[Record], settled: asyncio.Future[None]) -> None:
        self._records = records
        self._outcomes: list[Outcome] = [UNKNOWN] * len(records)
        self._open = len(records)
        self.settled = settled

    def enqueue(self, producer: Producer, max_record_bytes: int) -> None:
        """Give the records to the producer; one that is too large gets its outcome at once."""
        produce, settle = producer.produce, self._settle
        for place, (topic, key, value, headers, size) in enumerate(self._records):
            if size > max_record_bytes:
                self._conclude(place, TOO_LARGE)
                continue
            try:
                produce(topic, value, key, headers=headers, on_delivery=partial(settle, place))
            except (KafkaException, BufferError) as fault:
                self._conclude(place, Failure(isinstance(fault, BufferError), str(fault)))

    def end(self) -> None:
        """Stop waiting; what is not settled by now stays unknown."""
        if not self.settled.done():
            self.settled.set_result(None)

    def outcomes(self) -> list[Outcome]:
        """Give one outcome a record, in order; raises AwayError when Kafka acknowledged none in time."""
        if UNKNOWN in self._outcomes and not any(type(each) is Placed for each in self._outcomes):
            raise AwayError(MAYBE_STORED)
        return self._outcomes

    def _settle(self, place: int, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self._conclude(place, Placed(message.partition() or 0, message.offset() or 0))
        else:
            self._conclude(place, _failure(error))

    def _conclude(self, place: int, outcome: Outcome) -> None:
        self._outcomes[place] = outcome
        self._open -= 1
        if not self._open:
            self.end()


_OUT_OF_TIME = {KafkaError._MSG_TIMED_OUT, KafkaError._TIMED_OUT, KafkaError._TRANSPORT}


def _failure(error: KafkaError) -> Failure:
    return UNKNOWN if error.code() in _OUT_OF_TIME else Failure(error.retriable(), error.str())
