-- One row: one post, the newest version of each of its three parts side by side.
-- Key: ind.
-- Late rows: a late part makes its post appear, a newer version replaces the older one.
-- Read by: the questions of sql/90_ask/trino, pinflow report, analysts.
WITH
pin_versions AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY ind ORDER BY accepted_at DESC, kafka_partition DESC, kafka_offset DESC) AS age_rank
    FROM lake.history.pins
),

geo_versions AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY ind ORDER BY accepted_at DESC, kafka_partition DESC, kafka_offset DESC) AS age_rank
    FROM lake.history.geos
),

usr_versions AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY ind ORDER BY accepted_at DESC, kafka_partition DESC, kafka_offset DESC) AS age_rank
    FROM lake.history.users
)

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
FROM pin_versions AS pin
INNER JOIN geo_versions AS geo ON pin.ind = geo.ind
INNER JOIN usr_versions AS usr ON pin.ind = usr.ind
WHERE pin.age_rank = 1 AND geo.age_rank = 1 AND usr.age_rank = 1
