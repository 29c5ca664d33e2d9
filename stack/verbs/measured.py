"""What was measured and computed, as `status` shows it; what is not there is unknown, not an error."""

from typing import Any

import psycopg2

from catalog.dead_letters.alerts import rejected_shares
from catalog.freshness import COLUMNS, freshness
from catalog.names import UNREADABLE_TOPIC, Stage, Stream
from catalog.postgres import connect
from catalog.settings import Postgres

STATES = {True: "met", False: "missed", None: "unknown"}
ALERTS = {True: "ALERT", False: "sound", None: "unknown"}
SHOWN = ("records", "p50_seconds", "p99_seconds", "objective_seconds", "overdue", "oldest_waiting_seconds")
COUNTS = ("accepted", "kept", "repeat", "rejected", "pending", "missing", "doubled", "unequal")
ACCOUNTS = f"SELECT {', '.join(f'sum({name})' for name in COUNTS)}, min(checked_at) FROM live.accounts"  # noqa: S608

Rows = dict[str, dict[str, Any]]


def freshness_by_stream(postgres: Postgres) -> Rows:
    """Give freshness by stage and stream, as `live.pin`, with its state against the objective."""
    try:
        rows = freshness(postgres)
    except psycopg2.Error:
        nothing = dict.fromkeys(COLUMNS)
        rows = [{"stage": stage, "stream": stream, **nothing} for stage in Stage for stream in Stream]
    return {f"{row['stage']}.{row['stream']}": _shown(row) for row in rows}


def accounts_last_closed(postgres: Postgres) -> Rows:
    """Give the accounts that were last written down, over all topics."""
    try:
        with connect(postgres) as connection, connection.cursor() as cursor:
            cursor.execute(ACCOUNTS)
            *counts, checked = cursor.fetchone() or (None,) * (len(COUNTS) + 1)
    except psycopg2.Error:
        counts, checked = [None] * len(COUNTS), None
    named = {name: None if count is None else int(count) for name, count in zip(COUNTS, counts, strict=True)}
    faults = [named["missing"], named["doubled"], named["unequal"]]
    state = "unknown" if None in faults else "not closed" if any(faults) else "closed"
    return {"all": {"state": state, **named, "checked_at": checked and checked.isoformat()}}


def rejected_by_stream(postgres: Postgres) -> Rows:
    """Give the share of rejected records of the last five minutes by stream, with the commonest reason."""
    try:
        rows = rejected_shares(postgres)
    except psycopg2.Error:
        rows = [{"stream": stream, "is_alert": None} for stream in Stream]
    return {
        row["stream"] or UNREADABLE_TOPIC: {
            "state": ALERTS[row["is_alert"]],
            **{name: row.get(name) for name in ("records", "rejected", "share", "limit_share", "reason")},
        }
        for row in rows
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {"state": STATES[row["met"]], **{name: row[name] for name in SHOWN}}
