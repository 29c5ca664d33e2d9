-- One row: one geo record with its columns cleaned; an unreadable timestamp is null beside its text.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: geo_counted. ABS turns -0.0 into 0.0, equal to all but a hash; a planner drops + 0.
{% from 'apart.sql' import apart %}
{% from 'known_text.sql' import known_text %}
{% from 'outside.sql' import outside %}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    arrival,
    owner,
    event_id,
    message_key,
    headers,
    body,
    error,
    error_field,
    error_value,
    {{ apart(outside('latitude') ~ ' OR ' ~ outside('longitude')) }} AS apart,
    ind,
    {{ known_text('country') }} AS country,
    CASE WHEN latitude = 0 THEN ABS(latitude) ELSE latitude END AS latitude,
    CASE WHEN longitude = 0 THEN ABS(longitude) ELSE longitude END AS longitude,
    `timestamp` AS time_text,
    READ_TIME(`timestamp`) AS posted_at
FROM geo_read
