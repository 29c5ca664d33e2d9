-- The count tables once more, from the posts that are there: what they are held against after a crash.
CREATE FUNCTION live.key_text(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN length(name) > 300 THEN left(name, 268) || md5(name) ELSE name END
$$;

CREATE VIEW live.recount_by_country_category AS
SELECT live.key_text(country) AS country, live.key_text(category) AS category, count(*) AS posts
FROM live.posts
WHERE is_complete AND country IS NOT NULL AND category IS NOT NULL
GROUP BY 1, 2;

CREATE VIEW live.recount_by_post_year_category AS
SELECT post_year, live.key_text(category) AS category, count(*) AS posts
FROM live.posts
WHERE is_complete AND category IS NOT NULL
GROUP BY 1, 2;

CREATE VIEW live.recount_by_age_group_category AS
SELECT age_group, live.key_text(category) AS category, count(*) AS posts
FROM live.posts
WHERE is_complete AND age_group IS NOT NULL AND category IS NOT NULL
GROUP BY 1, 2;

CREATE VIEW live.recount_by_age_group_join_year_followers AS
SELECT coalesce(age_group, '') AS age_group, join_year, follower_count, count(*) AS posts
FROM live.posts
WHERE is_complete AND follower_count IS NOT NULL
GROUP BY 1, 2, 3;

CREATE VIEW live.recount_by_join_year AS
SELECT
    join_year,
    count(DISTINCT user_name) AS users,
    count(DISTINCT (user_name, age, date_joined)) FILTER (WHERE user_name IS NOT NULL) AS people,
    count(*) AS posts
FROM live.posts
WHERE is_complete
GROUP BY 1;

CREATE VIEW live.recount_best_poster_by_country AS
WITH counted AS (
    SELECT
        live.key_text(country) AS country,
        live.key_text(poster_name) AS poster_name,
        follower_count,
        count(*) AS posts,
        rank() OVER (PARTITION BY live.key_text(country) ORDER BY follower_count DESC) AS place
    FROM live.posts
    WHERE is_complete AND country IS NOT NULL AND poster_name IS NOT NULL AND follower_count IS NOT NULL
    GROUP BY 1, 2, 3
)

SELECT country, poster_name, follower_count, posts FROM counted WHERE place = 1;
