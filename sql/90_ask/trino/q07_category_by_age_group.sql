-- One row: the most popular category of an age group, every leader of a tie.
-- Key: age_group, category.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
counted AS (
    SELECT
        age_group,
        category,
        COUNT(*) AS category_count
    FROM lake.history.latest_posts
    WHERE
        age_group IS NOT NULL
        AND category IS NOT NULL
    GROUP BY age_group, category
),

ranked AS (
    SELECT
        *,
        RANK() OVER (PARTITION BY age_group ORDER BY category_count DESC) AS place
    FROM counted
)

SELECT
    age_group,
    category,
    category_count
FROM ranked
WHERE place = 1
ORDER BY age_group, category
