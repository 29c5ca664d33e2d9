"""Bring schema live after a change of history: parts of posts and counts, in one transaction with letters."""

from collections.abc import Iterator, Mapping, Sequence
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
from catalog.names import Stream
from catalog.recounts import RECOUNTS, are_left_by_flink, recount
from catalog.replay.identity import Rows, upto
from catalog.replay.letters import bring_letters, plain

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
    SET ({columns}) = ROW({values}) FROM {here} AS part
    WHERE post.ind = part.ind AND (post.{offset} IS NULL OR {settled})"""
INSERT_PART = """
    INSERT INTO live.posts (ind, {columns}) SELECT ind, {columns} FROM {here} WHERE {offset} IS NOT NULL
    ON CONFLICT (ind) DO NOTHING"""


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
    parts = {stream: _parts(lake, stream, inds, of.cut) for stream, inds in of.numbers.items() if inds}
    at.execute(LOCK)
    at.execute(ALLOW)
    for stream, rows in parts.items():
        _bring_parts(at, stream, rows, of.cut)
    at.execute(FORGET, (sorted({ind for inds in of.numbers.values() for ind in inds}),))
    bring_letters(at, of.letters)
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


def _names(stream: Stream) -> list[str]:
    return [*COLUMNS[stream], *(f"{stream}_{name}" for name in ("partition", "offset", "accepted_at"))]


def _parts(
    lake: Catalog, stream: Stream, inds: Sequence[int], cut: Mapping[Place, int]
) -> list[tuple[Any, ...]]:
    """Give each number with the columns of its part, all null when no version is left."""
    table = lake.load_table((NAMESPACE, contract(stream).cleaned_table))
    found = {row["ind"]: _values(stream, row) for row in newest(table, inds, cut)}
    nothing = (None,) * len(_names(stream))
    return [(ind, *found.get(ind, nothing)) for ind in inds]


def _bring_parts(
    at: cursor, stream: Stream, rows: Sequence[tuple[Any, ...]], cut: Mapping[Place, int]
) -> None:
    names = _names(stream)
    words = {
        "columns": sql.SQL(", ").join(map(sql.Identifier, names)),
        "values": sql.SQL(", ").join(sql.Identifier("part", name) for name in names),
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
    place = (row["kafka_partition"], row["kafka_offset"], plain(row["accepted_at"]))
    return (*(plain(flat[name]) for name in COLUMNS[stream]), *place)
