-- One row: one Kafka record of topic geo, decoded by its contract, or the error that decoding met.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: read whenever they arrive.
-- Read by: geo_cleaned.
SELECT
    k.kafka_topic,
    k.kafka_partition,
    k.kafka_offset,
    k.accepted_at,
    k.arrival,
    DECODE(k.headers['owner'], 'UTF-8') AS owner,
    DECODE(k.headers['event_id'], 'UTF-8') AS event_id,
    k.kept_key AS message_key,
    k.kept_headers AS headers,
    k.kept_body AS body,
    d.*
FROM geo_topic AS k, LATERAL TABLE(decode_json(k.body, '{{ contracts.geo }}')) AS d
