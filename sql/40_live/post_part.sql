-- One row: one kept record as its part of a post, the other two parts null.
-- Key: the part's kafka_partition and kafka_offset.
-- Late rows: one row like every other.
-- Read by: post_newest. A part is one value, so that a null inside a newer version stays null.
{% set pin_type -%}
ROW<
            unique_id STRING, title STRING, description STRING, follower_count INT, poster_name STRING,
            tag_list STRING, is_image_or_video STRING, image_src STRING, save_location STRING, category
            STRING, downloaded INT, follower_tier STRING, media_kind STRING, kafka_partition INT, kafka_offset
            BIGINT, accepted_at TIMESTAMP(3)
        >
{%- endset -%}
{% set geo_type -%}
ROW<
            country STRING, latitude DOUBLE, longitude DOUBLE, posted_at TIMESTAMP(6), country_code STRING,
            continent STRING, post_year INT, kafka_partition INT, kafka_offset BIGINT, accepted_at
            TIMESTAMP(3)
        >
{%- endset -%}
{% set user_type -%}
ROW<
            user_name STRING, age INT, date_joined TIMESTAMP(6), age_group STRING, join_year INT,
            kafka_partition INT, kafka_offset BIGINT, accepted_at TIMESTAMP(3)
        >
{%- endset -%}
SELECT
    ind,
    CAST(
        ROW(
            unique_id, title, description, follower_count, poster_name, tag_list, is_image_or_video,
            image_src, save_location, category, downloaded, follower_tier, media_kind, kafka_partition,
            kafka_offset, CAST(accepted_at AS TIMESTAMP(3))
        ) AS {{ pin_type }}
    ) AS pin_part,
    CAST(
        NULL AS {{ geo_type }}
    ) AS geo_part,
    CAST(
        NULL AS {{ user_type }}
    ) AS user_part
FROM pin_enriched
UNION ALL
SELECT
    ind,
    CAST(
        NULL AS {{ pin_type }}
    ) AS pin_part,
    CAST(
        ROW(
            country, coordinates[1], coordinates[2], `timestamp`, country_code, continent, post_year, kafka_partition,
            kafka_offset, CAST(accepted_at AS TIMESTAMP(3))
        ) AS {{ geo_type }}
    ) AS geo_part,
    CAST(
        NULL AS {{ user_type }}
    ) AS user_part
FROM geo_enriched
UNION ALL
SELECT
    ind,
    CAST(
        NULL AS {{ pin_type }}
    ) AS pin_part,
    CAST(
        NULL AS {{ geo_type }}
    ) AS geo_part,
    CAST(
        ROW(
            user_name, age, date_joined, age_group, join_year, kafka_partition, kafka_offset, CAST(accepted_at
            AS TIMESTAMP(3))
        ) AS {{ user_type }}
    ) AS user_part
FROM user_enriched
