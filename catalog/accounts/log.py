"""Read Kafka's own records, partition by partition, in the order of their offsets."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from catalog.errors import TransientError
from catalog.settings import Kafka

BATCH = 10_000
WAIT_SECONDS = 10.0
POLL_SECONDS = 0.1

Headers = list[tuple[str, bytes | None]]


class Record(NamedTuple):
    """Hold one record as it was accepted; accepted_us is Kafka's time in microseconds since 1970, UTC."""

    offset: int
    accepted_us: int
    key: bytes | None
    headers: Headers | None
    body: bytes | None


class Extent(NamedTuple):
    """Bound a partition: its earliest offset, and the offset after its last record."""

    low: int
    end: int


NOTHING = Extent(2**63 - 1, 2**63 - 1)
"""The extent of a partition that Kafka does not have."""


class Log(Protocol):
    """Give the records of one Kafka cluster."""

    def extents(self, topic: str) -> dict[int, Extent]:
        """Give the extent of each partition, nothing for no topic."""

    def batches(self, topic: str, partition: int, extent: Extent) -> Iterator[list[Record]]:
        """Give the committed records of an extent, in lists ordered by offset."""


class KafkaLog:
    """Read a broker with a consumer that belongs to no group; aborted and control records are left out."""

    def __init__(self, kafka: Kafka) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": kafka.bootstrap,
                "group.id": "pinflow-accounts",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "check.crcs": True,
                "log_level": 2,
                "fetch.wait.max.ms": 50,
                "queued.max.messages.kbytes": 32_768,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def extents(self, topic: str) -> dict[int, Extent]:
        """Give the extent of each partition, nothing for no topic."""
        try:
            partitions = self._consumer.list_topics(topic, timeout=WAIT_SECONDS).topics[topic].partitions
            return {number: self._extent(TopicPartition(topic, number)) for number in sorted(partitions)}
        except KafkaException as error:
            raise TransientError(f"Kafka does not answer: {error}; see `pinflow doctor`") from error

    def _extent(self, place: TopicPartition) -> Extent:
        return Extent(*self._consumer.get_watermark_offsets(place, timeout=WAIT_SECONDS, cached=False))

    def first_at(self, place: tuple[str, int], milliseconds: int) -> int:
        """Find the first offset that was accepted at a moment (since 1970, UTC) or later, else the end."""
        (found,) = self._consumer.offsets_for_times([TopicPartition(*place, milliseconds)], WAIT_SECONDS)
        return int(found.offset) if found.offset >= 0 else self._extent(TopicPartition(*place)).end

    def batches(self, topic: str, partition: int, extent: Extent) -> Iterator[list[Record]]:
        """Give the committed records of an extent, in lists ordered by offset."""
        if extent.low >= extent.end:
            return
        self._consumer.assign([TopicPartition(topic, partition, extent.low)])
        patience_ends = time.monotonic() + WAIT_SECONDS
        while True:
            messages = self._consumer.consume(BATCH, POLL_SECONDS)
            records = [_record(message) for message in messages if message.error() is None]
            if records:
                yield [record for record in records if record.offset < extent.end]
                patience_ends = time.monotonic() + WAIT_SECONDS
            if _reached_end(messages) or (records and records[-1].offset >= extent.end - 1):
                break
            if time.monotonic() > patience_ends:
                raise TransientError(f"Kafka gives no more records of {topic}/{partition}; ask again")
        self._consumer.unassign()


def _record(message: Message) -> Record:
    headers: Any = message.headers()
    accepted_us = message.timestamp()[1] * 1000
    return Record(message.offset() or 0, accepted_us, message.key(), headers, message.value())


def _reached_end(messages: list[Message]) -> bool:
    errors = [error for message in messages if (error := message.error()) is not None]
    for error in errors:
        if error.code() != KafkaError._PARTITION_EOF:
            raise TransientError(f"Kafka stopped reading: {error}; ask again")
    return bool(errors)
