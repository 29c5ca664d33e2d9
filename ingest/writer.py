"""Write records to Kafka and say of each, in time, what became of it.

What an answer promises:

- `Placed`: the record lies in the log at that place, once, acknowledged by every replica in sync.
- `AwayError` "nothing was stored": Kafka was known to be away, or too much was waiting; nothing was sent.
- `Failure` that is not retriable: the record was refused; it is not in the log.
- `UNKNOWN`, or `AwayError` "may be stored or not": no acknowledgement came in time. A request that was on
  its way may have reached Kafka, and is then stored once; what was still queued is dropped by the producer
  at the same limit (its scan runs once a second), so nothing leaves here long after its answer. Sending it
  again is safe: a second copy is judged a repeat.

Kafka is known to be away when a probe fails and nothing was acknowledged meanwhile, when a request expires
unacknowledged, or when the client reports it, until the next probe is answered.
"""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import ClusterMetadata  # type: ignore[attr-defined]

from catalog.settings import Ingest, Kafka
from ingest.batch import Batch
from ingest.metrics import count_records
from ingest.outcomes import CROWDED, NOTHING_STORED, OUT_OF_REACH, UNKNOWN, AwayError, Outcome
from ingest.records import Records

PROBE_SECONDS = 0.5
PROBE_TIMEOUT_SECONDS = 1.0
POLL_SECONDS = 0.002
IDLE_POLL_SECONDS = 0.1
RECORD_COST_BYTES = 1000
"""What a waiting record takes in memory beside its bytes: here, and in the Kafka client."""

log = logging.getLogger(__name__)


class Writer:
    """Own the producer; everything but the probe runs on the event loop, so no thread competes with it."""

    def __init__(self, kafka: Kafka, ingest: Ingest) -> None:
        self._ingest = ingest
        self._producer = Producer(_configuration(kafka, ingest) | {"error_cb": self._report})
        self._waiting_bytes = 0
        self._acknowledged_at = 0.0
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.cluster: ClusterMetadata | None = None
        """What the newest probe said of the cluster; None while Kafka is known to be away."""

    async def start(self) -> None:
        """Begin to probe Kafka and to collect delivery reports."""
        self._tasks = [asyncio.create_task(self._probe_forever()), asyncio.create_task(self._poll_forever())]

    async def stop(self) -> None:
        """Deliver what waits, for as long as an answer may take, then let go of Kafka."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self._producer.flush, self._ingest.acknowledge_seconds)

    async def write(self, records: Records) -> list[Outcome]:
        """Store records and give one outcome each, in order; raises AwayError when none was acknowledged."""
        if not records.values:
            return []
        size = sum(records.sizes)
        try:
            outcomes = await self._written(records, size)
        except AwayError:
            count_records(records, [UNKNOWN] * len(records.values), size)
            raise
        count_records(records, outcomes, size)
        return outcomes

    def partitions(self, topic: str) -> int:
        """Count the partitions of a topic; raises AwayError while Kafka is away."""
        if self.cluster is None:
            raise AwayError(OUT_OF_REACH)
        described = self.cluster.topics.get(topic)
        return len(described.partitions) if described else 0

    @property
    def waiting_bytes(self) -> int:
        """Give what records take in memory whose request is not answered yet, roughly."""
        return self._waiting_bytes

    @property
    def waiting_messages(self) -> int:
        """Give how many messages the producer holds, delivery reports included."""
        return len(self._producer)

    async def _written(self, records: Records, size: int) -> list[Outcome]:
        cost = size + RECORD_COST_BYTES * len(records.values)
        self._check(cost)
        loop = asyncio.get_running_loop()
        batch = Batch(records, loop.create_future())
        limit = loop.call_later(self._ingest.acknowledge_seconds, self._expire, batch)
        self._waiting_bytes += cost
        try:
            batch.enqueue(self._producer, self._ingest.max_record_bytes)
            self._work.set()
            await batch.settled
        finally:
            limit.cancel()
            self._waiting_bytes -= cost
        outcomes = batch.outcomes()
        self._acknowledged_at = loop.time()
        return outcomes

    def _check(self, cost: int) -> None:
        if self.cluster is None:
            raise AwayError(NOTHING_STORED)
        if self._waiting_bytes + cost > self._ingest.max_waiting_bytes:
            raise AwayError(CROWDED)

    def _expire(self, batch: Batch) -> None:
        batch.end()
        self.cluster = None

    async def _poll_forever(self) -> None:
        while True:
            self._producer.poll(0)
            if self._waiting_bytes:
                await asyncio.sleep(POLL_SECONDS)
                continue
            self._work.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), IDLE_POLL_SECONDS)

    async def _probe_forever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                self.cluster = await asyncio.to_thread(
                    self._producer.list_topics, timeout=PROBE_TIMEOUT_SECONDS
                )
            except KafkaException:
                # Under heavy load a probe may starve while records are still acknowledged.
                if self._acknowledged_at < began:
                    self.cluster = None
            await asyncio.sleep(PROBE_SECONDS)

    def _report(self, error: KafkaError) -> None:
        log.warning("kafka: %s", error.str())
        if error.fatal():
            # A fatal producer never sends again; whoever supervises this process starts a fresh one.
            os.kill(os.getpid(), signal.SIGTERM)
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self.cluster = None


def _configuration(kafka: Kafka, ingest: Ingest) -> dict[str, Any]:
    return {
        "bootstrap.servers": kafka.bootstrap,
        "enable.idempotence": True,
        "acks": "all",
        # As Java and kafka-python place keys, so that a post's three records meet in one partition.
        "partitioner": "murmur2_random",
        "linger.ms": 5,
        "compression.type": "lz4",
        "delivery.timeout.ms": round(ingest.acknowledge_seconds * 1000),
        "message.max.bytes": ingest.max_record_bytes + 40_000,
        "queue.buffering.max.messages": 1_000_000,
        "queue.buffering.max.kbytes": 2 * ingest.max_waiting_bytes // 1024,
        "reconnect.backoff.max.ms": 1000,
    }
