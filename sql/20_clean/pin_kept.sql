-- One row: one pin that is no repeat; every version of a number is here.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: kept like every other.
-- Read by: pin_enriched, activity_by_category.
SELECT *
FROM pin_judged
WHERE outcome = 'kept'
