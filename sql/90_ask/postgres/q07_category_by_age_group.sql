-- One row: the most popular category of an age group, every leader of a tie.
-- Key: age_group, category.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.category_by_age_group.
WITH
ranked AS (
    SELECT
        age_group,
        category,
        posts AS category_count,
        RANK() OVER (PARTITION BY age_group ORDER BY posts DESC) AS place
    FROM live.count_by_age_group_category
)

SELECT
    age_group,
    category,
    category_count
FROM ranked
WHERE place = 1
ORDER BY age_group COLLATE "C", category COLLATE "C"
