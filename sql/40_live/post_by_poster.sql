-- One row: one complete post whose country, poster and follower_count are known.
-- Key: none; a poster may have many posts.
-- Late rows: a newer version takes the place of the older one.
-- Read by: most_followers_by_country, best_poster_by_country.
SELECT
    country,
    poster_name,
    follower_count
FROM post_complete
WHERE
    country IS NOT NULL
    AND poster_name IS NOT NULL
    AND follower_count IS NOT NULL
