"""The verb `whatif`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from catalog.settings import Settings
from stack.replay.show import print_diff
from stack.replay.whatif import read_span
from stack.replay.whatif import whatif as compare

ERRORS = Console(stderr=True, soft_wrap=True)


def whatif(
    sql: Annotated[
        Path, typer.Option(help="A changed copy of the folder sql/.", exists=True, file_okay=False)
    ],
    last: Annotated[str, typer.Option(metavar="SPAN", help="How far back: 90m, 24h, 7d.")] = "24h",
    streams: Annotated[str | None, typer.Option(help="Which streams, separated by commas.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
) -> None:
    """Say what changed texts would make different of the last hours of history; changes nothing.

    Example: cp -r sql /tmp/sql, change a file there, ./pinflow whatif --sql /tmp/sql --last 24h
    """
    rows = compare(Settings(), sql.resolve(), read_span(last), streams, ERRORS)
    print_diff([row.as_row() for row in rows], json)
