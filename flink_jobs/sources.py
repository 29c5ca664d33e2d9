"""Bind topics as tables; what arrival means is decided here, not in the texts."""

from pyflink.table import TableEnvironment

from catalog.settings import Kafka

RECORD = """
    body BYTES,
    message_key BYTES,
    kafka_topic STRING METADATA FROM 'topic' VIRTUAL,
    kafka_partition INT METADATA FROM 'partition' VIRTUAL,
    kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
    accepted_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
    headers MAP<STRING, BYTES> METADATA VIRTUAL"""


def kept_columns(keep_raw: bool) -> str:
    """Give the columns that carry the raw record on; without raw they are null and cost nothing."""
    kinds = {"message_key": "BYTES", "headers": "MAP<STRING, BYTES>", "body": "BYTES"}
    key, headers, body = (name if keep_raw else f"CAST(NULL AS {kind})" for name, kind in kinds.items())
    return f"kept_key AS {key}, kept_headers AS {headers}, kept_body AS {body}"


def bind_topic(
    tables: TableEnvironment, topic: str, group: str, kafka: Kafka, *, keep_raw: bool, bounded: bool = False
) -> None:
    """Register the Kafka topic as table `<topic>_topic`, read from its first offset, in order of arrival."""
    end = "'scan.bounded.mode' = 'latest-offset'," if bounded else ""
    columns = f"{RECORD}, {kept_columns(keep_raw)}, arrival AS PROCTIME()"
    tables.execute_sql(f"""
        CREATE TEMPORARY TABLE {topic}_topic ({columns}) WITH (
            'connector' = 'kafka',
            'topic' = '{topic}',
            'properties.bootstrap.servers' = '{kafka.bootstrap}',
            'properties.group.id' = 'pinflow-{group}',
            'properties.isolation.level' = 'read_committed',
            'properties.fetch.min.bytes' = '131072',
            'properties.fetch.max.wait.ms' = '100',
            'properties.max.poll.records' = '5000',
            'scan.startup.mode' = 'earliest-offset', {end}
            'key.format' = 'raw',
            'key.fields' = 'message_key',
            'value.format' = 'raw',
            'value.fields-include' = 'EXCEPT_KEY'
        )""")
