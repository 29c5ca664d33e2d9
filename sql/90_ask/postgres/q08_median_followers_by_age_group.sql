-- row:  the exact median of follower_count over the posts of an age group, and its lower-middle reading
-- key:  age_group
-- late: the answer is over the posts that are complete when it is asked
-- read: pinflow ask
SELECT
    age_group,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY follower_count)::double precision AS median_follower_count_lower
FROM live.posts
WHERE
    is_complete
    AND age_group IS NOT NULL
    AND follower_count IS NOT NULL
GROUP BY age_group
ORDER BY age_group COLLATE "C"
