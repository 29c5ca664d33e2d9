-- One row: one user record with the number of times that its cleaned columns have been seen.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: counted in the order of arrival.
-- Read by: user_checked. Rejected records are counted too: their columns equal no accepted one's.
SELECT
    *,
    COUNT(*) OVER (
        PARTITION BY FINGERPRINT(ind, user_name, age, date_joined, apart)
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS appearance
FROM user_cleaned
