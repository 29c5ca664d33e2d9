-- One row: one user record with its columns cleaned; an unreadable date_joined is null beside its text.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: user_counted.
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
    {{ apart(outside('age')) }} AS apart,
    ind,
    {{ known_text('first_name') }} || ' ' || {{ known_text('last_name') }} AS user_name,
    age,
    date_joined AS time_text,
    READ_TIME(date_joined) AS date_joined
FROM user_read
