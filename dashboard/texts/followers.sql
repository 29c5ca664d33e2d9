-- Followers reached in the last hour, by minute of acceptance.
SELECT
    minute,
    sum(records) AS pins,
    sum(followers) AS followers
FROM live.activity_by_category
WHERE minute > now() AT TIME ZONE 'UTC' - interval '1 hour'
GROUP BY minute
ORDER BY minute
