-- One row: how many complete posts one country has in one category.
-- Key: country, category.
-- Late rows: counted when they come; a newer version takes the older one's count back.
-- Read by: live.count_by_country_category.
SELECT
    country,
    category,
    COUNT(*) AS posts
FROM post_complete
WHERE
    country IS NOT NULL
    AND category IS NOT NULL
GROUP BY country, category
