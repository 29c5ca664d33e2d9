-- One row: one geo record that is clean (reason is null) or rejected with a reason and the field and value at fault.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: geo_judged. No appearance is 0: asking keeps the checks, and all words of details, behind the count.
{% from 'outside.sql' import outside %}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id,
    message_key,
    headers,
    body,
    CASE
        WHEN error IS NOT NULL THEN error
        WHEN ind < 0 THEN 'out_of_range'
        WHEN posted_at IS NULL THEN 'unreadable_time'
        WHEN {{ outside('latitude') }} THEN 'out_of_range'
        WHEN {{ outside('longitude') }} THEN 'out_of_range'
    END AS reason,
    CASE
        WHEN error IS NOT NULL THEN CONCAT_WS(': ', error_field, error_value)
        WHEN ind < 0 THEN CONCAT('ind: ', CAST(ind AS STRING))
        WHEN posted_at IS NULL THEN CONCAT('timestamp: ', LEFT(time_text, 200))
        WHEN {{ outside('latitude') }} THEN CONCAT('latitude: ', CAST(latitude AS STRING))
        WHEN {{ outside('longitude') }} THEN CONCAT('longitude: ', CAST(longitude AS STRING))
    END AS reason_detail,
    ind,
    country,
    latitude,
    longitude,
    posted_at,
    appearance
FROM geo_counted
WHERE appearance > 0
