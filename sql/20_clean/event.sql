-- One row: one Kafka record of any topic, good or bad, with its outcome.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: one row like every other.
-- Read by: history.events, activity_by_stream.
{% for stream in ('pin', 'geo', 'user') -%}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    '{{ stream }}' AS `stream`,
    outcome,
    reason,
    reason_detail,
    CASE WHEN reason IS NULL THEN ind END AS ind,
    message_key,
    headers,
    body
FROM {{ stream }}_judged
UNION ALL
{% endfor -%}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    CAST(NULL AS STRING) AS `stream`,
    'rejected' AS outcome,
    'no_stream' AS reason,
    CAST(NULL AS STRING) AS reason_detail,
    CAST(NULL AS INT) AS ind,
    message_key,
    headers,
    body
FROM unreadable_read
