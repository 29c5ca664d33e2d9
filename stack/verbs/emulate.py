"""The verb `emulate`."""

import json as json_module
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalog.settings import Settings
from ingest.emulator.client import Client
from ingest.emulator.clients import CLIENTS, Form
from ingest.emulator.dirt import Shares
from ingest.emulator.events import Posts
from ingest.emulator.run import Plan, Run, run
from ingest.emulator.send import Sender
from stack.verbs.show import as_table

DEFAULT_COUNT = 1000


def _share(text: str) -> typer.models.OptionInfo:
    return typer.Option(min=0, max=1, help=f"Share of records from 0 to 1: {text}", rich_help_panel="Dirt")  # type: ignore[no-any-return]


def emulate(
    rate: Annotated[float, typer.Option(min=0, help="Posts a second; 0 is as fast as possible.")] = 0,
    count: Annotated[
        int | None, typer.Option(min=1, help="Posts; 1000 without --rate, endless with it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same bytes.")] = 1,
    start: Annotated[int, typer.Option(min=0, help="First number; each post has the next one.")] = 0,
    form: Annotated[Form, typer.Option(help="How to speak to the service.")] = Form.REST,
    bad: Annotated[float, _share("broken in one of many ways.")] = 0,
    repeat: Annotated[float, _share("an earlier record sent again.")] = 0,
    missing: Annotated[float, _share("never sent, its partners are.")] = 0,
    late: Annotated[float, _share("sent up to 50 posts later.")] = 0,
    newer: Annotated[float, _share("an earlier record with other content.")] = 0,
    rows: Annotated[
        Path | None,
        typer.Option(help="Post the JSON lines of this folder instead.", exists=True, file_okay=False),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="Post random rows of pinterest_data, geolocation_data and user_data, SQLAlchemy's address."
        ),
    ] = None,
    owner: Annotated[str, typer.Option(help="Whose the records are; flat has no place for it.")] = "emulator",
    key: Annotated[str, typer.Option(envvar="PINFLOW_EMULATE_KEY", help="API key to show at the door.")] = "",
    records_per_request: Annotated[
        int, typer.Option(min=1, max=10_000, help="flat 1, kinesis and gateway up to 500.")
    ] = 1,
    lanes: Annotated[int, typer.Option(min=1, max=64, help="Connections for each stream.")] = 1,
    retry: Annotated[bool, typer.Option("--retry", help="Send again what was refused for now.")] = False,
    url: Annotated[str | None, typer.Option(help="Another address of the service.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Send posts (a pin, a geo and a user each) as real clients do; exit 1 if a record was refused.

    \b
    ./pinflow emulate --count 2000 --bad 0.02 --repeat 0.05 --missing 0.02 --late 0.05
    ./pinflow emulate --rate 5                      five posts a second until Ctrl-C
    ./pinflow emulate --count 100000 --records-per-request 100 --lanes 4
    ./pinflow emulate --form kinesis                also: rest, gateway, flat, events
    ./pinflow emulate --rows FOLDER                 pin.jsonl, geo.jsonl, user.jsonl
    ./pinflow emulate --database sqlite:///posts.db --seed 100
    """
    shares = Shares(bad, repeat, missing, late, newer)
    if (rows or database) and shares != Shares():
        raise typer.BadParameter("rows are posted as they are: leave out the shares of dirt")
    if rows and database:
        raise typer.BadParameter("rows come from a folder or from a database, not from both")
    endless = bool(rate or rows)
    plan = Plan(count or (None if endless else DEFAULT_COUNT), rate, seed, start, shares, rows, database)
    client = _client(form, owner, records_per_request, key)
    sender = Sender(url or Settings().ingest.url, client, lanes, records_per_request, retry)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended like Ctrl-C: what was taken is counted
    done = watched(plan, sender)
    if json:
        sys.stdout.write(json_module.dumps(done.as_dict(), indent=1) + "\n")
    else:
        show_run(done)
    if done.summary.failed:
        raise typer.Exit(1)


def _client(form: Form, owner: str, records_per_request: int, key: str) -> Client:
    kind = CLIENTS[form]
    if records_per_request > kind.most_records:
        raise typer.BadParameter(
            f"{form} takes at most {kind.most_records} records a request", param_hint="--records-per-request"
        )
    return kind(owner, many=records_per_request > 1, key=key)


def watched(plan: Plan, sender: Sender) -> Run:
    """Send what is planned, with a progress bar on standard error."""
    errors = Console(stderr=True)
    columns = TextColumn("posts"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        return run(plan, sender, lambda posts: _tracked(progress, posts, plan.count))


def _tracked(progress: Progress, posts: Posts, total: int | None) -> Posts:
    return iter(progress.track(posts, total=total))


def show_run(done: Run) -> None:
    """Print what was made and what became of it."""
    made = done.tally.as_dict()["made"]
    as_table("records made", [{"stream": stream, **counts} for stream, counts in made.items()])
    figures = {name: value for name, value in done.summary.as_dict().items() if name != "errors"}
    as_table("records sent", [figures])
    for message, count in done.summary.errors.most_common(5):
        Console(stderr=True).print(f"{count} x {message}", markup=False)
