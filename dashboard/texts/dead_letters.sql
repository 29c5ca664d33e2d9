-- Rejected records by reason, with the newest three of each.
SELECT
    counted.reason,
    counted.records,
    counted.open_records,
    counted.newest_at,
    samples.samples
FROM (
    SELECT
        reason,
        count(*) AS records,
        count(*) FILTER (WHERE state = 'open') AS open_records,
        max(accepted_at) AS newest_at
    FROM live.dead_letters
    GROUP BY reason
) AS counted
CROSS JOIN LATERAL (
    SELECT jsonb_agg(
        jsonb_build_object(
            'topic', kafka_topic, 'partition', kafka_partition, 'offset', kafka_offset, 'stream', stream,
            'owner', left(owner, 100), 'detail', left(reason_detail, 300)
        )
    ) AS samples
    FROM (
        SELECT *
        FROM live.dead_letters AS letters
        WHERE letters.reason = counted.reason
        ORDER BY accepted_at DESC
        LIMIT 3
    ) AS newest
) AS samples
ORDER BY counted.records DESC, counted.reason
