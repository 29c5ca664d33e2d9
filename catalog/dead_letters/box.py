"""Read and write `live.dead_letters`: Flink writes what was refused, this module what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from psycopg2 import sql
from psycopg2.extensions import connection
from psycopg2.extras import RealDictCursor, execute_values

from catalog.dead_letters.ids import LetterId
from catalog.names import Reason


class State(StrEnum):
    """Say where a letter is in its life."""

    OPEN = "open"
    RETRIED = "retried"
    RESOLVED = "resolved"
    WAIVED = "waived"


class Group(StrEnum):
    """Name what letters are counted by."""

    REASON = "reason"
    OWNER = "owner"
    STREAM = "stream"


class Choice(NamedTuple):
    """Choose letters: each thing that is given must hold."""

    id: LetterId | None = None
    reason: Reason | None = None
    owner: str | None = None
    stream: str | None = None
    state: State | None = None

    def condition(self) -> tuple[sql.Composable, list[Any]]:
        """Give the choice as a condition of SQL, and its values."""
        wanted: dict[str, Any] = {
            name: getattr(self, name) for name in ("reason", "owner", "stream", "state")
        }
        if self.id:
            wanted |= dict(zip(("kafka_topic", "kafka_partition", "kafka_offset"), self.id, strict=True))
        given = {name: value for name, value in wanted.items() if value is not None}
        parts = [sql.SQL("letter.{} = %s").format(sql.Identifier(name)) for name in given]
        return sql.SQL(" AND ").join([sql.SQL("true"), *parts]), [_plain(value) for value in given.values()]


class Sent(NamedTuple):
    """Say where the bytes of a letter were sent again to."""

    id: LetterId
    partition: int
    offset: int


def counts(opened: connection, choice: Choice, by: Group) -> list[dict[str, Any]]:
    """Count letters by a column and their state, most of them first."""
    condition, values = choice.condition()
    states = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE letter.state = {}) AS {}").format(
            sql.Literal(str(state)), sql.Identifier(state)
        )
        for state in State
    )
    query = sql.SQL(
        "SELECT letter.{by}, count(*) AS letters, {states}, min(letter.accepted_at) AS oldest,"
        " max(letter.accepted_at) AS newest FROM live.dead_letters AS letter WHERE {condition}"
        " GROUP BY letter.{by} ORDER BY letters DESC, letter.{by}"
    ).format(by=sql.Identifier(by), states=states, condition=condition)
    return _rows(opened, query, values)


def letters(opened: connection, choice: Choice, limit: int | None = None) -> list[dict[str, Any]]:
    """Give letters, the newest first."""
    condition, values = choice.condition()
    query = sql.SQL(
        "SELECT * FROM live.dead_letters AS letter WHERE {}"
        " ORDER BY accepted_at DESC, kafka_topic, kafka_partition, kafka_offset DESC LIMIT %s"
    ).format(condition)
    return _rows(opened, query, [*values, limit])


def claim(opened: connection, ids: Sequence[LetterId]) -> list[LetterId]:
    """Lock those of some letters that are still open until the transaction ends, and name them."""
    found = _values(
        opened,
        "SELECT kafka_topic, kafka_partition, kafka_offset FROM live.dead_letters AS letter"
        " INNER JOIN (VALUES %s) AS chosen (topic, place, number) ON kafka_topic = topic"
        " AND kafka_partition = place AND kafka_offset = number WHERE state = 'open' FOR UPDATE OF letter",
        ids,
    )
    return [LetterId(*row) for row in found]


def mark_retried(opened: connection, sent: Sequence[Sent]) -> None:
    """Write down where letters were sent again to."""
    _values(
        opened,
        "UPDATE live.dead_letters SET state = 'retried', attempts = attempts + 1,"
        " retried_partition = new_partition, retried_offset = new_offset"
        " FROM (VALUES %s) AS sent (topic, place, number, new_partition, new_offset)"
        " WHERE kafka_topic = topic AND kafka_partition = place AND kafka_offset = number RETURNING 1",
        [(*each.id, each.partition, each.offset) for each in sent],
    )


def undecided(opened: connection) -> list[Sent]:
    """Give the letters that were sent again and are not known to be kept or refused yet."""
    rows = _rows(
        opened,
        sql.SQL(
            "SELECT kafka_topic, kafka_partition, kafka_offset, retried_partition, retried_offset"
            " FROM live.dead_letters AS letter WHERE state = 'retried' AND NOT EXISTS ("
            " SELECT 1 FROM live.dead_letters AS again WHERE again.kafka_topic = letter.kafka_topic"
            " AND again.kafka_partition = letter.retried_partition"
            " AND again.kafka_offset = letter.retried_offset)"
        ),
        [],
    )
    return [Sent(LetterId(*list(row.values())[:3]), *list(row.values())[3:]) for row in rows]


def resolve(opened: connection, ids: Sequence[LetterId]) -> int:
    """Call letters resolved, with every earlier letter of the same event; count them."""
    return len(
        _values(
            opened,
            "UPDATE live.dead_letters AS letter SET state = 'resolved' FROM live.dead_letters AS kept"
            " INNER JOIN (VALUES %s) AS chosen (topic, place, number) ON kept.kafka_topic = topic"
            " AND kept.kafka_partition = place AND kept.kafka_offset = number"
            " WHERE letter.kafka_topic = kept.kafka_topic AND letter.state = 'retried'"
            " AND ((letter.kafka_partition, letter.kafka_offset) = (kept.kafka_partition, kept.kafka_offset)"
            " OR letter.event_id = kept.event_id) RETURNING 1",
            ids,
        )
    )


def waive(opened: connection, choice: Choice) -> int:
    """Call open letters waived, and the earlier ones of the same events; count them."""
    condition, values = choice._replace(state=State.OPEN).condition()
    query = sql.SQL(
        "WITH waived AS (UPDATE live.dead_letters AS letter SET state = 'waived' WHERE {}"
        " RETURNING kafka_topic, event_id), earlier AS ("
        "UPDATE live.dead_letters AS letter SET state = 'waived' FROM waived"
        " WHERE letter.kafka_topic = waived.kafka_topic AND letter.event_id = waived.event_id"
        " AND letter.state = 'retried' RETURNING 1) SELECT count(*) AS letters FROM waived"
    ).format(condition)
    (row,) = _rows(opened, query, values)
    return int(row["letters"])


def _rows(opened: connection, query: sql.Composable, values: Iterable[Any]) -> list[dict[str, Any]]:
    with opened.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(query, list(values))
        return [dict(row) for row in cursor.fetchall()]


def _values(opened: connection, query: str, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    with opened.cursor() as cursor:
        return list(execute_values(cursor, query, [tuple(row) for row in rows], fetch=True))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, StrEnum) else value


def letter_id(row: Mapping[str, Any]) -> LetterId:
    """Name the letter of a row."""
    return LetterId(row["kafka_topic"], row["kafka_partition"], row["kafka_offset"])
