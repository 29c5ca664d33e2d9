-- The posts whose pins came last, with the parts that have arrived.
SELECT
    ind,
    pin_accepted_at AS accepted_at,
    title,
    category,
    poster_name,
    follower_count,
    country,
    continent,
    user_name,
    media_kind,
    image_src,
    geo_offset IS NOT NULL AS has_place,
    user_offset IS NOT NULL AS has_user
FROM live.posts
WHERE pin_accepted_at >= coalesce(%(since)s::timestamp, '-infinity')
ORDER BY pin_accepted_at DESC, pin_partition DESC, pin_offset DESC
LIMIT 25
