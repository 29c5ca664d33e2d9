-- One row: one pin with the number of times that all its columns but poster_name have been seen.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: counted in the order of arrival.
-- Read by: pin_counted.
SELECT
    *,
    COUNT(*) OVER (
        PARTITION BY ind, content_hash, apart
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS appearance_without_poster
FROM pin_hashed
