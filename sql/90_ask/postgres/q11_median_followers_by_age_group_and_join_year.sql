-- One row: the exact median of follower_count by age group and year of joining.
-- Key: age_group, post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask.
SELECT
    age_group,
    join_year AS post_year,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY follower_count::double precision) AS median_follower_count_lower
FROM live.posts
WHERE
    is_complete
    AND age_group IS NOT NULL
    AND join_year BETWEEN 2015 AND 2020
    AND follower_count IS NOT NULL
GROUP BY age_group, join_year
ORDER BY age_group COLLATE "C", join_year
