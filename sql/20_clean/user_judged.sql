-- One row: one accepted user record and its outcome.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged in the order of arrival.
-- Read by: user_kept, event.
SELECT
    *,
    CASE
        WHEN COUNT(*) OVER (
            PARTITION BY ind, user_name, age, date_joined
            ORDER BY arrival ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) = 1 THEN 'kept'
        ELSE 'repeat'
    END AS outcome
FROM user_checked
WHERE reason IS NULL
