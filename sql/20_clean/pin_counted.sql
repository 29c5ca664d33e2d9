-- One row: one pin with what is new about it: 2 for the first of its cleaned columns, 1 for its poster_name only, 0 for a repeat.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged in the order of arrival.
-- Read by: pin_checked. Two counts, with and without poster_name, would be two exchanges, and pins overtake each other on the way.
SELECT
    *,
    NOVELTY(poster_name) OVER (
        PARTITION BY
            FINGERPRINT(
                ind,
                unique_id,
                title,
                description,
                follower_count,
                CASE WHEN follower_count IS NULL THEN follower_text END,
                tag_list,
                is_image_or_video,
                image_src,
                save_location,
                category,
                downloaded,
                apart
            )
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS novelty
FROM pin_cleaned
