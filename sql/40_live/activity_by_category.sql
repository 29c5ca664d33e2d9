-- One row: how many pins of one category were kept in one minute of acceptance (UTC), and the followers reached.
-- Key: minute, category ('' when unknown).
-- Late rows: counted in the minute in which they were accepted.
-- Read by: live.activity_by_category.
{% from 'key_text.sql' import key_text %}
SELECT
    FLOOR(CAST(accepted_at AS TIMESTAMP(3)) TO MINUTE) AS `minute`,
    IFNULL({{ key_text('category') }}, '') AS category,
    COUNT(*) AS records,
    SUM(CAST(IFNULL(follower_count, 0) AS BIGINT)) AS followers
FROM pin_kept
GROUP BY FLOOR(CAST(accepted_at AS TIMESTAMP(3)) TO MINUTE), IFNULL({{ key_text('category') }}, '')
