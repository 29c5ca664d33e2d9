-- One row: one pin and its outcome: kept, repeat or rejected.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: judged by what is new about them.
-- Read by: pin_kept, event, dead_letter. The older form without poster_name repeats any equal version.
SELECT
    *,
    CASE
        WHEN reason IS NOT NULL THEN 'rejected'
        WHEN novelty = 2 OR (novelty = 1 AND poster_name_present) THEN 'kept'
        ELSE 'repeat'
    END AS outcome
FROM pin_checked
