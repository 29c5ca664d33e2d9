-- One row: one category, the numbers that have a pin of it as of the last second, and how many of them history lacks yet.
-- Key: category.
-- Late rows: a pin that no snapshot holds yet is taken from live, and once one does, from history.
-- Read by: analysts.
WITH
committed AS (
    SELECT
        kafka_partition,
        MAX(kafka_offset) AS newest_offset
    FROM lake.history.events
    WHERE kafka_topic = 'pin'
    GROUP BY kafka_partition
),

not_committed AS (
    SELECT
        post.ind,
        post.category
    FROM live.live.posts AS post
    LEFT JOIN committed ON post.pin_partition = committed.kafka_partition
    WHERE post.pin_offset > COALESCE(committed.newest_offset, -1)
),

versions AS (
    SELECT
        ind,
        category,
        ROW_NUMBER() OVER (PARTITION BY ind ORDER BY accepted_at DESC, kafka_partition DESC, kafka_offset DESC) AS age_rank
    FROM lake.history.pins
),

newest AS (
    SELECT
        versions.category,
        0 AS is_not_committed
    FROM versions
    LEFT JOIN not_committed ON versions.ind = not_committed.ind
    WHERE versions.age_rank = 1 AND not_committed.ind IS NULL
    UNION ALL
    SELECT
        category,
        1 AS is_not_committed
    FROM not_committed
)

SELECT
    category,
    COUNT(*) AS pins,
    SUM(is_not_committed) AS not_committed_yet
FROM newest
GROUP BY category
ORDER BY pins DESC, category ASC
