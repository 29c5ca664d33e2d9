-- One row: one rejected record, why it was rejected, how often it was sent again and what became of it.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: a row appears with the checkpoint that commits its record; its state follows Postgres.
-- Read by: analysts.
SELECT
    event.kafka_topic,
    event.kafka_partition,
    event.kafka_offset,
    event.accepted_at,
    event.owner,
    event.event_id,
    event.rules,
    event.stream,
    event.reason,
    event.reason_detail,
    event.message_key,
    event.headers,
    event.body,
    coalesce(letter.attempts, try_cast(from_utf8(element_at(event.headers, 'attempt')) AS integer), 0) AS attempts,
    coalesce(letter.state, 'open') AS state
FROM lake.history.events AS event
LEFT JOIN live.live.dead_letters AS letter
    ON
        event.kafka_topic = letter.kafka_topic
        AND event.kafka_partition = letter.kafka_partition
        AND event.kafka_offset = letter.kafka_offset
WHERE event.outcome = 'rejected'
