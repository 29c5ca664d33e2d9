"""The verb `demo`."""

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from catalog.accounts.answers import answers_from_log
from catalog.accounts.close import close
from catalog.postgres import connect
from catalog.settings import Settings
from ingest.emulator.clients import RestClient
from ingest.emulator.dirt import Shares
from ingest.emulator.run import Plan
from ingest.emulator.send import Sender
from stack import airflow, supervise
from stack.layout import Layout
from stack.questions import Engine, answers, questions
from stack.settle import settle
from stack.up import AIRFLOW, up
from stack.verbs.accounts import show_total
from stack.verbs.emulate import show_run, watched
from stack.verbs.show import WIDE
from stack.verbs.stack import show_addresses

DIRT = Shares(bad=0.02, repeat=0.05, missing=0.02, late=0.05, newer=0.02)
SHOWN_ROWS = 4
LANES = 4
ERRORS = Console(stderr=True)
OUT = Console(width=None if sys.stdout.isatty() else WIDE)


def demo(
    count: Annotated[int, typer.Option(min=1, help="Posts to send, three records each.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same posts.")] = 1,
) -> None:
    """Start everything, send emulated posts with dirt, wait for them, show the answers of both engines.

    Leaves the stack running, without Airflow unless that runs already; a second run adds posts with
    further numbers. Exit 1 unless the accounts close and Trino, Postgres and the recomputation from the
    log give the same answers.

    Example: ./pinflow demo --count 500
    """
    settings = Settings()
    is_started = airflow.NAMES[0] in supervise.states(Layout.of(settings.home))
    up(settings, ERRORS, frozenset() if is_started else frozenset({AIRFLOW}))
    ERRORS.print(f"sending {count} posts with bad, repeated, missing, late and newer records")
    plan = Plan(count, seed=seed, start=_next_number(settings), shares=DIRT)
    show_run(watched(plan, Sender(settings.ingest.url, RestClient("demo"), LANES)))
    ERRORS.print(f"every record is in history and live ({settle(settings, ERRORS):.0f} s)")
    equal = _show_answers(settings)
    books = close(settings)
    show_total(books)
    show_addresses(settings)
    if not (equal and books.closed):
        raise typer.Exit(1)


def _next_number(settings: Settings) -> int:
    with connect(settings.postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(ind) + 1, 0) FROM live.posts")
        (number,) = cursor.fetchone() or (0,)
    return int(number)


def _show_answers(settings: Settings) -> bool:
    with ERRORS.status("asking Trino, Postgres and the log itself"):
        history, live = answers(Engine.TRINO, settings), answers(Engine.POSTGRES, settings)
        log = answers_from_log(settings)
    for number, path in questions(Engine.TRINO).items():
        same = history[number] == live[number] == log[number]
        verdict = "equal on both and to the log itself" if same else "[red]NOT EQUAL[/]"
        OUT.print(f"\n[bold]{number} {path.stem.partition('_')[2].replace('_', ' ')}[/]: {verdict}")
        sides = Table.grid(padding=(0, 2))
        sides.add_row(_side("Trino, history", history[number]), _side("Postgres, live", live[number]))
        OUT.print(sides)
    return history == live == log


def _side(engine: str, rows: list[dict[str, Any]]) -> Table:
    more = len(rows) - SHOWN_ROWS
    table = Table(title=engine, caption=f"and {more} more" if more > 0 else None)
    for name in rows[0] if rows else ["no rows"]:
        table.add_column(name)
    for row in rows[:SHOWN_ROWS]:
        table.add_row(*map(str, row.values()))
    return table
