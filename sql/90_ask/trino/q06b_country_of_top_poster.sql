-- One row: a country of the poster with most followers of all, every country of a tie.
-- Key: country.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
ranked AS (
    SELECT DISTINCT
        country,
        follower_count,
        RANK() OVER (ORDER BY follower_count DESC) AS place
    FROM lake.history.latest_posts
    WHERE
        country IS NOT NULL
        AND poster_name IS NOT NULL
        AND follower_count IS NOT NULL
)

SELECT
    country,
    follower_count
FROM ranked
WHERE place = 1
ORDER BY country
