"""Read records back from Kafka, a page at a time, on threads of its own."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import local
from typing import Any, NamedTuple, TypeVar

from confluent_kafka import OFFSET_END, Consumer, KafkaException, Message, TopicPartition

from catalog.names import Header
from catalog.settings import Kafka
from ingest.outcomes import OUT_OF_REACH, AwayError

THREADS = 2
TIMEOUT_SECONDS = 1.5
PAGE_BYTES = 2_000_000
"""A page ends with the record that reaches this."""
SCANNED_RECORDS = 20_000
"""A page ends when it has looked at so many."""

SMALL_FETCHES = {
    "queued.max.messages.kbytes": 512,
    "fetch.queue.backoff.ms": 10,
    "message.max.bytes": 128 * 1024,
    "fetch.max.bytes": 128 * 1024,
    "max.partition.fetch.bytes": 128 * 1024,
}
"""Keep what is fetched ahead small: it comes compressed, and may take fifty times that in memory."""

_Answer = TypeVar("_Answer")


class Place(NamedTuple):
    """Name a partition."""

    topic: str
    partition: int


class Page(NamedTuple):
    """Hold the records read, the offset to go on from, and how far that is behind the newest record."""

    messages: list[Message]
    next_offset: int
    behind_milliseconds: int


class Reader:
    """Own one consumer a thread; it joins no group and commits nothing."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._threads = ThreadPoolExecutor(THREADS, "reader")
        self._own = local()
        self._consumers: list[Consumer] = []

    async def ends(self, place: Place) -> tuple[int, int]:
        """Give the first offset and the one after the last; raises AwayError."""
        return await self._run(partial(_ends, place=place))

    async def offset_at(self, place: Place, seconds: float) -> int:
        """Give the offset of the first record stored at or after a time (epoch); raises AwayError."""
        return await self._run(partial(_offset_at, place=place, seconds=seconds))

    async def page(self, place: Place, offset: int, most: int, owner: str) -> Page:
        """Give up to `most` records of an owner (of all when empty) from an offset on; raises AwayError."""
        return await self._run(partial(_page, place=place, offset=offset, most=most, owner=owner))

    async def close(self) -> None:
        """Let go of Kafka."""
        await asyncio.to_thread(self._threads.shutdown)
        for consumer in self._consumers:
            await asyncio.to_thread(consumer.close)

    async def _run(self, work: Callable[[Consumer], _Answer]) -> _Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: work(self._consumer())
            )
        except KafkaException as fault:
            raise AwayError(OUT_OF_REACH) from fault

    def _consumer(self) -> Consumer:
        if not hasattr(self._own, "consumer"):
            self._own.consumer = Consumer(_configuration(self._kafka))
            self._consumers.append(self._own.consumer)
        consumer: Consumer = self._own.consumer
        return consumer


def owner_of_message(message: Message) -> str:
    """Give the owner that stands in a record's headers; empty when there is none."""
    return header(message, Header.OWNER).decode(errors="replace")


def header(message: Message, name: Header) -> bytes:
    """Give a record's header; empty when there is none."""
    value = dict(message.headers() or ()).get(name.value)
    return value if isinstance(value, bytes) else b""


def _ends(consumer: Consumer, place: Place) -> tuple[int, int]:
    low, high = consumer.get_watermark_offsets(TopicPartition(*place), timeout=TIMEOUT_SECONDS)
    return low, high


def _offset_at(consumer: Consumer, place: Place, seconds: float) -> int:
    asked = TopicPartition(*place, round(seconds * 1000))
    (found,) = consumer.offsets_for_times([asked], timeout=TIMEOUT_SECONDS)
    offset: int = found.offset
    return _ends(consumer, place)[1] if offset in (OFFSET_END, -1) else offset


def _page(consumer: Consumer, place: Place, offset: int, most: int, owner: str) -> Page:
    low, high = _ends(consumer, place)
    offset = min(max(offset, low), high)
    kept: list[Message] = []
    seen: Message | None = None
    consumer.assign([TopicPartition(*place, offset)])
    try:
        for message in _messages(consumer, high - offset):
            seen, offset = message, (message.offset() or 0) + 1
            if not owner or owner_of_message(message) == owner:
                kept.append(message)
            if len(kept) == most:
                break
    finally:
        consumer.unassign()
    return Page(kept, offset, _behind(seen) if offset < high else 0)


def _messages(consumer: Consumer, most: int) -> Iterator[Message]:
    """Give up to `most` messages, fewer when they are many, large or slow to come."""
    until = time.monotonic() + TIMEOUT_SECONDS
    size = count = 0
    while count < min(most, SCANNED_RECORDS) and size < PAGE_BYTES:
        message = consumer.poll(max(0.0, until - time.monotonic()))
        if message is None:
            return
        if message.error():
            raise KafkaException(message.error())
        count += 1
        size += len(message.value() or b"")
        yield message


def _behind(newest: Message | None) -> int:
    if newest is None:
        return 0
    return max(0, round(time.time() * 1000) - newest.timestamp()[1])


def _configuration(kafka: Kafka) -> dict[str, Any]:
    return {
        "bootstrap.servers": kafka.bootstrap,
        "group.id": "pinflow-reader",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "log_level": 0,
        "fetch.wait.max.ms": 50,
        **SMALL_FETCHES,
    }
