-- One row: one kept geo record with country code, continent and year of posting.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: enriched like every other; nothing is joined.
-- Read by: history.geos, post_part, activity_by_country. An unknown spelling of a country stays and is marked XX, unknown.
SELECT
    ind,
    country,
    ARRAY[latitude, longitude] AS coordinates,
    posted_at AS `timestamp`,
    IFNULL(LOOK_UP(country, '{{ countries.country_code }}'), CASE WHEN country IS NOT NULL THEN 'XX' END) AS country_code,
    IFNULL(LOOK_UP(country, '{{ countries.continent }}'), CASE WHEN country IS NOT NULL THEN 'unknown' END) AS continent,
    CAST(EXTRACT(YEAR FROM posted_at) AS INT) AS post_year,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    owner,
    event_id
FROM geo_kept
