-- One row: one accepted pin and its outcome; the older form without poster_name repeats any equal version.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged in the order of arrival.
-- Read by: pin_kept, event.
SELECT
    *,
    CASE
        WHEN COUNT(*) OVER (
            PARTITION BY ind, content_hash, poster_name
            ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) = 1 AND (poster_name_present OR appearance_without_poster = 1) THEN 'kept'
        ELSE 'repeat'
    END AS outcome
FROM pin_counted
