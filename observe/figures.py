"""Look now and then at what others have written down: accounts, dead letters, how far the jobs are."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from catalog.names import TOPICS, Stream
from catalog.postgres import connect
from catalog.settings import Kafka, Postgres

COUNTS = ("accepted", "kept", "repeat", "rejected", "pending", "missing", "doubled", "unequal")
ACCOUNTS = f"""
    SELECT kafka_topic, extract(epoch FROM min(checked_at)), {", ".join(f"sum({name})" for name in COUNTS)}
    FROM live.accounts GROUP BY kafka_topic"""  # noqa: S608
REJECTED = "SELECT reason, state, count(*) FROM live.dead_letters GROUP BY reason, state"
RECENT = """
    SELECT stream, outcome, sum(records) FROM live.activity_by_stream
    WHERE minute >= date_trunc('minute', (now() AT TIME ZONE 'UTC') - interval '5 minutes')
    GROUP BY stream, outcome"""
SHARES = "SELECT stream, coalesce(reason, ''), share, is_alert FROM live.rejected_shares"
KNOWN: dict[str, tuple[str, ...]] = {
    Stream.PIN: ("title", "description", "poster_name", "follower_count", "tag_list", "image_src"),
    Stream.GEO: ("country", "country_code"),
    Stream.USER: ("user_name",),
}
"""Columns of live.posts that are null when the client sent nothing that is known; by part."""
COLUMNS = [(stream, column) for stream, columns in KNOWN.items() for column in columns]
UNKNOWN_IN = "avg(({name} IS NULL)::integer) FILTER (WHERE {part}_offset IS NOT NULL)"
UNKNOWN = f"""
    SELECT
        avg(is_complete::integer),
        {", ".join(UNKNOWN_IN.format(part=part, name=name) for part, name in COLUMNS)}
    FROM live.posts
    WHERE pin_accepted_at >= (now() AT TIME ZONE 'UTC') - interval '2 minutes'"""  # noqa: S608
JOBS = ("history", "live")
WAIT_SECONDS = 10.0

Labelled = dict[tuple[str, ...], int]


@dataclass
class Figures:
    """Hold what was last found; accounts_checked is in seconds since 1970."""

    accounts: Labelled = field(default_factory=dict)
    accounts_checked: float | None = None
    rejected: Labelled = field(default_factory=dict)
    rejected_share: dict[tuple[str, ...], float] = field(default_factory=dict)
    rejected_alert: Labelled = field(default_factory=dict)
    lag: Labelled = field(default_factory=dict)
    recent: Labelled = field(default_factory=dict)
    unknown_share: dict[tuple[str, ...], float] = field(default_factory=dict)
    complete_share: float | None = None


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
    cursor.execute(RECENT)
    figures.recent = {(stream, outcome): int(count) for stream, outcome, count in cursor.fetchall()}
    cursor.execute(SHARES)
    shares = cursor.fetchall()
    figures.rejected_share = {(stream, reason): share for stream, reason, share, _ in shares}
    figures.rejected_alert = {(stream, reason): int(is_alert) for stream, reason, _, is_alert in shares}


@contextmanager
def shares(postgres: Postgres, figures: Figures) -> Iterator[Callable[[], None]]:
    """Give a step that looks at the newest posts: what is unknown in them, and what has come of them.

    Raises psycopg2.Error.
    """
    with connect(postgres) as connection, connection.cursor() as cursor:

        def step() -> None:
            cursor.execute(UNKNOWN)
            complete, *unknown = cursor.fetchone() or ()
            found = zip(COLUMNS, unknown, strict=True)
            figures.unknown_share = {column: float(share) for column, share in found if share is not None}
            figures.complete_share = None if complete is None else float(complete)
            connection.commit()

        yield step


@contextmanager
def lag(kafka: Kafka, figures: Figures) -> Iterator[Callable[[], None]]:
    """Give a step that reads the offsets of each job's last checkpoint; raises KafkaException."""
    with ExitStack() as opened:
        readers = {job: opened.enter_context(_reader(kafka, job)) for job in JOBS}
        places = [TopicPartition(topic, each) for topic in TOPICS for each in range(kafka.partitions)]

        def step() -> None:
            figures.lag = dict(_lag(readers, places))

        yield step


@contextmanager
def _reader(kafka: Kafka, job: str) -> Iterator[Consumer]:
    """Open a consumer that asks for the offsets of the job's group and never joins it."""
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": f"pinflow-{job}", "log_level": 0})
    try:
        yield consumer
    finally:
        consumer.close()


def _lag(readers: dict[str, Consumer], places: list[TopicPartition]) -> Iterator[tuple[tuple[str, ...], int]]:
    for job, reader in readers.items():
        for place in reader.committed(places, timeout=WAIT_SECONDS):
            if place.offset >= 0:
                end = reader.get_watermark_offsets(place, timeout=WAIT_SECONDS, cached=False)[1]
                yield (job, place.topic, str(place.partition)), end - place.offset
