-- One row: one pin with the number of times that all its columns but poster_name have been seen, and the first such name.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: counted in the order of arrival.
-- Read by: pin_counted. An unknown name is '', which no text is, because FIRST_VALUE passes over null.
SELECT
    *,
    COUNT(*) OVER seen AS appearance_without_poster,
    FIRST_VALUE(IFNULL(poster_name, '')) OVER seen AS first_poster
FROM pin_hashed
WINDOW seen AS (
    PARTITION BY ind, content_hash, apart
    ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
)
