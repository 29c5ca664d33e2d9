"""The verb `accounts`."""

from typing import Annotated

import typer
from rich.console import Console

from catalog.accounts.books import Account, Accounts
from catalog.accounts.close import PATIENCE_SECONDS, close
from catalog.settings import Settings
from stack.verbs.show import as_json, as_table


def accounts(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
    patience: Annotated[
        float, typer.Option(help="Seconds to wait for cleaned tables that commit after events.")
    ] = PATIENCE_SECONDS,
) -> None:
    """Compare every accepted record with its rows; exit 1 unless missing, doubled and unequal are 0.

    Example: ./pinflow accounts --json
    """
    books = close(Settings(), patience)
    if json:
        as_json([row.as_row() for row in books.rows])
    else:
        as_table("accounts", [_counts(row) for row in (*books.rows, books.total)])
        _name_faults(books.rows)
    if not books.closed:
        raise typer.Exit(1)


def show_total(books: Accounts) -> None:
    """Print the accounts over all topics, and every fault by its offset."""
    as_table("accounts", [_counts(books.total)])
    _name_faults(books.rows)


def _counts(account: Account) -> dict[str, object]:
    return {name: value for name, value in account.as_row().items() if name != "faults"}


def _name_faults(rows: list[Account]) -> None:
    errors = Console(stderr=True)
    for row in rows:
        for fault in row.faults:
            errors.print(f"{fault.kind}: {row.topic}/{row.partition} offset {fault.offset} in {fault.where}")
