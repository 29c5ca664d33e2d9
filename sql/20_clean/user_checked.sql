-- One row: one user record that is clean (reason is null) or rejected with a reason and the field and value at fault.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: user_judged. No appearance is 0: asking keeps the checks, and all words of details, behind the count.
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
        WHEN {{ outside('age') }} THEN 'out_of_range'
        WHEN date_joined IS NULL THEN 'unreadable_time'
    END AS reason,
    CASE
        WHEN error IS NOT NULL THEN CONCAT_WS(': ', error_field, error_value)
        WHEN ind < 0 THEN CONCAT('ind: ', CAST(ind AS STRING))
        WHEN {{ outside('age') }} THEN CONCAT('age: ', CAST(age AS STRING))
        WHEN date_joined IS NULL THEN CONCAT('date_joined: ', LEFT(time_text, 200))
    END AS reason_detail,
    ind,
    user_name,
    age,
    date_joined,
    appearance
FROM user_counted
WHERE appearance > 0
