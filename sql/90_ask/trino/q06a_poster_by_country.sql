-- One row: the poster with most followers of a country, every leader of a tie.
-- Key: country, poster_name.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
WITH
ranked AS (
    SELECT DISTINCT
        country,
        poster_name,
        follower_count,
        RANK() OVER (PARTITION BY country ORDER BY follower_count DESC) AS place
    FROM lake.history.latest_posts
    WHERE
        country IS NOT NULL
        AND poster_name IS NOT NULL
        AND follower_count IS NOT NULL
)

SELECT
    country,
    poster_name,
    follower_count
FROM ranked
WHERE place = 1
ORDER BY country, poster_name
