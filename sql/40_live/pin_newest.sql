-- One row: one kept pin that is newer than every kept pin of its number and partition before it.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: a pin that a newer one has overtaken goes, as pins are counted in one step or in two.
-- Read by: post_part.
SELECT *
FROM (
    SELECT
        *,
        MAX(kafka_offset) OVER (
            PARTITION BY ind, kafka_partition
            ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS newest_offset
    FROM pin_enriched
) AS ordered
WHERE kafka_offset = newest_offset
