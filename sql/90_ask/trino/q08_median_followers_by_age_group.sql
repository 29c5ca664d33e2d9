-- One row: the exact median of follower_count over the posts of an age group, and its lower-middle reading.
-- Key: age_group.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
ranked AS (
    SELECT
        age_group,
        follower_count,
        ROW_NUMBER() OVER (PARTITION BY age_group ORDER BY follower_count) AS place,
        COUNT(*) OVER (PARTITION BY age_group) AS posts
    FROM lake.history.latest_posts
    WHERE
        age_group IS NOT NULL
        AND follower_count IS NOT NULL
)

SELECT
    age_group,
    AVG(follower_count) AS median_follower_count,
    MIN(CAST(follower_count AS DOUBLE)) AS median_follower_count_lower
FROM ranked
WHERE place IN ((posts + 1) / 2, posts / 2 + 1)
GROUP BY age_group
ORDER BY age_group
