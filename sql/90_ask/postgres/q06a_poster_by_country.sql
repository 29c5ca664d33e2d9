-- One row: the poster with most followers of a country, every leader of a tie.
-- Key: country, poster_name.
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.poster_by_country.
WITH
ranked AS (
    SELECT
        country,
        poster_name,
        follower_count,
        RANK() OVER (PARTITION BY country ORDER BY follower_count DESC) AS place
    FROM live.best_poster_by_country
)

SELECT
    country,
    poster_name,
    follower_count
FROM ranked
WHERE place = 1
ORDER BY country COLLATE "C", poster_name COLLATE "C"
