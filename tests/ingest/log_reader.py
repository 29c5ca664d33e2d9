"""Read Kafka with a client that is independent of the one that wrote."""

from typing import Any

from kafka import KafkaConsumer, TopicPartition

from catalog.settings import Kafka


def read(kafka: Kafka, topic: str, first: dict[int, int] | None = None) -> list[Any]:
    """Give a topic's records from the given offsets by partition (0 where none is given) to its end."""
    consumer = KafkaConsumer(bootstrap_servers=kafka.bootstrap, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for place in partitions:
            consumer.seek(place, (first or {}).get(place.partition, 0))
        records = []
        while any(consumer.position(place) < end for place, end in ends.items()):
            records += [each for batch in consumer.poll(500).values() for each in batch]
        return records
    finally:
        consumer.close()


def ends(kafka: Kafka, topic: str) -> dict[int, int]:
    """Give the offset after the last record of each partition."""
    consumer = KafkaConsumer(bootstrap_servers=kafka.bootstrap)
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        return {place.partition: end for place, end in consumer.end_offsets(partitions).items()}
    finally:
        consumer.close()
