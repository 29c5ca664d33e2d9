-- One row: how many complete posts one year of posting has in one category.
-- Key: post_year, category.
-- Late rows: counted when they come; a newer version takes the older one's count back.
-- Read by: live.count_by_post_year_category.
SELECT
    post_year,
    category,
    COUNT(*) AS posts
FROM post_complete
WHERE category IS NOT NULL
GROUP BY post_year, category
