-- row:  the exact median of follower_count over the posts of users that joined in a year 2015-2020, and its lower-middle reading
-- key:  post_year (the year of joining)
-- late: the answer is over the posts that are complete when it is asked
-- read: pinflow ask
WITH
ranked AS (
    SELECT
        join_year,
        follower_count,
        row_number() OVER (PARTITION BY join_year ORDER BY follower_count) AS place,
        count(*) OVER (PARTITION BY join_year) AS posts
    FROM lake.history.latest_posts
    WHERE
        join_year BETWEEN 2015 AND 2020
        AND follower_count IS NOT NULL
)

SELECT
    join_year AS post_year,
    avg(follower_count) AS median_follower_count,
    CAST(min(follower_count) AS double) AS median_follower_count_lower
FROM ranked
WHERE place IN ((posts + 1) / 2, posts / 2 + 1)
GROUP BY join_year
ORDER BY join_year
