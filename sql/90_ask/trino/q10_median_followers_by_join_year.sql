-- One row: the exact median of follower_count over the posts of users that joined in a year 2015-2020, and its lower-middle reading.
-- Key: post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
ranked AS (
    SELECT
        join_year,
        follower_count,
        ROW_NUMBER() OVER (PARTITION BY join_year ORDER BY follower_count) AS place,
        COUNT(*) OVER (PARTITION BY join_year) AS posts
    FROM lake.history.latest_posts
    WHERE
        join_year BETWEEN 2015 AND 2020
        AND follower_count IS NOT NULL
)

SELECT
    join_year AS post_year,
    AVG(follower_count) AS median_follower_count,
    MIN(CAST(follower_count AS DOUBLE)) AS median_follower_count_lower
FROM ranked
WHERE place IN ((posts + 1) / 2, posts / 2 + 1)
GROUP BY join_year
ORDER BY join_year
