-- Ranges of a megabyte: with smaller ones, more were asked for between two looks of autovacuum than it takes note of,
-- and each that it did not was logged with a statement of 80 KB.
ALTER INDEX live.posts_by_acceptance SET (pages_per_range = 128);
REINDEX INDEX live.posts_by_acceptance;
