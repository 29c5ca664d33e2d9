-- One row: one rejected record, where it came from and why it was rejected.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: one row like every other.
-- Read by: live.dead_letters. What becomes of it afterwards is written by others.
{% from 'plain_text.sql' import plain_text %}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    CAST(accepted_at AS TIMESTAMP(3)) AS accepted_at,
    {{ plain_text('owner') }} AS owner,
    {{ plain_text('event_id') }} AS event_id,
    `stream`,
    reason,
    reason_detail
FROM event
WHERE outcome = 'rejected'
