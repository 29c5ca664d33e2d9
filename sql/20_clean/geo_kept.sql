-- One row: one geo record that is no repeat; every version of a number is here.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: kept like every other.
-- Read by: geo_enriched.
SELECT *
FROM geo_judged
WHERE outcome = 'kept'
