-- The accounts as they were last computed, by topic.
SELECT
    kafka_topic AS topic,
    min(checked_at) AS checked_at,
    sum(accepted) AS accepted,
    sum(kept) AS kept,
    sum(repeat) AS repeat,
    sum(rejected) AS rejected,
    sum(pending) AS pending,
    sum(missing) AS missing,
    sum(doubled) AS doubled,
    sum(unequal) AS unequal
FROM live.accounts
GROUP BY kafka_topic
ORDER BY kafka_topic
