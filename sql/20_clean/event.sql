-- One row: one Kafka record of any topic, good or bad, with its outcome.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: one row like every other.
-- Read by: history.events, activity_by_stream.
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    'pin' AS `stream`,
    outcome,
    CAST(NULL AS STRING) AS reason,
    CAST(NULL AS STRING) AS reason_detail,
    ind,
    message_key,
    headers,
    body
FROM pin_judged
UNION ALL
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    'pin' AS `stream`,
    'rejected' AS outcome,
    reason,
    reason_detail,
    CAST(NULL AS INT) AS ind,
    message_key,
    headers,
    body
FROM pin_checked
WHERE reason IS NOT NULL
UNION ALL
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    'geo' AS `stream`,
    outcome,
    CAST(NULL AS STRING) AS reason,
    CAST(NULL AS STRING) AS reason_detail,
    ind,
    message_key,
    headers,
    body
FROM geo_judged
UNION ALL
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    'geo' AS `stream`,
    'rejected' AS outcome,
    reason,
    reason_detail,
    CAST(NULL AS INT) AS ind,
    message_key,
    headers,
    body
FROM geo_checked
WHERE reason IS NOT NULL
UNION ALL
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    'user' AS `stream`,
    outcome,
    CAST(NULL AS STRING) AS reason,
    CAST(NULL AS STRING) AS reason_detail,
    ind,
    message_key,
    headers,
    body
FROM user_judged
UNION ALL
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    'user' AS `stream`,
    'rejected' AS outcome,
    reason,
    reason_detail,
    CAST(NULL AS INT) AS ind,
    message_key,
    headers,
    body
FROM user_checked
WHERE reason IS NOT NULL
UNION ALL
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
