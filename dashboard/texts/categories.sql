-- Pins of the last hour and the followers they reached, by category.
SELECT
    category,
    sum(records) AS pins,
    sum(followers) AS followers
FROM live.activity_by_category
WHERE minute > now() AT TIME ZONE 'UTC' - interval '1 hour'
GROUP BY category
ORDER BY followers DESC, category
LIMIT 50
