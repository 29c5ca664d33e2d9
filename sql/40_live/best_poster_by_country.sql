-- One row: a poster with most followers of a country, every leader of a tie, and how many posts say so.
-- Key: country, poster_name, follower_count.
-- Late rows: a new leader takes the place of the older ones; one that is taken back gives way to the next.
-- Read by: live.best_poster_by_country. With = in place of >= the planner counts every poster before it joins.
SELECT
    post_by_poster.country,
    post_by_poster.poster_name,
    post_by_poster.follower_count,
    COUNT(*) AS posts
FROM post_by_poster
INNER JOIN most_followers_by_country
    ON
        post_by_poster.country = most_followers_by_country.country
        AND post_by_poster.follower_count >= most_followers_by_country.follower_count
GROUP BY post_by_poster.country, post_by_poster.poster_name, post_by_poster.follower_count
