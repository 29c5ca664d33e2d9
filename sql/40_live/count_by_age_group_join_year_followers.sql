-- One row: how many complete posts with one follower_count are by users of one age group that joined in one year.
-- Key: age_group ('' for ages without one), join_year, follower_count.
-- Late rows: counted when they come; a newer version takes the older one's count back.
-- Read by: live.count_by_age_group_join_year_followers.
SELECT
    IFNULL(age_group, '') AS age_group,
    join_year,
    follower_count,
    COUNT(*) AS posts
FROM post_complete
WHERE follower_count IS NOT NULL
GROUP BY IFNULL(age_group, ''), join_year, follower_count
