-- Records counted since the beginning, by stream and outcome.
SELECT
    stream,
    outcome,
    records
FROM live.activity_total
ORDER BY stream, outcome
