-- One row: one country, its posts of all history beside the places that arrived in the last ten minutes.
-- Key: country.
-- Late rows: history lags by a checkpoint, the last minutes by about a second.
-- Read by: analysts.
WITH
of_all_time AS (
    SELECT
        country,
        COUNT(*) AS posts
    FROM lake.history.latest_posts
    WHERE country IS NOT NULL
    GROUP BY country
),

of_late AS (
    SELECT
        country,
        SUM(records) AS records
    FROM live.live.activity_by_country
    WHERE
        country <> ''
        AND "minute" >= CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP(3)) - INTERVAL '10' MINUTE
    GROUP BY country
)

SELECT
    COALESCE(of_all_time.country, of_late.country) AS country,
    COALESCE(of_all_time.posts, 0) AS posts,
    COALESCE(of_late.records, 0) AS records_of_ten_minutes
FROM of_all_time
FULL OUTER JOIN of_late ON of_all_time.country = of_late.country
ORDER BY records_of_ten_minutes DESC, posts DESC, country ASC
