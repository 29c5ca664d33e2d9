-- One row: one pin that is clean (reason is null) or rejected with a reason and the field and value at fault.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: pin_judged. No novelty is below 0: asking keeps the checks, and all words of details, behind the count.
{% from 'outside.sql' import outside %}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    arrival,
    accepted_at,
    owner,
    event_id,
    message_key,
    headers,
    body,
    CASE
        WHEN error IS NOT NULL THEN error
        WHEN ind < 0 THEN 'out_of_range'
        WHEN follower_text IS NOT NULL AND follower_count IS NULL THEN 'unreadable_count'
        WHEN {{ outside('downloaded') }} THEN 'out_of_range'
    END AS reason,
    CASE
        WHEN error IS NOT NULL THEN CONCAT_WS(': ', error_field, error_value)
        WHEN ind < 0 THEN CONCAT('index: ', CAST(ind AS STRING))
        WHEN follower_text IS NOT NULL AND follower_count IS NULL THEN CONCAT('follower_count: ', LEFT(follower_text, 200))
        WHEN {{ outside('downloaded') }} THEN CONCAT('downloaded: ', CAST(downloaded AS STRING))
    END AS reason_detail,
    ind,
    unique_id,
    title,
    description,
    follower_count,
    poster_name,
    poster_name_present,
    tag_list,
    is_image_or_video,
    image_src,
    save_location,
    category,
    downloaded,
    novelty
FROM pin_counted
WHERE novelty >= 0
