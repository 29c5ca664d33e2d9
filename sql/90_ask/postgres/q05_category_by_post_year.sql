-- One row: the most popular category of posts made in a year 2018-2022, every leader of a tie.
-- Key: post_year, category.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.category_by_post_year.
WITH
ranked AS (
    SELECT
        post_year,
        category,
        posts AS category_count,
        RANK() OVER (PARTITION BY post_year ORDER BY posts DESC) AS place
    FROM live.count_by_post_year_category
    WHERE post_year BETWEEN 2018 AND 2022
)

SELECT
    post_year,
    category,
    category_count
FROM ranked
WHERE place = 1
ORDER BY post_year, category COLLATE "C"
