-- One row: one geo record with the number of times that its cleaned columns have been seen.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: counted in the order of arrival.
-- Read by: geo_checked. Rejected records are counted too: their columns equal no accepted one's.
SELECT
    *,
    COUNT(*) OVER (
        PARTITION BY FINGERPRINT(ind, country, latitude, longitude, posted_at, apart)
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS appearance
FROM geo_cleaned
