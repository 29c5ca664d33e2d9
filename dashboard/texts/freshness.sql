-- How long the records of the last hour took until they could be read, against the objective.
SELECT
    stage,
    stream,
    records,
    p50_seconds,
    p99_seconds,
    objective_seconds,
    share_within,
    met,
    waiting,
    overdue,
    oldest_waiting_seconds
FROM live.freshness_now
ORDER BY stage DESC, stream
