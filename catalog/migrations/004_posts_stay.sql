-- Flink tells each sink of a changed post first that the old row goes, then which row comes, and a flush may fall
-- between the two: for that moment the post would be gone, and with it the parts that keep_newer_part keeps.
-- No post ever goes for good, so what the live job's connections want to delete stays; others may delete.
CREATE FUNCTION live.keep_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_post BEFORE DELETE ON live.posts
FOR EACH ROW WHEN (current_setting('application_name') = 'pinflow-live')
EXECUTE FUNCTION live.keep_post();
