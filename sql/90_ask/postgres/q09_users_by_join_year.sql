-- One row: a year 2015-2020 and how many names, people and posts have joined in it.
-- Key: post_year (the year of joining).
-- Late rows: the answer is over the posts that are complete when it is asked.
-- Read by: pinflow ask, live.users_by_join_year.
SELECT
    join_year AS post_year,
    users AS number_users_joined,
    people AS number_people_joined,
    posts AS number_posts
FROM live.count_by_join_year
WHERE join_year BETWEEN 2015 AND 2020
ORDER BY join_year
