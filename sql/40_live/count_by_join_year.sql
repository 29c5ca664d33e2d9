-- One row: how many names, people and complete posts there are of users that joined in one year.
-- Key: join_year.
-- Late rows: counted when they come; a newer version takes the older one's count back.
-- Read by: live.count_by_join_year. People are names with age and date_joined; without a name there is neither.
SELECT
    join_year,
    COUNT(DISTINCT user_name) AS users,
    COUNT(DISTINCT user_name || '|' || CAST(age AS STRING) || '|' || CAST(date_joined AS STRING)) AS people,
    COUNT(*) AS posts
FROM post_complete
GROUP BY join_year
