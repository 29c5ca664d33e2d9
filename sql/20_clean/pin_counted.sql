-- One row: one pin with the number of times that its cleaned columns have been seen.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: counted in the order of arrival.
-- Read by: pin_checked.
SELECT
    *,
    COUNT(*) OVER (
        PARTITION BY ind, content_hash, poster_name, apart
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS appearance
FROM pin_counted_loosely
