-- One row: one pin with a hash over its cleaned columns except ind and poster_name.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: pin_counted. No text holds NUL and none is empty, so NUL between them and '' for null is clear.
SELECT
    *,
    MD5(CONCAT_WS(
        U&'\0000',
        IFNULL(unique_id, ''),
        IFNULL(title, ''),
        IFNULL(description, ''),
        IFNULL(CAST(follower_count AS STRING), IFNULL(follower_text, '')),
        IFNULL(tag_list, ''),
        IFNULL(is_image_or_video, ''),
        IFNULL(image_src, ''),
        IFNULL(save_location, ''),
        IFNULL(category, ''),
        CAST(downloaded AS STRING)
    )) AS content_hash
FROM pin_cleaned
