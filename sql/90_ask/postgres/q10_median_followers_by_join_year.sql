-- One row: the exact median of follower_count over the posts of users that joined in a year 2015-2020, and its lower-middle reading.
-- Key: post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask.
SELECT
    join_year AS post_year,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY follower_count::double precision) AS median_follower_count_lower
FROM live.posts
WHERE
    is_complete
    AND join_year BETWEEN 2015 AND 2020
    AND follower_count IS NOT NULL
GROUP BY join_year
ORDER BY join_year
