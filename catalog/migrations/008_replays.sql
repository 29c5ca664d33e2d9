-- One row per replay: what was planned, how far it is, what it would change or has changed. Times are UTC.
CREATE TABLE live.replays (
    id text PRIMARY KEY CHECK (id ~ '^[0-9]{8}_[0-9]{6}_[a-z0-9]{4}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'planned' CHECK (
        state IN ('planned', 'running', 'ran', 'publishing', 'published', 'undoing', 'undone', 'discarded', 'failed')
    ),
    changed_at timestamptz NOT NULL DEFAULT now(),
    plan jsonb NOT NULL,
    diff jsonb,
    diff_at timestamptz,
    published_at timestamptz,
    note text
);

-- A replay that is published may put an older version of a part in place of a newer one that the rules refuse now.
DROP TRIGGER keep_newer_part ON live.posts;
CREATE TRIGGER keep_newer_part BEFORE UPDATE ON live.posts
FOR EACH ROW WHEN (current_setting('pinflow.replay', true) IS DISTINCT FROM 'publishing')
EXECUTE FUNCTION live.keep_newer_part();

-- What had become of the dead letters of records that a published replay accepts; undoing brings it back.
CREATE TABLE live.replay_letters (
    kafka_topic text,
    kafka_partition integer,
    kafka_offset bigint,
    state text NOT NULL,
    attempts integer NOT NULL,
    retried_partition integer,
    retried_offset bigint,
    PRIMARY KEY (kafka_topic, kafka_partition, kafka_offset)
);

-- Records whose rows a published replay has changed. The live job still holds what they were when it read them, so that
-- what it writes of them is left out; while there are any, it writes no counts either: the keeper takes those from posts.
CREATE TABLE live.corrected (
    kafka_topic text,
    kafka_partition integer,
    kafka_offset bigint,
    replay text REFERENCES live.replays (id),
    PRIMARY KEY (kafka_topic, kafka_partition, kafka_offset, replay)
);

CREATE FUNCTION live.is_corrected(topic text, place integer, number bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM live.corrected AS c
        WHERE c.kafka_topic = topic AND c.kafka_partition = place AND c.kafka_offset = number
    )
$$;

CREATE FUNCTION live.drop_corrected_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.pin_offset IS NOT NULL AND live.is_corrected('pin', new.pin_partition, new.pin_offset) THEN
        new.unique_id := NULL;
        new.title := NULL;
        new.description := NULL;
        new.follower_count := NULL;
        new.poster_name := NULL;
        new.tag_list := NULL;
        new.is_image_or_video := NULL;
        new.image_src := NULL;
        new.save_location := NULL;
        new.category := NULL;
        new.downloaded := NULL;
        new.follower_tier := NULL;
        new.media_kind := NULL;
        new.pin_partition := NULL;
        new.pin_offset := NULL;
        new.pin_accepted_at := NULL;
    END IF;
    IF new.geo_offset IS NOT NULL AND live.is_corrected('geo', new.geo_partition, new.geo_offset) THEN
        new.country := NULL;
        new.latitude := NULL;
        new.longitude := NULL;
        new.posted_at := NULL;
        new.country_code := NULL;
        new.continent := NULL;
        new.post_year := NULL;
        new.geo_partition := NULL;
        new.geo_offset := NULL;
        new.geo_accepted_at := NULL;
    END IF;
    IF new.user_offset IS NOT NULL AND live.is_corrected('user', new.user_partition, new.user_offset) THEN
        new.user_name := NULL;
        new.age := NULL;
        new.date_joined := NULL;
        new.age_group := NULL;
        new.join_year := NULL;
        new.user_partition := NULL;
        new.user_offset := NULL;
        new.user_accepted_at := NULL;
    END IF;
    IF tg_op = 'INSERT' AND coalesce(new.pin_offset, new.geo_offset, new.user_offset) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN new;
END
$$;

CREATE FUNCTION live.leave_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NULL;
END
$$;

-- Triggers of one event fire in the order of their names: this one before keep_newer_part.
CREATE TRIGGER drop_corrected_part BEFORE INSERT OR UPDATE ON live.posts
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live')
EXECUTE FUNCTION live.drop_corrected_part();
ALTER TABLE live.posts DISABLE TRIGGER drop_corrected_part;

CREATE TRIGGER leave_count BEFORE INSERT OR UPDATE OR DELETE ON live.count_by_country_category
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live') EXECUTE FUNCTION live.leave_count();
ALTER TABLE live.count_by_country_category DISABLE TRIGGER leave_count;

CREATE TRIGGER leave_count BEFORE INSERT OR UPDATE OR DELETE ON live.count_by_post_year_category
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live') EXECUTE FUNCTION live.leave_count();
ALTER TABLE live.count_by_post_year_category DISABLE TRIGGER leave_count;

CREATE TRIGGER leave_count BEFORE INSERT OR UPDATE OR DELETE ON live.count_by_age_group_category
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live') EXECUTE FUNCTION live.leave_count();
ALTER TABLE live.count_by_age_group_category DISABLE TRIGGER leave_count;

CREATE TRIGGER leave_count BEFORE INSERT OR UPDATE OR DELETE ON live.count_by_age_group_join_year_followers
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live') EXECUTE FUNCTION live.leave_count();
ALTER TABLE live.count_by_age_group_join_year_followers DISABLE TRIGGER leave_count;

CREATE TRIGGER leave_count BEFORE INSERT OR UPDATE OR DELETE ON live.count_by_join_year
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live') EXECUTE FUNCTION live.leave_count();
ALTER TABLE live.count_by_join_year DISABLE TRIGGER leave_count;

CREATE TRIGGER leave_count BEFORE INSERT OR UPDATE OR DELETE ON live.best_poster_by_country
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live') EXECUTE FUNCTION live.leave_count();
ALTER TABLE live.best_poster_by_country DISABLE TRIGGER leave_count;
