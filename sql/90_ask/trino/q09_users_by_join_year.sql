-- One row: a year 2015-2020 and how many names, people and posts have joined in it.
-- Key: post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, pinflow report.
SELECT
    join_year AS post_year,
    COUNT(DISTINCT user_name) AS number_users_joined,
    COUNT(DISTINCT ROW(user_name, age, date_joined)) FILTER (WHERE user_name IS NOT NULL) AS number_people_joined,
    COUNT(*) AS number_posts
FROM lake.history.latest_posts
WHERE join_year BETWEEN 2015 AND 2020
GROUP BY join_year
ORDER BY join_year
