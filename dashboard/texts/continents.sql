-- Places of the last hour, by continent.
SELECT
    rank() OVER (ORDER BY sum(records) DESC) AS place,
    continent,
    count(DISTINCT country) AS countries,
    sum(records) AS records
FROM live.activity_by_country
WHERE minute > now() AT TIME ZONE 'UTC' - interval '1 hour'
GROUP BY continent
ORDER BY place, continent
