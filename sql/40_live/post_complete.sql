-- One row: one post that has all three parts, the columns that are counted.
-- Key: ind.
-- Late rows: a late partner makes a post complete; a newer version takes the place of the older one.
-- Read by: count_by_country_category, count_by_post_year_category, count_by_age_group_category, count_by_age_group_join_year_followers, count_by_join_year, post_by_poster.
{% from 'key_text.sql' import key_text %}
SELECT
    {{ key_text('pin_part.category') }} AS category,
    {{ key_text('pin_part.poster_name') }} AS poster_name,
    pin_part.follower_count AS follower_count,
    {{ key_text('geo_part.country') }} AS country,
    geo_part.post_year AS post_year,
    user_part.user_name AS user_name,
    user_part.age AS age,
    user_part.date_joined AS date_joined,
    user_part.age_group AS age_group,
    user_part.join_year AS join_year
FROM post_newest
WHERE
    pin_part.kafka_offset IS NOT NULL
    AND geo_part.kafka_offset IS NOT NULL
    AND user_part.kafka_offset IS NOT NULL
