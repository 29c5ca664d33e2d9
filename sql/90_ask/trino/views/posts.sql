-- One row: one combination of versions of a post's three parts.
-- Key: pin, geo and user place (partition and offset in their topics).
-- Late rows: a combination appears when its last part has been committed.
-- Read by: analysts.
SELECT
    pin.ind,
    pin.unique_id,
    pin.title,
    pin.description,
    pin.follower_count,
    pin.poster_name,
    pin.tag_list,
    pin.is_image_or_video,
    pin.image_src,
    pin.save_location,
    pin.category,
    pin.downloaded,
    pin.follower_tier,
    pin.tags,
    pin.media_kind,
    geo.country,
    geo.coordinates,
    geo."timestamp",
    geo.country_code,
    geo.continent,
    geo.post_year,
    usr.user_name,
    usr.age,
    usr.date_joined,
    usr.age_group,
    usr.join_year,
    pin.accepted_at AS pin_accepted_at,
    pin.kafka_partition AS pin_partition,
    pin.kafka_offset AS pin_offset,
    geo.accepted_at AS geo_accepted_at,
    geo.kafka_partition AS geo_partition,
    geo.kafka_offset AS geo_offset,
    usr.accepted_at AS user_accepted_at,
    usr.kafka_partition AS user_partition,
    usr.kafka_offset AS user_offset
FROM lake.history.pins AS pin
INNER JOIN lake.history.geos AS geo ON pin.ind = geo.ind
INNER JOIN lake.history.users AS usr ON pin.ind = usr.ind
