"""Replays and their states, kept in `live.replays`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from psycopg2.extensions import connection
from psycopg2.extras import Json

from catalog.errors import SetupError
from catalog.replay.plans import Plan

COLUMNS = "id, created_at, state, changed_at, plan, diff, diff_at, published_at, note"


class State(StrEnum):
    """Say how far a replay is."""

    PLANNED = "planned"
    RUNNING = "running"
    RAN = "ran"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"
    FAILED = "failed"


class Replay(NamedTuple):
    """Hold one replay as it is kept."""

    id: str
    created_at: datetime
    state: State
    changed_at: datetime
    plan: Plan
    diff: list[dict[str, Any]] | None
    diff_at: datetime | None
    published_at: datetime | None
    note: str | None


def add(opened: connection, plan: Plan) -> None:
    """Keep a new plan."""
    with opened.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live.replays (id, plan) VALUES (%s, %s)",
            (plan.id, Json(plan.model_dump(mode="json"))),
        )
    opened.commit()


def get(opened: connection, replay: str) -> Replay:
    """Give a replay; raises SetupError when there is none of this id."""
    found = _select(opened, "WHERE id = %s", (replay,))
    if not found:
        raise SetupError(f"there is no replay {replay}; ./pinflow replay list names them")
    return found[0]


def every(opened: connection) -> list[Replay]:
    """Give all replays, the newest first."""
    return _select(opened, "ORDER BY id DESC")


def changed_since(opened: connection, moment: datetime, but: str) -> list[Replay]:
    """Give the other replays that changed history after a moment, by publishing or by undoing."""
    return [
        each
        for each in every(opened)
        if each.id != but and each.published_at and (each.published_at > moment or each.changed_at > moment)
    ]


def go(opened: connection, replay: str, state: State, note: str | None = None) -> None:
    """Write down a new state, with a note or none."""
    published = ", published_at = coalesce(published_at, now())" if state == State.PUBLISHING else ""
    with opened.cursor() as cursor:
        cursor.execute(
            f"UPDATE live.replays SET state = %s, note = %s, changed_at = now(){published} WHERE id = %s",  # noqa: S608
            (str(state), note, replay),
        )
    opened.commit()


def keep_diff(opened: connection, replay: str, diff: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a replay would change."""
    with opened.cursor() as cursor:
        cursor.execute(
            "UPDATE live.replays SET diff = %s, diff_at = now() WHERE id = %s", (Json(list(diff)), replay)
        )
    opened.commit()


def demand(replay: Replay, states: Sequence[State], what: str) -> None:
    """Raise SetupError, with what to do instead, unless a replay is in one of some states."""
    if replay.state not in states:
        raise SetupError(f"{replay.id} is {replay.state} and cannot be {what}; {NEXT[replay.state]}")


NEXT = {
    State.PLANNED: "run it first: ./pinflow replay run ID",
    State.RUNNING: "wait until it ran; when its process ended, run it again: ./pinflow replay run ID",
    State.RAN: "see ./pinflow replay diff ID, then publish or discard it",
    State.PUBLISHING: "finish that first: ./pinflow replay publish ID",
    State.PUBLISHED: "to take it back: ./pinflow replay undo ID",
    State.UNDOING: "finish that first: ./pinflow replay undo ID",
    State.UNDONE: "make a new plan: ./pinflow replay plan",
    State.DISCARDED: "make a new plan: ./pinflow replay plan",
    State.FAILED: "run it again: ./pinflow replay run ID, or discard it",
}


def _select(opened: connection, condition: str, values: tuple[Any, ...] = ()) -> list[Replay]:
    with opened.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM live.replays {condition}", values)  # noqa: S608
        rows = cursor.fetchall()
    opened.commit()
    return [Replay(*row)._replace(state=State(row[2]), plan=Plan.model_validate(row[4])) for row in rows]
