-- One row: how many records of one stream had one outcome in one minute of acceptance (UTC).
-- Key: minute, stream, outcome.
-- Late rows: counted in the minute in which they were accepted.
-- Read by: live.activity_by_stream.
SELECT
    FLOOR(CAST(accepted_at AS TIMESTAMP(3)) TO MINUTE) AS `minute`,
    COALESCE(`stream`, '') AS `stream`,
    outcome,
    COUNT(*) AS records
FROM event
GROUP BY FLOOR(CAST(accepted_at AS TIMESTAMP(3)) TO MINUTE), COALESCE(`stream`, ''), outcome
