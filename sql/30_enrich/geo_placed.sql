-- One row: one kept geo record with what is known of its country, as code|continent.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: geo_enriched.
SELECT
    *,
    MAP['', CAST(NULL AS STRING){% for country, code, continent in countries %}, '{{ country }}', '{{ code }}|{{ continent }}'{% endfor %}][country] AS place
FROM geo_kept
