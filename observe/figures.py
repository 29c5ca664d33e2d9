"""Look now and then at what others have written down: accounts, dead letters, how far the jobs are."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from catalog.names import TOPICS
from catalog.postgres import connect
from catalog.settings import Kafka, Postgres

COUNTS = ("accepted", "kept", "repeat", "rejected", "pending", "missing", "doubled", "unequal")
ACCOUNTS = f"""
    SELECT kafka_topic, extract(epoch FROM min(checked_at)), {", ".join(f"sum({name})" for name in COUNTS)}
    FROM live.accounts GROUP BY kafka_topic"""  # noqa: S608
REJECTED = "SELECT reason, state, count(*) FROM live.dead_letters GROUP BY reason, state"
JOBS = ("history", "live")
WAIT_SECONDS = 10.0

Labelled = dict[tuple[str, str], int]


@dataclass
class Figures:
    """Hold what was last found; accounts_checked is in seconds since 1970."""

    accounts: Labelled = field(default_factory=dict)
    accounts_checked: float | None = None
    rejected: Labelled = field(default_factory=dict)
    lag: Labelled = field(default_factory=dict)


@contextmanager
def tables(postgres: Postgres, figures: Figures) -> Iterator[Callable[[], None]]:
    """Give a step that reads the accounts and the dead letters; raises psycopg2.Error."""
    with connect(postgres) as connection, connection.cursor() as cursor:

        def step() -> None:
            _read_tables(cursor, figures)
            connection.commit()

        yield step


def _read_tables(cursor: Any, figures: Figures) -> None:
    cursor.execute(ACCOUNTS)
    rows = cursor.fetchall()
    figures.accounts = {
        (topic, name): int(count)
        for topic, _, *counts in rows
        for name, count in zip(COUNTS, counts, strict=True)
    }
    figures.accounts_checked = min((float(checked) for _, checked, *_ in rows), default=None)
    cursor.execute(REJECTED)
    figures.rejected = {(reason, state): count for reason, state, count in cursor.fetchall()}


@contextmanager
def lag(kafka: Kafka, figures: Figures) -> Iterator[Callable[[], None]]:
    """Give a step that reads the offsets of each job's last checkpoint; raises KafkaException."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
    reader = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "pinflow-observer", "log_level": 0})
    try:
        yield lambda: _read_lag(admin, reader, figures)
    finally:
        reader.close()


def _read_lag(admin: AdminClient, reader: Consumer, figures: Figures) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for job in JOBS:
        asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(f"pinflow-{job}")])
        (answer,) = asked.values()
        for place in answer.result(WAIT_SECONDS).topic_partitions:
            if place.topic in TOPICS and place.offset >= 0:
                found[job, place.topic] += _end(reader, place) - place.offset
    figures.lag = dict(found)


def _end(reader: Consumer, place: TopicPartition) -> int:
    end: int = reader.get_watermark_offsets(place, timeout=WAIT_SECONDS, cached=False)[1]
    return end
