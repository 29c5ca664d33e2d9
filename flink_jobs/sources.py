"""Bind topics as tables; what arrival means is decided here, not in the texts."""

from collections.abc import Mapping

from pyflink.table import TableEnvironment

from catalog.columns import CATALOG, NAMESPACE
from catalog.settings import Kafka

RECORD = """
    body BYTES,
    message_key BYTES,
    kafka_topic STRING METADATA FROM 'topic' VIRTUAL,
    kafka_partition INT METADATA FROM 'partition' VIRTUAL,
    kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
    accepted_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
    headers MAP<STRING, BYTES> METADATA VIRTUAL"""

EVENTS_LOG = "events_log"
"""The records that `events` holds, with the columns of a topic."""


def kept_columns(keep_raw: bool) -> str:
    """Give the columns that carry the raw record on; without raw they are null and cost nothing."""
    kinds = {"message_key": "BYTES", "headers": "MAP<STRING, BYTES>", "body": "BYTES"}
    key, headers, body = (name if keep_raw else f"CAST(NULL AS {kind})" for name, kind in kinds.items())
    return f"kept_key AS {key}, kept_headers AS {headers}, kept_body AS {body}"


def bind_topic(
    tables: TableEnvironment, topic: str, group: str, kafka: Kafka, *, keep_raw: bool, bounded: bool = False
) -> None:
    """Register the Kafka topic as table `<topic>_topic`, read from its first offset, in order of arrival."""
    end = ", 'scan.bounded.mode' = 'latest-offset'" if bounded else ""
    columns = f"{RECORD}, {kept_columns(keep_raw)}, arrival AS PROCTIME()"
    tables.execute_sql(f"""
        CREATE TEMPORARY TABLE {topic}_topic ({columns}) WITH (
            {_connector(topic, group, kafka)},
            'scan.startup.mode' = 'earliest-offset'{end}
        )""")


def bind_log_of_kafka(
    tables: TableEnvironment, topic: str, spans: Mapping[int, tuple[int, int]], kafka: Kafka
) -> str:
    """Register a topic from a first to a last offset of each partition, both read; give the table's name.

    A partition without records is given as one that ends before it begins. Rows are judged by their offsets,
    because a bounded job reads them in no order.
    """
    starts = ";".join(f"partition:{partition},offset:{first}" for partition, (first, _) in spans.items())
    ends = ";".join(f"partition:{partition},offset:{last + 1}" for partition, (_, last) in spans.items())
    tables.execute_sql(f"""
        CREATE TEMPORARY TABLE {topic}_log ({RECORD}, {kept_columns(True)}, arrival AS kafka_offset) WITH (
            {_connector(topic, "replay", kafka)},
            'scan.startup.mode' = 'specific-offsets', 'scan.startup.specific-offsets' = '{starts}',
            'scan.bounded.mode' = 'specific-offsets', 'scan.bounded.specific-offsets' = '{ends}'
        )""")
    return f"{topic}_log"


def bind_log_of_history(tables: TableEnvironment, snapshot: int) -> None:
    """Register the records that `events` holds in a snapshot as a view; they are judged by their offsets."""
    text = f"""
        SELECT body, message_key, kafka_topic, kafka_partition, kafka_offset,
            CAST(accepted_at AS TIMESTAMP_LTZ(3)) AS accepted_at, headers,
            message_key AS kept_key, headers AS kept_headers, body AS kept_body, kafka_offset AS arrival
        FROM {CATALOG}.{NAMESPACE}.events /*+ OPTIONS('snapshot-id' = '{snapshot}') */"""  # noqa: S608
    tables.create_temporary_view(EVENTS_LOG, tables.sql_query(text))


def _connector(topic: str, group: str, kafka: Kafka) -> str:
    return f"""
            'connector' = 'kafka',
            'topic' = '{topic}',
            'properties.bootstrap.servers' = '{kafka.bootstrap}',
            'properties.group.id' = 'pinflow-{group}',
            'properties.isolation.level' = 'read_committed',
            'properties.fetch.min.bytes' = '131072',
            'properties.fetch.max.wait.ms' = '100',
            'properties.max.poll.records' = '5000',
            'key.format' = 'raw',
            'key.fields' = 'message_key',
            'value.format' = 'raw',
            'value.fields-include' = 'EXCEPT_KEY'"""
