-- row:  a year 2015-2020 and how many names, people and posts have joined in it
-- key:  post_year (the year of joining)
-- late: the answer is over the posts that are complete when it is asked
-- read: pinflow ask
SELECT
    join_year AS post_year,
    count(DISTINCT user_name) AS number_users_joined,
    count(DISTINCT (user_name, age, date_joined)) FILTER (WHERE user_name IS NOT NULL) AS number_people_joined,
    count(*) AS number_posts
FROM live.posts
WHERE
    is_complete
    AND join_year BETWEEN 2015 AND 2020
GROUP BY join_year
ORDER BY join_year
