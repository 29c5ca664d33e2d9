-- row:  the exact median of follower_count by age group and year of joining
-- key:  age_group, post_year (the year of joining)
-- late: the answer is over the posts that are complete when it is asked
-- read: pinflow ask
SELECT
    age_group,
    join_year AS post_year,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY follower_count)::double precision AS median_follower_count_lower
FROM live.posts
WHERE
    is_complete
    AND age_group IS NOT NULL
    AND join_year BETWEEN 2015 AND 2020
    AND follower_count IS NOT NULL
GROUP BY age_group, join_year
ORDER BY age_group COLLATE "C", join_year
