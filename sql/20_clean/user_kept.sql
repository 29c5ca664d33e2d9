-- One row: one user record that is no repeat; every version of a number is here.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: kept like every other.
-- Read by: user_enriched.
SELECT *
FROM user_judged
WHERE outcome = 'kept'
