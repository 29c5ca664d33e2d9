-- One row: one geo record with what is known of its country, as code|continent.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: geo_cleaned. Looked up before the count, so once; a map is searched for every row, so each holds a quarter.
SELECT
    *,
    CASE
        {%- for few in countries | batch(64) %}
        WHEN {% if loop.last %}country IS NOT NULL{% else %}country <= '{{ few[-1][0] }}'{% endif %} THEN
            MAP['', CAST(NULL AS STRING){% for country, code, continent in few %}, '{{ country }}', '{{ code }}|{{ continent }}'{% endfor %}][country]
        {%- endfor %}
    END AS place
FROM geo_read
