-- One row: one pin with the number of times that its cleaned columns have been seen: 1, or more than 1.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: counted in the order of arrival.
-- Read by: pin_checked. Only pins whose poster_name differs from the first of their content need a count of their own.
SELECT
    *,
    appearance_without_poster AS appearance
FROM pin_counted_loosely
WHERE IFNULL(poster_name, '') = first_poster
UNION ALL
SELECT
    *,
    COUNT(*) OVER (
        PARTITION BY ind, content_hash, poster_name, apart
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS appearance
FROM pin_counted_loosely
WHERE IFNULL(poster_name, '') <> first_poster
