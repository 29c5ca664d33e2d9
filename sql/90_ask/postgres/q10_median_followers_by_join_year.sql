-- One row: the exact median of follower_count over the posts of users that joined in a year 2015-2020, and its lower-middle reading.
-- Key: post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.median_followers_by_join_year.
WITH
counted AS (
    SELECT
        join_year,
        follower_count,
        SUM(posts) AS posts
    FROM live.count_by_age_group_join_year_followers
    WHERE join_year BETWEEN 2015 AND 2020
    GROUP BY join_year, follower_count
),

placed AS (
    SELECT
        *,
        SUM(posts) OVER (PARTITION BY join_year ORDER BY follower_count) AS so_far,
        SUM(posts) OVER (PARTITION BY join_year) AS total
    FROM counted
),

middle AS (
    SELECT
        join_year,
        MIN(follower_count) FILTER (WHERE 2 * so_far >= total)::double precision AS lower_count,
        MIN(follower_count) FILTER (WHERE 2 * so_far > total)::double precision AS upper_count
    FROM placed
    GROUP BY join_year
)

SELECT
    join_year AS post_year,
    (lower_count + upper_count) / 2 AS median_follower_count,
    lower_count AS median_follower_count_lower
FROM middle
ORDER BY join_year
