-- The share of rejected records over the last five minutes, and whether it is an alert.
SELECT
    stream,
    records,
    rejected,
    share,
    limit_share,
    is_alert,
    reason
FROM live.rejected_shares
ORDER BY is_alert DESC, stream
