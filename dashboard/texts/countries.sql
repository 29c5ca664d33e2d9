-- Places of the last hour, by country.
SELECT
    rank() OVER (ORDER BY sum(records) DESC) AS place,
    country,
    max(country_code) AS country_code,
    max(continent) AS continent,
    sum(records) AS records
FROM live.activity_by_country
WHERE minute > now() AT TIME ZONE 'UTC' - interval '1 hour'
GROUP BY country
ORDER BY place, country
LIMIT 250
