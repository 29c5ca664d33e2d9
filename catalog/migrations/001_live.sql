-- One row per post: the newest version of each part side by side, null where a partner has not arrived.
CREATE TABLE live.posts (
    ind integer PRIMARY KEY,
    unique_id text,
    title text,
    description text,
    follower_count integer,
    poster_name text,
    tag_list text,
    is_image_or_video text,
    image_src text,
    save_location text,
    category text,
    downloaded integer,
    follower_tier text,
    media_kind text,
    pin_partition integer,
    pin_offset bigint,
    pin_accepted_at timestamp(3),
    country text,
    latitude double precision,
    longitude double precision,
    posted_at timestamp(6),
    country_code text,
    continent text,
    post_year integer,
    geo_partition integer,
    geo_offset bigint,
    geo_accepted_at timestamp(3),
    user_name text,
    age integer,
    date_joined timestamp(6),
    age_group text,
    join_year integer,
    user_partition integer,
    user_offset bigint,
    user_accepted_at timestamp(3),
    is_complete boolean GENERATED ALWAYS AS (
        pin_offset IS NOT NULL AND geo_offset IS NOT NULL AND user_offset IS NOT NULL
    ) STORED
) WITH (fillfactor = 70);

-- The JDBC upsert overwrites without asking. After a restart it writes older states again, and a replay
-- may write beside the running job: per part the newer side stays, and nothing never replaces something.
CREATE FUNCTION live.keep_newer_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.pin_offset IS NOT NULL AND (new.pin_offset IS NULL
        OR (old.pin_accepted_at, old.pin_partition, old.pin_offset)
         > (new.pin_accepted_at, new.pin_partition, new.pin_offset)) THEN
        new.unique_id := old.unique_id;
        new.title := old.title;
        new.description := old.description;
        new.follower_count := old.follower_count;
        new.poster_name := old.poster_name;
        new.tag_list := old.tag_list;
        new.is_image_or_video := old.is_image_or_video;
        new.image_src := old.image_src;
        new.save_location := old.save_location;
        new.category := old.category;
        new.downloaded := old.downloaded;
        new.follower_tier := old.follower_tier;
        new.media_kind := old.media_kind;
        new.pin_partition := old.pin_partition;
        new.pin_offset := old.pin_offset;
        new.pin_accepted_at := old.pin_accepted_at;
    END IF;
    IF old.geo_offset IS NOT NULL AND (new.geo_offset IS NULL
        OR (old.geo_accepted_at, old.geo_partition, old.geo_offset)
         > (new.geo_accepted_at, new.geo_partition, new.geo_offset)) THEN
        new.country := old.country;
        new.latitude := old.latitude;
        new.longitude := old.longitude;
        new.posted_at := old.posted_at;
        new.country_code := old.country_code;
        new.continent := old.continent;
        new.post_year := old.post_year;
        new.geo_partition := old.geo_partition;
        new.geo_offset := old.geo_offset;
        new.geo_accepted_at := old.geo_accepted_at;
    END IF;
    IF old.user_offset IS NOT NULL AND (new.user_offset IS NULL
        OR (old.user_accepted_at, old.user_partition, old.user_offset)
         > (new.user_accepted_at, new.user_partition, new.user_offset)) THEN
        new.user_name := old.user_name;
        new.age := old.age;
        new.date_joined := old.date_joined;
        new.age_group := old.age_group;
        new.join_year := old.join_year;
        new.user_partition := old.user_partition;
        new.user_offset := old.user_offset;
        new.user_accepted_at := old.user_accepted_at;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER keep_newer_part BEFORE UPDATE ON live.posts
FOR EACH ROW EXECUTE FUNCTION live.keep_newer_part();

-- One row per minute of acceptance (UTC), stream and outcome.
CREATE TABLE live.activity_by_stream (
    minute timestamp(3),
    stream text,
    outcome text,
    records bigint NOT NULL,
    PRIMARY KEY (minute, stream, outcome)
);
