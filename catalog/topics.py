"""Kafka topics of the log."""

from kafka.admin import KafkaAdminClient, NewTopic

from catalog.names import TOPICS
from catalog.settings import Kafka


def ensure_topics(kafka: Kafka) -> None:
    """Create every topic that is missing; an existing one stays as it is."""
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        present = set(admin.list_topics())
        missing = [_topic(name, kafka) for name in TOPICS if name not in present]
        if missing:
            admin.create_topics(missing)
    finally:
        admin.close()


def _topic(name: str, kafka: Kafka) -> NewTopic:
    configs = {
        # A client's clock must not decide the day a record belongs to.
        "message.timestamp.type": "LogAppendTime",
        "retention.ms": str(kafka.retention_ms),
        "retention.bytes": str(kafka.retention_bytes // kafka.partitions),
    }
    return NewTopic(name=name, num_partitions=kafka.partitions, replication_factor=1, topic_configs=configs)
