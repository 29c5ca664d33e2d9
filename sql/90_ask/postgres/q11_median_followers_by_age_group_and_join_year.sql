-- One row: the exact median of follower_count by age group and year of joining, and its lower-middle reading.
-- Key: age_group, post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.median_followers_by_age_group_and_join_year.
WITH
counted AS (
    SELECT
        age_group,
        join_year,
        follower_count,
        SUM(posts) AS posts
    FROM live.count_by_age_group_join_year_followers
    WHERE
        age_group <> ''
        AND join_year BETWEEN 2015 AND 2020
    GROUP BY age_group, join_year, follower_count
),

placed AS (
    SELECT
        *,
        SUM(posts) OVER (PARTITION BY age_group, join_year ORDER BY follower_count) AS so_far,
        SUM(posts) OVER (PARTITION BY age_group, join_year) AS total
    FROM counted
),

middle AS (
    SELECT
        age_group,
        join_year,
        MIN(follower_count) FILTER (WHERE 2 * so_far >= total)::double precision AS lower_count,
        MIN(follower_count) FILTER (WHERE 2 * so_far > total)::double precision AS upper_count
    FROM placed
    GROUP BY age_group, join_year
)

SELECT
    age_group,
    join_year AS post_year,
    (lower_count + upper_count) / 2 AS median_follower_count,
    lower_count AS median_follower_count_lower
FROM middle
ORDER BY age_group COLLATE "C", join_year
