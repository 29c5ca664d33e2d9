-- What is not visible yet, one row a stage and stream: the objective, how many records wait, how many of them longer
-- than the objective allows, and the age of the oldest. The observer writes it anew every few seconds.
CREATE TABLE live.freshness_waiting (
    stage text CHECK (stage IN ('live', 'history')),
    stream text,
    objective_seconds double precision NOT NULL,
    records bigint NOT NULL,
    overdue bigint NOT NULL,
    oldest_seconds double precision,
    measured_at timestamptz NOT NULL,
    PRIMARY KEY (stage, stream)
) WITH (fillfactor = 50);

-- Freshness of the records accepted in the last hour, one row a stage and stream. Percentiles are rounded up to the end
-- of their bucket, null beyond the last. A waiting record that is overdue counts as not within the objective. met is
-- null when nothing was measured, or nobody has measured for a minute.
CREATE VIEW live.freshness_now AS
WITH counted AS (
    SELECT
        stage,
        stream,
        at_most_seconds,
        sum(records) AS records,
        sum(sum(records)) OVER (PARTITION BY stage, stream ORDER BY at_most_seconds) AS reached,
        sum(sum(records)) OVER (PARTITION BY stage, stream) AS total
    FROM live.freshness
    WHERE minute > now() - interval '1 hour'
    GROUP BY stage, stream, at_most_seconds
), measured AS (
    SELECT
        waiting.*,
        coalesce(sum(counted.records), 0) AS visible,
        min(at_most_seconds) FILTER (WHERE reached >= 0.5 * total) AS p50,
        min(at_most_seconds) FILTER (WHERE reached >= 0.99 * total) AS p99,
        coalesce(sum(counted.records) FILTER (WHERE at_most_seconds <= objective_seconds), 0)
        / nullif(coalesce(sum(counted.records), 0) + overdue, 0) AS share_within
    FROM live.freshness_waiting AS waiting
    LEFT JOIN counted USING (stage, stream)
    GROUP BY waiting.stage, waiting.stream
)
SELECT
    stage,
    stream,
    visible::bigint AS records,
    nullif(p50, 'infinity') AS p50_seconds,
    nullif(p99, 'infinity') AS p99_seconds,
    objective_seconds,
    round(share_within, 5)::double precision AS share_within,
    CASE WHEN measured_at > now() - interval '1 minute' THEN share_within >= 0.99 END AS met,
    records AS waiting,
    overdue,
    oldest_seconds AS oldest_waiting_seconds,
    measured_at
FROM measured;
