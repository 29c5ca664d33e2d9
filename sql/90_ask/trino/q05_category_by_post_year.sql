-- One row: the most popular category of posts made in a year 2018-2022, every leader of a tie.
-- Key: post_year, category.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
counted AS (
    SELECT
        post_year,
        category,
        COUNT(*) AS category_count
    FROM lake.history.latest_posts
    WHERE
        post_year BETWEEN 2018 AND 2022
        AND category IS NOT NULL
    GROUP BY post_year, category
),

ranked AS (
    SELECT
        *,
        RANK() OVER (PARTITION BY post_year ORDER BY category_count DESC) AS place
    FROM counted
)

SELECT
    post_year,
    category,
    category_count
FROM ranked
WHERE place = 1
ORDER BY post_year, category
