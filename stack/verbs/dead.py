"""The verb `dead`."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import psycopg2
import typer
from psycopg2.extensions import connection
from pyiceberg.catalog import Catalog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalog.accounts.log import KafkaLog
from catalog.dead_letters import box, retry
from catalog.dead_letters.bodies import records
from catalog.dead_letters.box import Choice, Group, State, letter_id
from catalog.dead_letters.ids import LetterId, read_id
from catalog.errors import SetupError, TransientError
from catalog.names import Reason, Stream
from catalog.postgres import connect
from catalog.reasons import RULES
from catalog.settings import Settings
from catalog.tables import open_lake
from stack.verbs.show import as_json, as_table

ERRORS = Console(stderr=True, soft_wrap=True)
SHOWN = 50


class Action(StrEnum):
    """Name what can be done with dead letters."""

    LIST = "list"
    SHOW = "show"
    TRY = "try"
    RETRY = "retry"
    WAIVE = "waive"


class House:
    """Hold the open doors to Postgres, Kafka and the lake."""

    def __init__(self, settings: Settings, opened: connection, log: KafkaLog, lake: Catalog) -> None:
        self.settings, self.opened, self.log, self.lake = settings, opened, log, lake


def dead(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    id: Annotated[
        str | None, typer.Argument(help="One letter: topic/partition/offset.", metavar="ID")
    ] = None,
    reason: Annotated[Reason | None, typer.Option(help="Only letters refused for this reason.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only letters of this owner.")] = None,
    stream: Annotated[Stream | None, typer.Option(help="Only letters of this stream.")] = None,
    state: Annotated[State | None, typer.Option(help="Only letters in this state (list).")] = None,
    by: Annotated[Group | None, typer.Option(help="Count letters by this instead (list).")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most letters to list, the newest first.")] = SHOWN,
    raw: Annotated[bool, typer.Option("--raw", help="Print the bytes alone, as they are (show).")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before sending or waiving.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
) -> None:
    """List, explain, try, send again or waive records that were refused.

    \b
    ./pinflow dead list --by reason                what was refused, and what became of it
    ./pinflow dead show pin/0/4711                 the bytes, and the rule that refused them
    ./pinflow dead try --reason unreadable_count   how many the present rules would accept; changes nothing
    ./pinflow dead retry --reason unreadable_count send the same bytes again, with the same event_id
    ./pinflow dead waive pin/0/4711                leave it as it is, for good
    """
    choice = Choice(read_id(id) if id else None, reason, owner, stream, state)
    _check(action, choice)
    with _house() as house:
        retry.settle_letters(house.opened, house.lake)
        if action == Action.LIST:
            _list(house, choice, by, limit, json)
        elif choice.id is not None and action == Action.SHOW:
            _show(house, choice.id, raw, json)
        elif action == Action.TRY:
            _print_tried(_tried(house, choice), json)
        elif action == Action.RETRY:
            _retry(house, choice, yes)
        else:
            _waive(house, choice, yes)


def _check(action: Action, choice: Choice) -> None:
    if action == Action.SHOW and choice.id is None:
        raise SetupError("say which letter: ./pinflow dead show pin/0/4711; ./pinflow dead list names them")
    if choice.state and action != Action.LIST:
        raise SetupError("--state goes with list; only open letters are tried, sent again or waived")
    if action == Action.WAIVE and choice == Choice():
        raise SetupError("say what to waive: ./pinflow dead waive ID, or --reason, --owner, --stream")


@contextmanager
def _house() -> Iterator[House]:
    settings = Settings()
    try:
        with (
            connect(settings.postgres) as opened,
            KafkaLog(settings.kafka) as log,
            open_lake(settings) as lake,
        ):
            yield House(settings, opened, log, lake)
    except psycopg2.OperationalError as error:
        raise TransientError(f"Postgres does not answer ({error}); see ./pinflow status") from error


def _list(house: House, choice: Choice, by: Group | None, limit: int, json: bool) -> None:
    if by:
        rows = box.counts(house.opened, choice, by)
    else:
        rows = [_listed(row) for row in box.letters(house.opened, choice, limit)]
    as_json(rows) if json else as_table("dead letters", rows)


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    names = ("accepted_at", "owner", "reason", "reason_detail", "state", "attempts", "event_id")
    return {"id": str(letter_id(row)), **{name: row[name] for name in names}}


def _show(house: House, letter: LetterId, raw: bool, json: bool) -> None:
    found = box.letters(house.opened, Choice(letter))
    if not found:
        raise SetupError(f"{letter} is no dead letter; ./pinflow dead list names them")
    bodies = [record.body for _, record in records([letter], house.log, house.lake)]
    if not bodies:
        raise TransientError(f"neither Kafka nor history.events holds the bytes of {letter} yet; ask again")
    if raw:
        sys.stdout.buffer.write(bodies[0] or b"")
        return
    row = {**_listed(found[0]), "rule": RULES[Reason(found[0]["reason"])], "body": bodies[0]}
    as_json([row]) if json else as_table("", [{"": name, "value": value} for name, value in row.items()])


def _open(house: House, choice: Choice) -> list[LetterId]:
    return [letter_id(row) for row in box.letters(house.opened, choice._replace(state=State.OPEN))]


def _tried(house: House, choice: Choice) -> dict[str, Counter[str]]:
    ids = _open(house, choice)
    with _progress("letters tried", len(ids)) as report:
        return retry.try_letters(ids, house.log, house.lake, report)


def _print_tried(tried: dict[str, Counter[str]], json: bool) -> None:
    rows = [
        {"topic": topic, "verdict": verdict, "letters": letters}
        for topic, verdicts in tried.items()
        for verdict, letters in verdicts.most_common()
    ]
    as_json(rows) if json else as_table("what the present rules say of open letters", rows)


def _retry(house: House, choice: Choice, yes: bool) -> None:
    ids = _open(house, choice)
    if ids and not yes:
        _print_tried(_tried(house, choice), json=False)
        typer.confirm(f"send the bytes of {len(ids)} letters to Kafka again?", abort=True, err=True)
    with _progress("letters sent again", len(ids)) as report:
        kafka = house.settings.kafka
        sent = retry.retry_letters(ids, house.opened, house.log, house.lake, kafka, report)
    ERRORS.print(f"{sent} letters sent again; what is kept becomes resolved with the next commit (10 s):")
    ERRORS.print("./pinflow dead list --by reason")


def _waive(house: House, choice: Choice, yes: bool) -> None:
    ids = _open(house, choice)
    if ids and not yes:
        typer.confirm(f"waive {len(ids)} letters, so that nobody sends them again?", abort=True, err=True)
    ERRORS.print(f"{box.waive(house.opened, choice)} letters waived")


@contextmanager
def _progress(text: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=ERRORS, disable=not ERRORS.is_terminal) as shown:
        task = shown.add_task("", total=total)
        yield lambda done: shown.advance(task, done)
