"""Bring dead letters after a change of history: one for each record that `events` calls rejected."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from catalog.names import Outcome
from catalog.replay.identity import Rows

LETTER_COLUMNS = (
    *("kafka_topic", "kafka_partition", "kafka_offset", "accepted_at"),
    *("owner", "event_id", "stream", "reason", "reason_detail"),
)
ADD_LETTERS = f"""
    INSERT INTO live.dead_letters ({", ".join(LETTER_COLUMNS)}) VALUES %s
    ON CONFLICT (kafka_topic, kafka_partition, kafka_offset) DO UPDATE
    SET reason = excluded.reason, reason_detail = excluded.reason_detail"""  # noqa: S608
KEEP_LETTERS = """
    INSERT INTO live.replay_letters
    SELECT kafka_topic, kafka_partition, kafka_offset, state, attempts, retried_partition, retried_offset
    FROM live.dead_letters INNER JOIN (VALUES %s) AS gone (topic, place, number)
    ON kafka_topic = topic AND kafka_partition = place AND kafka_offset = number
    ON CONFLICT DO NOTHING"""
END_LETTERS = """
    DELETE FROM live.dead_letters AS letter USING (VALUES %s) AS gone (topic, place, number)
    WHERE kafka_topic = topic AND kafka_partition = place AND kafka_offset = number"""
RESTORE_LETTERS = """
    WITH kept AS (
        DELETE FROM live.replay_letters AS kept USING live.dead_letters AS letter
        WHERE (kept.kafka_topic, kept.kafka_partition, kept.kafka_offset)
            = (letter.kafka_topic, letter.kafka_partition, letter.kafka_offset)
        RETURNING kept.*
    )
    UPDATE live.dead_letters AS letter SET state = kept.state, attempts = kept.attempts,
        retried_partition = kept.retried_partition, retried_offset = kept.retried_offset
    FROM kept WHERE (kept.kafka_topic, kept.kafka_partition, kept.kafka_offset)
        = (letter.kafka_topic, letter.kafka_partition, letter.kafka_offset)"""
LONGEST = 500
"""Headers longer than this are cut, as `dead_letter` cuts them."""


def bring_letters(at: cursor, events: Rows) -> None:
    """Add and remove letters for rows of `events` as they are now; one that returns is what it had become."""
    rows = events.to_pylist()
    refused = [row for row in rows if row["outcome"] == Outcome.REJECTED]
    accepted = [row for row in rows if row["outcome"] != Outcome.REJECTED]
    if refused:
        values = [tuple(_letter(row)[name] for name in LETTER_COLUMNS) for row in refused]
        execute_values(at, ADD_LETTERS, values)
        at.execute(RESTORE_LETTERS)
    if accepted:
        places = [tuple(row[name] for name in LETTER_COLUMNS[:3]) for row in accepted]
        execute_values(at, KEEP_LETTERS, places)
        execute_values(at, END_LETTERS, places)


def _letter(row: Mapping[str, Any]) -> dict[str, Any]:
    headers = {name: _header(row[name]) for name in ("owner", "event_id")}
    return {**row, **headers, "accepted_at": plain(row["accepted_at"])}


def _header(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST].replace("\0", "\ufffd")


def plain(value: Any) -> Any:
    """Give a moment as the live tables have it: in UTC, without zone."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
