-- One row: the most popular category of a country, every leader of a tie.
-- Key: country, category.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.category_by_country.
WITH
ranked AS (
    SELECT
        country,
        category,
        posts AS category_count,
        RANK() OVER (PARTITION BY country ORDER BY posts DESC) AS place
    FROM live.count_by_country_category
)

SELECT
    country,
    category,
    category_count
FROM ranked
WHERE place = 1
ORDER BY country COLLATE "C", category COLLATE "C"
