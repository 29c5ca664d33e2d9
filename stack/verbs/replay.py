"""The verb `replay`."""

from enum import StrEnum
from typing import Annotated, Any

import psycopg2
import typer
from rich.console import Console

from catalog.errors import SetupError, TransientError
from catalog.postgres import connect
from catalog.replay import store
from catalog.replay.plans import Plan
from catalog.replay.request import Request
from catalog.settings import Settings
from stack.replay.diff import answers, diff
from stack.replay.plan import plan
from stack.replay.publish import discard, publish
from stack.replay.run import run
from stack.replay.show import print_diff
from stack.replay.undo import undo
from stack.verbs.show import as_json, as_object, as_table

ERRORS = Console(stderr=True, soft_wrap=True)
STILL = "; the jobs run its rules: to leave them, put the former sql/ back and run ./pinflow jobs upgrade"


class Action(StrEnum):
    """Name the steps of a replay."""

    PLAN = "plan"
    RUN = "run"
    DIFF = "diff"
    PUBLISH = "publish"
    DISCARD = "discard"
    UNDO = "undo"
    LIST = "list"


def replay(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    id: Annotated[
        str | None, typer.Argument(help="The replay, as plan and list name it.", metavar="ID")
    ] = None,
    streams: Annotated[str | None, typer.Option(help="Which streams, separated by commas (plan).")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="earliest|TIME|OFFSETS", help="The first record (plan).")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="latest|TIME|OFFSETS", help="The last record (plan).")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="kafka|history", help="Where to read from (plan).")
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(metavar="REVISION", help="Texts of a git revision, not the present ones (plan)."),
    ] = None,
    mixed_rules: Annotated[
        bool, typer.Option("--mixed-rules", help="Publish though the jobs go on with other rules (publish).")
    ] = False,
    answered: Annotated[
        bool, typer.Option("--answers", help="The answers that would differ, not the rows (diff).")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge records again with the present texts or those of a revision, and publish the difference.

    \b
    ./pinflow replay plan --streams pin --from 2026-11-21T18:00:00Z
    ./pinflow replay plan --from pin:0=120,pin:1=88 --to pin:0=140,pin:1=90 --streams pin --source history
    ./pinflow replay run ID                        into tables of its own; the running jobs go on
    ./pinflow replay diff ID                       what would be added, removed and changed
    ./pinflow replay diff ID --answers             which answers would differ
    ./pinflow replay publish ID                    one commit a table; twice changes nothing
    ./pinflow replay undo ID                       the rows from before, as a new change
    ./pinflow replay discard ID                    remove what it made
    ./pinflow replay list
    """
    settings = Settings()
    try:
        if action == Action.PLAN:
            _refuse(id is not None, "plan makes a new replay and takes no id")
            _plan(settings, json, streams=streams, source=source, rules=rules, **{"from": start, "to": end})
            return
        given = any(each is not None for each in (streams, start, end, source, rules))
        _refuse(given, f"streams, range, source and rules go with plan, not with {action}")
        if action == Action.LIST:
            _list(settings, json)
        else:
            _refuse(id is None, f"say which: ./pinflow replay {action} ID; ./pinflow replay list names them")
            _refuse(mixed_rules and action != Action.PUBLISH, "--mixed-rules goes with publish")
            _refuse(answered and action != Action.DIFF, "--answers goes with diff")
            if answered:
                _print_answers(answers(settings, id or "", ERRORS), json)
            else:
                _step(settings, action, id or "", json, mixed_rules)
    except psycopg2.OperationalError as error:
        raise TransientError(f"Postgres does not answer ({error}); see ./pinflow status") from error


def _refuse(wrong: bool, why: str) -> None:
    if wrong:
        raise SetupError(why)


def _plan(settings: Settings, json: bool, **asked: Any) -> None:
    request = Request.read(**asked)
    with ERRORS.status("planning"):
        made = plan(settings, request)
    if json:
        as_object(made.model_dump(mode="json", by_alias=True))
        return
    as_table("plan", [_told(made)])
    as_table("range", [_span(made, index) for index in range(len(made.spans))])
    ERRORS.print(f"next: ./pinflow replay run {made.id}", highlight=False)


def _told(made: Plan) -> dict[str, Any]:
    names = ("id", "rules", "records", "numbers", "unnumbered", "follow_on")
    return {**{name: getattr(made, name) for name in names}, "source": str(made.request.source)}


def _span(made: Plan, index: int) -> dict[str, Any]:
    span = made.spans[index]
    return {
        "partition": f"{span.topic}:{span.partition}",
        "in range": span.records,
        "first": span.first,
        "last": span.last,
        "cut": span.cut,
    }


def _list(settings: Settings, json: bool) -> None:
    with connect(settings.postgres) as opened:
        rows = [_listed(each) for each in store.every(opened)]
    as_json(rows) if json else as_table("replays", rows)


def _listed(found: store.Replay) -> dict[str, Any]:
    request = found.plan.request
    return {
        "id": found.id,
        "state": str(found.state),
        "streams": ",".join(request.streams),
        "from": request.start,
        "to": request.end,
        "source": str(request.source),
        "rules": found.plan.rules,
        "records": found.plan.records,
        "published_at": found.published_at,
        "note": found.note,
    }


def _step(settings: Settings, action: Action, id: str, json: bool, mixed_rules: bool) -> None:
    if action == Action.DIFF:
        print_diff(diff(settings, id, ERRORS), json)
        return
    if action == Action.RUN:
        run(settings, id, ERRORS)
        told = f"ran; next: ./pinflow replay diff {id}"
    elif action == Action.PUBLISH:
        publish(settings, id, ERRORS, mixed_rules=mixed_rules)
        told = f"published; to take it back: ./pinflow replay undo {id}"
    elif action == Action.DISCARD:
        discard(settings, id)
        told = "discarded"
    else:
        told = "undone" + (STILL if undo(settings, id, ERRORS) else "")
    ERRORS.print(told, highlight=False)


def _print_answers(rows: list[dict[str, Any]], json: bool) -> None:
    if json:
        as_json(rows)
        return
    for row in rows:
        sides = [{"": side, **each} for side in ("before", "after") for each in row[side]]
        as_table(f"question {row['question']}", sides)
    ERRORS.print(f"{len(rows)} answers would differ")
