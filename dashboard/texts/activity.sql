-- Records of the last hour, by minute of acceptance and stream.
SELECT
    minute,
    stream,
    sum(records) FILTER (WHERE outcome = 'kept') AS kept,
    sum(records) FILTER (WHERE outcome = 'repeat') AS repeat,
    sum(records) FILTER (WHERE outcome = 'rejected') AS rejected
FROM live.activity_by_stream
WHERE minute > now() AT TIME ZONE 'UTC' - interval '1 hour'
GROUP BY minute, stream
ORDER BY minute, stream
