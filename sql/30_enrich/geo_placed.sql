-- One row: one kept geo record with what is known of its country, as code|continent.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: geo_enriched. A map is made for every row, so each holds a few neighbours of the alphabet, written as one text.
SELECT
    *,
    CASE
        {%- for few in countries | batch(12) %}
        WHEN {% if loop.last %}country IS NOT NULL{% else %}country <= '{{ few[-1][0] }}'{% endif %} THEN
            STR_TO_MAP('{% for country, code, continent in few %}{{ country }}={{ code }}|{{ continent }}{% if not loop.last %};{% endif %}{% endfor %}', ';', '=')[country]
        {%- endfor %}
    END AS place
FROM geo_kept
