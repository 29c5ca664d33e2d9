-- One row: the most popular category of a country, every leader of a tie.
-- Key: country, category.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
counted AS (
    SELECT
        country,
        category,
        COUNT(*) AS category_count
    FROM lake.history.latest_posts
    WHERE
        country IS NOT NULL
        AND category IS NOT NULL
    GROUP BY country, category
),

ranked AS (
    SELECT
        *,
        RANK() OVER (PARTITION BY country ORDER BY category_count DESC) AS place
    FROM counted
)

SELECT
    country,
    category,
    category_count
FROM ranked
WHERE place = 1
ORDER BY country, category
