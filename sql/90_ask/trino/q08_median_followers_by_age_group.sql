-- row:  the exact median of follower_count over the posts of an age group, and its lower-middle reading
-- key:  age_group
-- late: the answer is over the posts that are complete when it is asked
-- read: pinflow ask
WITH
ranked AS (
    SELECT
        age_group,
        follower_count,
        row_number() OVER (PARTITION BY age_group ORDER BY follower_count) AS place,
        count(*) OVER (PARTITION BY age_group) AS posts
    FROM lake.history.latest_posts
    WHERE
        age_group IS NOT NULL
        AND follower_count IS NOT NULL
)

SELECT
    age_group,
    avg(follower_count) AS median_follower_count,
    CAST(min(follower_count) AS double) AS median_follower_count_lower
FROM ranked
WHERE place IN ((posts + 1) / 2, posts / 2 + 1)
GROUP BY age_group
ORDER BY age_group
