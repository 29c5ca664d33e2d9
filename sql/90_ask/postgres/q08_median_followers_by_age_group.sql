-- One row: the exact median of follower_count over the posts of an age group, and its lower-middle reading.
-- Key: age_group.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask.
SELECT
    age_group,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY follower_count::double precision) AS median_follower_count_lower
FROM live.posts
WHERE
    is_complete
    AND age_group IS NOT NULL
    AND follower_count IS NOT NULL
GROUP BY age_group
ORDER BY age_group COLLATE "C"
