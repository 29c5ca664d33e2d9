-- One row: one kept user record with age group and year of joining.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: enriched like every other; nothing is joined.
-- Read by: history.users, post_part. Ages under 18 have no group.
SELECT
    ind,
    user_name,
    age,
    date_joined,
    CASE
        WHEN age BETWEEN 18 AND 24 THEN '18-24'
        WHEN age BETWEEN 25 AND 35 THEN '25-35'
        WHEN age BETWEEN 36 AND 50 THEN '36-50'
        WHEN age > 50 THEN '50+'
    END AS age_group,
    CAST(EXTRACT(YEAR FROM date_joined) AS INT) AS join_year,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id
FROM user_kept
