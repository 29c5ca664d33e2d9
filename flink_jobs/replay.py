"""The bounded job of a replay: the same texts over exact offsets, into tables of its own."""

from pathlib import Path

from pyflink.table import EnvironmentSettings, StatementSet, TableEnvironment

from catalog.columns import CATALOG
from catalog.contracts import contract
from catalog.names import TOPICS, Stream
from catalog.replay.order import Order
from catalog.replay.plans import Span
from catalog.replay.request import Source
from catalog.settings import Settings
from flink_jobs.jobs import HISTORY, register_views
from flink_jobs.sinks import bind_lake, insert_into_history
from flink_jobs.sources import EVENTS_LOG, bind_log_of_history, bind_log_of_kafka
from flink_jobs.texts import rules

BATCH = {
    **HISTORY,
    "table.local-time-zone": "UTC",
    "execution.runtime-mode": "BATCH",
    # Filters pushed into the source would make it another one for each stream, and `events` be read as often.
    "table.optimizer.source.predicate-pushdown-enabled": "false",
}
NOTHING = {0: (0, -1)}
"""Offsets of a topic that is not read: the connector wants at least one partition."""


def replay_job(settings: Settings, order: Order) -> StatementSet:
    """Build the job that writes what an order asks for and ends."""
    tables = TableEnvironment.create(EnvironmentSettings.in_batch_mode())
    own = {
        "pipeline.name": order.name,
        "parallelism.default": str(settings.flink.replay_parallelism),
    }
    for key, value in {**BATCH, **own}.items():
        tables.get_config().set(key, value)
    bind_lake(tables, settings)
    _bind_topics(tables, settings, order)
    register_views(tables, Path(order.texts))
    statements = tables.create_statement_set()
    for table in ("events", *_cleaned(order)):
        statements.add_insert_sql(insert_into_history(table, rules(Path(order.texts)), order.namespace))
    return statements


def _cleaned(order: Order) -> list[str]:
    return [contract(Stream(topic)).cleaned_table for topic in sorted(order.topics)]


def _bind_topics(tables: TableEnvironment, settings: Settings, order: Order) -> None:
    if order.source == Source.HISTORY:
        bind_log_of_history(tables, order.snapshot)
    for topic in map(str, TOPICS):
        spans = [span for span in order.spans if span.topic == topic]
        log = EVENTS_LOG
        if order.source == Source.KAFKA:
            offsets = {span.partition: (span.first, span.last) for span in spans} or NOTHING
            log = bind_log_of_kafka(tables, topic, offsets, settings.kafka)
        condition = f"kafka_topic = '{topic}' AND ({_within(spans)}){_chosen(order, topic)}"
        text = f"SELECT * FROM {log} WHERE {condition}"  # noqa: S608
        tables.create_temporary_view(f"{topic}_topic", tables.sql_query(text))


def _within(spans: list[Span]) -> str:
    bounds = (
        f"kafka_partition = {span.partition} AND kafka_offset BETWEEN {span.first} AND {span.last}"
        for span in spans
    )
    return " OR ".join(f"({each})" for each in bounds) or "FALSE"


def _chosen(order: Order, topic: str) -> str:
    """Keep the records that the plan has chosen by their numbers."""
    if order.chosen is None or topic not in order.topics:
        return ""
    chosen = f"{CATALOG}.{order.chosen}.chosen"
    places = f"SELECT kafka_partition, kafka_offset FROM {chosen} WHERE kafka_topic = '{topic}'"  # noqa: S608
    return f" AND (kafka_partition, kafka_offset) IN ({places})"
