-- Records counted since the beginning, by stream and outcome.
SELECT
    stream,
    outcome,
    sum(records) AS records
FROM live.activity_by_stream
GROUP BY stream, outcome
ORDER BY stream, outcome
