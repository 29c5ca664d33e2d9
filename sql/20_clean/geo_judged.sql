-- One row: one accepted geo record and its outcome.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged in the order of arrival.
-- Read by: geo_kept, event.
SELECT
    *,
    CASE
        WHEN COUNT(*) OVER (
            PARTITION BY ind, country, latitude, longitude, posted_at
            ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) = 1 THEN 'kept'
        ELSE 'repeat'
    END AS outcome
FROM geo_checked
WHERE reason IS NULL
