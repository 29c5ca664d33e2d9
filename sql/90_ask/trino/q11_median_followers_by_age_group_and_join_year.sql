-- row:  the exact median of follower_count by age group and year of joining
-- key:  age_group, post_year (the year of joining)
-- late: the answer is over the posts that are complete when it is asked
-- read: pinflow ask
WITH
ranked AS (
    SELECT
        age_group,
        join_year,
        follower_count,
        row_number() OVER (PARTITION BY age_group, join_year ORDER BY follower_count) AS place,
        count(*) OVER (PARTITION BY age_group, join_year) AS posts
    FROM lake.history.latest_posts
    WHERE
        age_group IS NOT NULL
        AND join_year BETWEEN 2015 AND 2020
        AND follower_count IS NOT NULL
)

SELECT
    age_group,
    join_year AS post_year,
    avg(follower_count) AS median_follower_count,
    CAST(min(follower_count) AS double) AS median_follower_count_lower
FROM ranked
WHERE place IN ((posts + 1) / 2, posts / 2 + 1)
GROUP BY age_group, join_year
ORDER BY age_group, join_year
