-- One row: the exact median of follower_count by age group and year of joining.
-- Key: age_group, post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
ranked AS (
    SELECT
        age_group,
        join_year,
        follower_count,
        ROW_NUMBER() OVER (PARTITION BY age_group, join_year ORDER BY follower_count) AS place,
        COUNT(*) OVER (PARTITION BY age_group, join_year) AS posts
    FROM lake.history.latest_posts
    WHERE
        age_group IS NOT NULL
        AND join_year BETWEEN 2015 AND 2020
        AND follower_count IS NOT NULL
)

SELECT
    age_group,
    join_year AS post_year,
    AVG(follower_count) AS median_follower_count,
    MIN(CAST(follower_count AS DOUBLE)) AS median_follower_count_lower
FROM ranked
WHERE place IN ((posts + 1) / 2, posts / 2 + 1)
GROUP BY age_group, join_year
ORDER BY age_group, join_year
