-- One row: the highest follower_count of a country.
-- Key: country.
-- Late rows: a higher count takes the place of a lower one; one that is taken back gives way to the next.
-- Read by: best_poster_by_country.
SELECT
    country,
    MAX(follower_count) AS follower_count
FROM post_by_poster
GROUP BY country
