-- One row: one user record and its outcome: kept, repeat or rejected.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged by the number of their appearance.
-- Read by: user_kept, event, dead_letter.
SELECT
    *,
    CASE
        WHEN reason IS NOT NULL THEN 'rejected'
        WHEN appearance = 1 THEN 'kept'
        ELSE 'repeat'
    END AS outcome
FROM user_checked
