"""Bring schema live after a change of history: parts of posts, dead letters, counts, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from psycopg2 import sql
from psycopg2.extensions import cursor
from psycopg2.extras import execute_values
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from catalog.accounts.files import Place
from catalog.columns import NAMESPACE
from catalog.contracts import contract
from catalog.names import Outcome, Stream
from catalog.recounts import RECOUNTS, are_left_by_flink, recount
from catalog.replay.identity import Rows, upto

NEWEST = ("accepted_at", "kafka_partition", "kafka_offset")
"""What versions of one number are ordered by."""
COLUMNS: dict[Stream, tuple[str, ...]] = {
    Stream.PIN: (
        *("unique_id", "title", "description", "follower_count", "poster_name", "tag_list"),
        *("is_image_or_video", "image_src", "save_location", "category", "downloaded"),
        *("follower_tier", "media_kind"),
    ),
    Stream.GEO: ("country", "latitude", "longitude", "posted_at", "country_code", "continent", "post_year"),
    Stream.USER: ("user_name", "age", "date_joined", "age_group", "join_year"),
}
"""Columns of each part in `live.posts`, its place aside."""
ALLOW = "SET LOCAL pinflow.replay = 'publishing'"
LOCK = f"LOCK TABLE {', '.join(f'live.{name}' for name in ('posts', *RECOUNTS))} IN SHARE ROW EXCLUSIVE MODE"
"""Readers go on; the live job's writes wait until everything is in place."""
TRIGGERS = {"posts": "drop_corrected_part", **dict.fromkeys(RECOUNTS, "leave_count")}
"""What keeps the live job from writing back what a replay has corrected, by table."""
FORGET = (
    "DELETE FROM live.posts WHERE ind = ANY(%s) AND coalesce(pin_offset, geo_offset, user_offset) IS NULL"
)
MAKE_PART = "CREATE TEMP TABLE {here} ON COMMIT DROP AS SELECT ind, {columns} FROM live.posts LIMIT 0"
UPDATE_PART = """
    UPDATE live.posts AS post
    SET ({columns}) = (SELECT {columns} FROM {here} AS part WHERE part.ind = post.ind)
    WHERE post.ind IN (SELECT ind FROM {here}) AND (post.{offset} IS NULL OR {settled})"""
INSERT_PART = """
    INSERT INTO live.posts (ind, {columns}) SELECT ind, {columns} FROM {here} WHERE {offset} IS NOT NULL
    ON CONFLICT (ind) DO NOTHING"""
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


class Correction(NamedTuple):
    """Say what a replay changes in schema live."""

    replay: str
    numbers: Mapping[Stream, Sequence[int]]
    """Numbers whose newest version may be another one now."""
    places: Sequence[tuple[str, int, int]]
    """Records whose cleaned row is another one now, or none."""
    letters: Rows
    """Rows of `events` whose outcome changed, as they are now."""
    cut: Mapping[Place, int]


def bring_live(at: cursor, lake: Catalog, of: Correction, *, stands: bool) -> None:
    """Show the newest version that history now holds of each number, up to the cut; newer parts stay.

    As long as a correction stands, the live job leaves its records alone. Posts are counted anew.
    """
    at.execute(LOCK)
    at.execute(ALLOW)
    for stream, inds in of.numbers.items():
        if inds:
            table = lake.load_table((NAMESPACE, contract(stream).cleaned_table))
            _bring_part(at, table, stream, inds, of.cut)
    at.execute(FORGET, (sorted({ind for inds in of.numbers.values() for ind in inds}),))
    _bring_letters(at, of.letters)
    _stand(at, of, stands)
    recount(at)


def _stand(at: cursor, of: Correction, stands: bool) -> None:
    at.execute("DELETE FROM live.corrected WHERE replay = %s", (of.replay,))
    if stands and of.places:
        rows = [(*place, of.replay) for place in of.places]
        execute_values(at, "INSERT INTO live.corrected VALUES %s", rows, page_size=1000)
    word = sql.SQL("ENABLE" if are_left_by_flink(at) else "DISABLE")
    for table, trigger in TRIGGERS.items():
        names = sql.Identifier("live", table), word, sql.Identifier(trigger)
        at.execute(sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(*names))


def newest(table: Table, inds: Sequence[int], cut: Mapping[Place, int]) -> Iterator[dict[str, Any]]:
    """Give the newest row of each number, up to the cut."""
    wanted = pa.array(inds, pa.int32())
    parts = [
        upto(found, cut)
        for batch in table.scan().to_arrow_batch_reader()
        if (found := pa.Table.from_batches([batch]).filter(pc.is_in(batch["ind"], value_set=wanted))).num_rows
    ]
    if parts:
        rows = pa.concat_tables(parts).sort_by([(name, "ascending") for name in NEWEST])
        yield from {row["ind"]: row for row in rows.to_pylist()}.values()


def _bring_part(
    at: cursor, table: Table, stream: Stream, inds: Sequence[int], cut: Mapping[Place, int]
) -> None:
    names = [*COLUMNS[stream], *(f"{stream}_{name}" for name in ("partition", "offset", "accepted_at"))]
    found = {row["ind"]: _values(stream, row) for row in newest(table, inds, cut)}
    rows = [(ind, *found.get(ind, (None,) * len(names))) for ind in inds]
    words = {
        "columns": sql.SQL(", ").join(map(sql.Identifier, names)),
        "here": sql.Identifier(f"part_{stream}"),
        "offset": sql.Identifier(f"{stream}_offset"),
        "settled": _settled(stream, cut),
    }
    at.execute(sql.SQL(MAKE_PART).format(**words))
    execute_values(at, sql.SQL("INSERT INTO {here} VALUES %s").format(**words), rows, page_size=1000)
    at.execute(sql.SQL(UPDATE_PART).format(**words))
    at.execute(sql.SQL(INSERT_PART).format(**words))


def _settled(stream: Stream, cut: Mapping[Place, int]) -> sql.Composable:
    """Say which parts lie at or below the cut."""
    names = [sql.Identifier(f"{stream}_{name}") for name in ("partition", "offset")]
    parts = [
        sql.SQL("(post.{} = {} AND post.{} <= {})").format(
            names[0], sql.Literal(partition), names[1], sql.Literal(last)
        )
        for (topic, partition), last in cut.items()
        if topic == stream
    ]
    return sql.SQL(" OR ").join(parts)


def _values(stream: Stream, row: Mapping[str, Any]) -> tuple[Any, ...]:
    latitude, longitude = row.get("coordinates") or (None, None)
    flat = {**row, "latitude": latitude, "longitude": longitude, "posted_at": row.get("timestamp")}
    place = (row["kafka_partition"], row["kafka_offset"], _plain(row["accepted_at"]))
    return (*(_plain(flat[name]) for name in COLUMNS[stream]), *place)


def _bring_letters(at: cursor, events: Rows) -> None:
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
    return {**row, **headers, "accepted_at": _plain(row["accepted_at"])}


def _header(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST].replace("\0", "\ufffd")


def _plain(value: Any) -> Any:
    """Give a moment as the live tables have it: in UTC, without zone."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
