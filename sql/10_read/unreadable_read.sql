-- One row: one Kafka record that was accepted at the door but fits no stream.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: read whenever they arrive.
-- Read by: event, dead_letter.
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    DECODE(headers['owner'], 'UTF-8') AS owner,
    DECODE(headers['event_id'], 'UTF-8') AS event_id,
    kept_key AS message_key,
    kept_headers AS headers,
    kept_body AS body
FROM unreadable_topic
