-- One row: how many places of one country were kept in one minute of acceptance (UTC).
-- Key: minute, country ('' when unknown).
-- Late rows: counted in the minute in which they were accepted.
-- Read by: live.activity_by_country. A country has one code and one continent; MAX gives them.
{% from 'key_text.sql' import key_text %}
SELECT
    FLOOR(CAST(accepted_at AS TIMESTAMP(3)) TO MINUTE) AS `minute`,
    IFNULL({{ key_text('country') }}, '') AS country,
    MAX(IFNULL(country_code, '')) AS country_code,
    MAX(IFNULL(continent, '')) AS continent,
    COUNT(*) AS records
FROM geo_enriched
GROUP BY FLOOR(CAST(accepted_at AS TIMESTAMP(3)) TO MINUTE), IFNULL({{ key_text('country') }}, '')
