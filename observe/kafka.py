"""Follow Kafka from its newest offsets, as a reader of no group, and draw records to wait for."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from catalog.errors import TransientError
from catalog.names import Stream
from catalog.recompute.verdict import Accepted, verdict
from catalog.settings import Kafka
from observe.records import Record, chance_of
from observe.watch import Watch

BATCH = 5000
POLL_SECONDS = 0.1
READY_SECONDS = 3.0
WAIT_SECONDS = 10.0

log = logging.getLogger(__name__)


@contextmanager
def following(kafka: Kafka, watch: Watch) -> Iterator[Callable[[], None]]:
    """Give a step that offers the records of the last tenth of a second.

    Raises TransientError before commits are followed, and KafkaException.
    """
    if not watch.ready.wait(READY_SECONDS):
        raise TransientError("commits to history are not followed yet")
    consumer = Consumer(_configuration(kafka))
    try:
        consumer.assign([place for stream in Stream for place in _ends(consumer, stream)])
        yield lambda: _step(consumer, watch)
    finally:
        consumer.close()


def _configuration(kafka: Kafka) -> dict[str, object]:
    return {
        "bootstrap.servers": kafka.bootstrap,
        "group.id": "pinflow-observer",
        "enable.auto.commit": False,
        "auto.offset.reset": "latest",
        "isolation.level": "read_committed",
        # A record is looked for ten times a second: fetching more often would only cost.
        "fetch.wait.max.ms": 100,
        "fetch.min.bytes": 1_048_576,
        "queued.max.messages.kbytes": 16_384,
        "log_level": 0,
        "error_cb": _tell,
    }


def _tell(error: KafkaError) -> None:
    if error.code() == KafkaError._ALL_BROKERS_DOWN:
        log.warning("Kafka is away; it is followed on when it is back: %s", error)


def _ends(consumer: Consumer, topic: str) -> Iterator[TopicPartition]:
    partitions = consumer.list_topics(topic, timeout=WAIT_SECONDS).topics[topic].partitions
    if not partitions:
        raise TransientError(f"Kafka has no topic {topic} yet")
    for number in partitions:
        place = TopicPartition(topic, number)
        place.offset = consumer.get_watermark_offsets(place, timeout=WAIT_SECONDS, cached=False)[1]
        yield place


def _step(consumer: Consumer, watch: Watch) -> None:
    masks = watch.masks()
    messages: list[Any] = consumer.consume(BATCH, POLL_SECONDS)
    newest = {}
    drawn = []
    for message in messages:
        if error := message.error():
            raise KafkaException(error)
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        newest[topic] = message
        chance = chance_of(topic, partition, offset)
        if not chance & masks[topic]:
            drawn.append(_record(message, chance))
    watch.offer(drawn)
    accepted = {Stream(topic): _accepted(message) for topic, message in newest.items()}
    watch.newest_accepted = watch.newest_accepted | accepted


def _record(message: Any, chance: int) -> Record:
    stream = Stream(message.topic())
    judged = verdict(stream, message.value())
    number = judged.cleaned.ind if isinstance(judged, Accepted) else None
    return Record(stream, message.partition(), message.offset(), _accepted(message), number, chance)


def _accepted(message: Any) -> float:
    return float(message.timestamp()[1] / 1000)
