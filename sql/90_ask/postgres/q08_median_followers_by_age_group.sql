-- One row: the exact median of follower_count over the posts of an age group, and its lower-middle reading.
-- Key: age_group.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.median_followers_by_age_group.
WITH
counted AS (
    SELECT
        age_group,
        follower_count,
        SUM(posts) AS posts
    FROM live.count_by_age_group_join_year_followers
    WHERE age_group <> ''
    GROUP BY age_group, follower_count
),

placed AS (
    SELECT
        *,
        SUM(posts) OVER (PARTITION BY age_group ORDER BY follower_count) AS so_far,
        SUM(posts) OVER (PARTITION BY age_group) AS total
    FROM counted
),

middle AS (
    SELECT
        age_group,
        MIN(follower_count) FILTER (WHERE 2 * so_far >= total)::double precision AS lower_count,
        MIN(follower_count) FILTER (WHERE 2 * so_far > total)::double precision AS upper_count
    FROM placed
    GROUP BY age_group
)

SELECT
    age_group,
    (lower_count + upper_count) / 2 AS median_follower_count,
    lower_count AS median_follower_count_lower
FROM middle
ORDER BY age_group COLLATE "C"
