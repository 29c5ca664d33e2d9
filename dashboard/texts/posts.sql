-- How many posts there are, and how many of them are complete.
SELECT
    count(*) AS posts,
    count(*) FILTER (WHERE is_complete) AS complete
FROM live.posts
