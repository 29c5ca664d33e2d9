-- One row: how many complete posts one age group has in one category.
-- Key: age_group, category.
-- Late rows: counted when they come; a newer version takes the older one's count back.
-- Read by: live.count_by_age_group_category.
SELECT
    age_group,
    category,
    COUNT(*) AS posts
FROM post_complete
WHERE
    age_group IS NOT NULL
    AND category IS NOT NULL
GROUP BY age_group, category
