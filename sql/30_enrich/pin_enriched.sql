-- One row: one kept pin with follower tier, tags and media kind.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: enriched like every other; nothing is joined.
-- Read by: history.pins, post_part.
SELECT
    ind,
    unique_id,
    title,
    description,
    follower_count,
    poster_name,
    tag_list,
    is_image_or_video,
    image_src,
    save_location,
    category,
    downloaded,
    CASE
        WHEN follower_count < 10000 THEN 'nano'
        WHEN follower_count < 100000 THEN 'micro'
        WHEN follower_count < 1000000 THEN 'macro'
        WHEN follower_count >= 1000000 THEN 'mega'
    END AS follower_tier,
    SPLIT(tag_list, ',') AS tags,
    CASE is_image_or_video
        WHEN 'image' THEN 'image'
        WHEN 'video' THEN 'video'
        WHEN 'multi-video(story page format)' THEN 'story'
        ELSE CASE WHEN is_image_or_video IS NOT NULL THEN 'other' END
    END AS media_kind,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    arrival,
    accepted_at,
    owner,
    event_id
FROM pin_kept
