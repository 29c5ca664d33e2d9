-- One row per run of upkeep and table of the lake: how its files were before and after. Times are UTC, sizes bytes;
-- the seconds are those that question 4 took, of all tables together.
CREATE TABLE live.upkeep (
    began_at timestamptz,
    table_name text,
    state text NOT NULL CHECK (state IN ('done', 'changed')),
    seconds double precision NOT NULL,
    rows bigint NOT NULL,
    files_before integer NOT NULL,
    files_after integer NOT NULL,
    bytes_before bigint NOT NULL,
    bytes_after bigint NOT NULL,
    manifests_before integer NOT NULL,
    manifests_after integer NOT NULL,
    snapshots_before integer NOT NULL,
    snapshots_after integer NOT NULL,
    question_seconds_before double precision,
    question_seconds_after double precision,
    PRIMARY KEY (began_at, table_name)
);

-- One row per run, table and day of acceptance (UTC) whose rows were hashed: files never change, so what was hashed
-- once holds as long as files_digest names the day's files.
CREATE TABLE live.upkeep_partitions (
    began_at timestamptz,
    table_name text,
    day date,
    rows bigint NOT NULL,
    files_before integer NOT NULL,
    files_after integer NOT NULL,
    bytes_before bigint NOT NULL,
    bytes_after bigint NOT NULL,
    hash_before text NOT NULL,
    hash_after text NOT NULL,
    files_digest text NOT NULL,
    PRIMARY KEY (began_at, table_name, day)
);
CREATE INDEX upkeep_partitions_by_files ON live.upkeep_partitions (table_name, day, files_digest);

-- One row per day (UTC), stream and outcome whose minutes upkeep has removed from live.activity_by_stream.
CREATE TABLE live.activity_by_day (
    day date,
    stream text,
    outcome text,
    records bigint NOT NULL,
    PRIMARY KEY (day, stream, outcome)
);

-- Records counted since the beginning, by stream and outcome. A job that starts anew writes removed minutes again.
CREATE VIEW live.activity_total AS
WITH removed AS (
    SELECT coalesce(max(day) + 1, '-infinity') AS upto FROM live.activity_by_day
), counted AS (
    SELECT stream, outcome, records FROM live.activity_by_day
    UNION ALL
    SELECT stream, outcome, records FROM live.activity_by_stream, removed WHERE minute >= removed.upto
)
SELECT stream, outcome, sum(records)::bigint AS records FROM counted GROUP BY stream, outcome;
