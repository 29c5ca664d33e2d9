-- Where the bytes of a letter were sent again to, in the same topic; whoever sends them writes it, Flink does not.
ALTER TABLE live.dead_letters ADD COLUMN retried_partition integer, ADD COLUMN retried_offset bigint;
CREATE INDEX dead_letters_retried ON live.dead_letters (kafka_topic, retried_partition, retried_offset)
WHERE state = 'retried';

-- A record that was sent again and refused again is a letter of its own: it begins with the attempts made so far.
CREATE FUNCTION live.count_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.attempts := (
        SELECT count(*) FROM live.dead_letters AS earlier
        WHERE earlier.event_id = new.event_id AND earlier.kafka_topic = new.kafka_topic
            AND (earlier.accepted_at, earlier.kafka_partition, earlier.kafka_offset)
              < (new.accepted_at, new.kafka_partition, new.kafka_offset)
    );
    RETURN new;
END
$$;

CREATE TRIGGER count_attempts BEFORE INSERT ON live.dead_letters
FOR EACH ROW WHEN (new.event_id IS NOT NULL) EXECUTE FUNCTION live.count_attempts();

-- Bounds of what is taken as sound; written when the stack comes up.
CREATE TABLE live.limits (
    name text PRIMARY KEY,
    most double precision NOT NULL
);
INSERT INTO live.limits VALUES ('rejected_share', 0.1);

-- One row per stream that had records in the last five minutes (of acceptance): the share of rejected ones, whether
-- that is above the limit (of at least 20 records, so that one among few is no alert), and the commonest reason.
CREATE VIEW live.rejected_shares AS
WITH moment AS (
    SELECT date_trunc('minute', (now() AT TIME ZONE 'UTC') - interval '5 minutes') AS began
),

recent AS (
    SELECT
        activity.stream,
        sum(activity.records) AS records,
        coalesce(sum(activity.records) FILTER (WHERE activity.outcome = 'rejected'), 0) AS rejected
    FROM live.activity_by_stream AS activity, moment
    WHERE activity.minute >= moment.began
    GROUP BY activity.stream
)

SELECT
    recent.stream,
    recent.records::bigint AS records,
    recent.rejected::bigint AS rejected,
    (recent.rejected / recent.records)::double precision AS share,
    limits.most AS limit_share,
    recent.records >= 20 AND recent.rejected > limits.most * recent.records AS is_alert,
    commonest.reason,
    commonest.letters
FROM recent
INNER JOIN live.limits ON limits.name = 'rejected_share'
LEFT JOIN LATERAL (
    SELECT
        letters.reason,
        count(*) AS letters
    FROM live.dead_letters AS letters, moment
    WHERE letters.accepted_at >= moment.began AND coalesce(letters.stream, '') = recent.stream
    GROUP BY letters.reason
    ORDER BY count(*) DESC, letters.reason
    LIMIT 1
) AS commonest ON true;
