-- One row: one rejected record, where it came from and why it was rejected.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: one row like every other.
-- Read by: live.dead_letters. Read before the streams are united, so that only rejected rows pass on to here.
{% from 'plain_text.sql' import plain_text %}
{% for stream in ('pin', 'geo', 'user') -%}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    CAST(accepted_at AS TIMESTAMP(3)) AS accepted_at,
    {{ plain_text('owner') }} AS owner,
    {{ plain_text('event_id') }} AS event_id,
    '{{ stream }}' AS `stream`,
    reason,
    reason_detail
FROM {{ stream }}_judged
WHERE outcome = 'rejected'
UNION ALL
{% endfor -%}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    CAST(accepted_at AS TIMESTAMP(3)) AS accepted_at,
    {{ plain_text('owner') }} AS owner,
    {{ plain_text('event_id') }} AS event_id,
    CAST(NULL AS STRING) AS `stream`,
    'no_stream' AS reason,
    CAST(NULL AS STRING) AS reason_detail
FROM unreadable_read
