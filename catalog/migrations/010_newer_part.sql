-- Nearly every row comes with parts no older than those that are there: that is asked before the function is called,
-- because calling it for each cost Postgres a seventh of its work.
DROP TRIGGER keep_newer_part ON live.posts;
CREATE TRIGGER keep_newer_part BEFORE UPDATE ON live.posts
FOR EACH ROW WHEN (
    current_setting('pinflow.replay', true) IS DISTINCT FROM 'publishing'
    AND (
        old.pin_offset IS NOT NULL AND (new.pin_offset IS NULL
            OR (old.pin_accepted_at, old.pin_partition, old.pin_offset)
             > (new.pin_accepted_at, new.pin_partition, new.pin_offset))
        OR old.geo_offset IS NOT NULL AND (new.geo_offset IS NULL
            OR (old.geo_accepted_at, old.geo_partition, old.geo_offset)
             > (new.geo_accepted_at, new.geo_partition, new.geo_offset))
        OR old.user_offset IS NOT NULL AND (new.user_offset IS NULL
            OR (old.user_accepted_at, old.user_partition, old.user_offset)
             > (new.user_accepted_at, new.user_partition, new.user_offset))
    )
)
EXECUTE FUNCTION live.keep_newer_part();
