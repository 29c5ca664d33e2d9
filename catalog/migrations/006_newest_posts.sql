-- The newest posts are looked for by the moment of their pin. Rows come nearly in that order, and an index of this kind
-- does not keep Postgres from updating a row in place.
CREATE INDEX posts_by_acceptance ON live.posts USING brin (pin_accepted_at) WITH (pages_per_range = 16, autosummarize = on);
