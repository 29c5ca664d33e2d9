"""Consumers that clients of the REST Proxy v2 form hold by name; nobody asks, and they are deleted."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from catalog.names import Stream
from catalog.settings import Kafka
from ingest.errors import Refusal
from ingest.forms.rest_answers import ALREADY_THERE, UNKNOWN_INSTANCE
from ingest.outcomes import AwayError
from ingest.reader import SMALL_FETCHES, owner_of_message

MAX_INSTANCES = 8
IDLE_SECONDS = 300.0
SWEEP_SECONDS = 10.0
MAX_RECORDS = 10_000
"""A fetch ends when it has looked at so many."""

_Answer = TypeVar("_Answer")


class InstanceKey(NamedTuple):
    """Name an instance: whose API key made it (empty without keys), its group and its own name."""

    holder: str
    group: str
    name: str


class Subscribed(NamedTuple):
    """Hold a topic as the client names it, and what it stands for; no owner means everybody's records."""

    name: str
    stream: Stream
    owner: str


class Instance:
    """Own one Kafka consumer; its methods block, one at a time."""

    def __init__(self, kafka: Kafka, group: str, options: dict[str, Any]) -> None:
        self._consumer = Consumer(_configuration(kafka, group) | options)
        self.subscribed: tuple[Subscribed, ...] = ()
        self.lock = asyncio.Lock()
        self.used_at = time.monotonic()

    def subscribe(self, topics: Sequence[Subscribed]) -> None:
        """Read these topics from now on, and no others."""
        self.subscribed = tuple(topics)
        if topics:
            self._consumer.subscribe(sorted({each.stream.value for each in topics}))
        else:
            self._consumer.unsubscribe()

    def fetch(self, seconds: float, max_bytes: int) -> list[tuple[str, Message]]:
        """Wait for a first record and give all that are there, each with the name of its topic."""
        fetched: list[tuple[str, Message]] = []
        size, until = 0, time.monotonic() + seconds
        for _ in range(MAX_RECORDS):
            message = self._consumer.poll(0.0 if fetched else max(0.0, until - time.monotonic()))
            if message is None:
                break
            if fault := message.error():
                raise AwayError(fault.str())
            if (name := self._name_of(message)) is not None:
                fetched.append((name, message))
                size += len(message.value() or b"")
            if size >= max_bytes:
                break
        return fetched

    def commit(self, offsets: Sequence[TopicPartition]) -> None:
        """Commit these offsets, or what was fetched when there are none."""
        try:
            if offsets:
                self._consumer.commit(offsets=list(offsets), asynchronous=False)
            else:
                self._consumer.commit(asynchronous=False)
        except KafkaException as fault:
            if fault.args[0].code() != KafkaError._NO_OFFSET:
                raise AwayError(str(fault)) from fault

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _name_of(self, message: Message) -> str | None:
        owner = owner_of_message(message)
        for topic in self.subscribed:
            if topic.stream == message.topic() and topic.owner in ("", owner):
                return topic.name
        return None


class Instances:
    """Hold the instances that clients made; blocking work runs on threads of their own."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._held: dict[InstanceKey, Instance] = {}
        self._threads = ThreadPoolExecutor(MAX_INSTANCES, "consumer")

    def create(self, key: InstanceKey, options: dict[str, Any]) -> None:
        """Make an instance; raises Refusal when its name is taken or there are too many."""
        if key in self._held:
            raise Refusal(409, "Consumer with specified consumer ID already exists", ALREADY_THERE)
        if len(self._held) >= MAX_INSTANCES:
            raise Refusal(429, f"There are {MAX_INSTANCES} consumers already; delete one")
        self._held[key] = Instance(self._kafka, ".".join(("rest", key.holder, key.group)), options)

    def get(self, key: InstanceKey) -> Instance:
        """Give an instance; raises Refusal when there is none of that name."""
        instance = self._held.get(key)
        if instance is None:
            raise Refusal(404, "Consumer instance not found.", UNKNOWN_INSTANCE)
        instance.used_at = time.monotonic()
        return instance

    async def run(self, key: InstanceKey, work: Callable[[Instance], _Answer]) -> _Answer:
        """Let an instance work on a thread, after what it works on now; raises what the work raises."""
        instance = self.get(key)
        async with instance.lock:
            if self._held.get(key) is not instance:
                return await self.run(key, work)
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, work, instance)
            instance.used_at = time.monotonic()
            return answer

    async def delete(self, key: InstanceKey) -> None:
        """Close an instance and forget it; raises Refusal when there is none of that name."""
        instance = self.get(key)
        del self._held[key]
        async with instance.lock:
            await asyncio.get_running_loop().run_in_executor(self._threads, instance.close)

    async def sweep_forever(self) -> None:
        """Delete instances that nobody used for a while."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            longest = time.monotonic() - IDLE_SECONDS
            for key in [key for key, each in self._held.items() if each.used_at < longest]:
                with suppress(Refusal):
                    await self.delete(key)

    async def close(self) -> None:
        """Delete all instances."""
        await asyncio.gather(*map(self.delete, list(self._held)))
        self._threads.shutdown()


def _configuration(kafka: Kafka, group: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": kafka.bootstrap,
        "group.id": group,
        "log_level": 0,
        **SMALL_FETCHES,
    }
