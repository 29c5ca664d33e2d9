-- One row: one post, the newest version of each part, null where a partner has not arrived.
-- Key: ind.
-- Late rows: a late partner fills its part; the newest by arrival stays.
-- Read by: post, post_complete.
SELECT
    ind,
    LAST_VALUE(pin_part) AS pin_part,
    LAST_VALUE(geo_part) AS geo_part,
    LAST_VALUE(user_part) AS user_part
FROM post_part
GROUP BY ind
