-- One row: one pin with what is new about it: 2 for the first of its cleaned columns, 1 for its poster_name only, 0 for a repeat.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged in the order of arrival.
-- Read by: pin_checked. Two counts, with and without poster_name, would be two exchanges, and pins overtake each other on the way.
SELECT
    *,
    NOVELTY(poster_name) OVER (
        PARTITION BY ind, content_hash, apart
        ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS novelty
FROM pin_hashed
