-- Counts over complete posts, the newest version of each part; Flink keeps them current and takes old contributions back.
CREATE TABLE live.count_by_country_category (
    country text,
    category text,
    posts bigint NOT NULL,
    PRIMARY KEY (country, category)
) WITH (fillfactor = 70);

CREATE TABLE live.count_by_post_year_category (
    post_year integer,
    category text,
    posts bigint NOT NULL,
    PRIMARY KEY (post_year, category)
) WITH (fillfactor = 70);

CREATE TABLE live.count_by_age_group_category (
    age_group text,
    category text,
    posts bigint NOT NULL,
    PRIMARY KEY (age_group, category)
) WITH (fillfactor = 70);

-- The histogram that medians are taken from; age_group is '' for those that have none.
CREATE TABLE live.count_by_age_group_join_year_followers (
    age_group text,
    join_year integer,
    follower_count integer,
    posts bigint NOT NULL,
    PRIMARY KEY (age_group, join_year, follower_count)
) WITH (fillfactor = 70);

CREATE TABLE live.count_by_join_year (
    join_year integer PRIMARY KEY,
    users bigint NOT NULL,
    people bigint NOT NULL,
    posts bigint NOT NULL
) WITH (fillfactor = 70);

-- The posters with most followers of each country, every leader of a tie.
CREATE TABLE live.best_poster_by_country (
    country text,
    poster_name text,
    follower_count integer,
    posts bigint NOT NULL,
    PRIMARY KEY (country, poster_name, follower_count)
);

-- One row per minute of acceptance (UTC) and category of kept pins; a missing category is ''. Followers are those reached.
CREATE TABLE live.activity_by_category (
    minute timestamp(3),
    category text,
    records bigint NOT NULL,
    followers bigint NOT NULL,
    PRIMARY KEY (minute, category)
);

-- One row per minute of acceptance (UTC) and country of kept geo records; a missing country is ''.
CREATE TABLE live.activity_by_country (
    minute timestamp(3),
    country text,
    country_code text NOT NULL,
    continent text NOT NULL,
    records bigint NOT NULL,
    PRIMARY KEY (minute, country)
);

-- One row per rejected record. Flink never writes state and attempts.
CREATE TABLE live.dead_letters (
    kafka_topic text,
    kafka_partition integer,
    kafka_offset bigint,
    accepted_at timestamp(3) NOT NULL,
    owner text,
    event_id text,
    stream text,
    reason text NOT NULL,
    reason_detail text,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried', 'resolved', 'waived')),
    attempts integer NOT NULL DEFAULT 0,
    PRIMARY KEY (kafka_topic, kafka_partition, kafka_offset)
);
CREATE INDEX dead_letters_by_reason ON live.dead_letters (reason, accepted_at);
CREATE INDEX dead_letters_by_event_id ON live.dead_letters (event_id);

-- The accounts as they were last computed, one row a partition; checked_at is UTC.
CREATE TABLE live.accounts (
    kafka_topic text,
    kafka_partition integer,
    checked_at timestamptz NOT NULL,
    accepted bigint NOT NULL,
    kept bigint NOT NULL,
    repeat bigint NOT NULL,
    rejected bigint NOT NULL,
    pending bigint NOT NULL,
    missing bigint NOT NULL,
    doubled bigint NOT NULL,
    unequal bigint NOT NULL,
    PRIMARY KEY (kafka_topic, kafka_partition)
);

-- How long records took from acceptance until they could be read: records a minute of acceptance (UTC), stage, stream and
-- bucket, which ends at at_most_seconds ('infinity' for the last).
CREATE TABLE live.freshness (
    minute timestamptz,
    stage text CHECK (stage IN ('live', 'history')),
    stream text,
    at_most_seconds double precision,
    records bigint NOT NULL,
    PRIMARY KEY (minute, stage, stream, at_most_seconds)
);
