"""The verb `accounts`."""

from typing import Annotated

import typer
from rich.console import Console

from catalog.accounts.books import Account, Accounts
from catalog.accounts.close import PATIENCE_SECONDS, close
from catalog.accounts.limits import read_limits
from catalog.settings import Settings
from flink_jobs.texts import rules
from stack.verbs.show import as_json, as_table

ERRORS = Console(stderr=True)
LIMIT = "an offset of every partition, or a time of acceptance (UTC unless it says)."


def accounts(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Compare everything again, also what was closed before.")
    ] = False,
    start: Annotated[str | None, typer.Option("--from", help=f"Compare a range only: {LIMIT}")] = None,
    end: Annotated[str | None, typer.Option("--to", help=f"The last one of the range: {LIMIT}")] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds to wait for tables and live rows that come after events.")
    ] = PATIENCE_SECONDS,
) -> None:
    """Compare every accepted record with its rows; exit 1 unless missing, doubled and unequal are 0.

    What was closed is remembered: a run compares what is new and what was written anew since.

    \b
    ./pinflow accounts --json
    ./pinflow accounts --all
    ./pinflow accounts --from 2026-11-21T18:00 --to 2026-11-21T19:00
    ./pinflow accounts --from 12000 --to 12999
    """
    limits = read_limits(start, end)
    books = close(Settings(), patience, rules=rules(), everything=everything, limits=limits)
    if json:
        as_json([row.as_row() for row in books.rows])
    else:
        as_table("accounts", [_counts(row) for row in (*books.rows, books.total)])
        _name_faults(books.rows)
    if other := books.total.other_rules:
        ERRORS.print(f"{other} verdicts of other rules would be different under the present ones: no fault")
    if not books.closed:
        raise typer.Exit(1)


def show_total(books: Accounts) -> None:
    """Print the accounts over all topics, and every fault by its offset."""
    as_table("accounts", [_counts(books.total)])
    _name_faults(books.rows)


def _counts(account: Account) -> dict[str, object]:
    return {name: value for name, value in account.as_row().items() if name not in ("faults", "other_rules")}


def _name_faults(rows: list[Account]) -> None:
    for row in rows:
        for fault in row.faults:
            ERRORS.print(f"{fault.kind}: {row.topic}/{row.partition} offset {fault.offset} in {fault.where}")
