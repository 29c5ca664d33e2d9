"""The verb `export`."""

from typing import Annotated

import typer

from catalog.accounts.limits import read_limits
from catalog.names import Stream
from catalog.settings import Settings
from stack.export import export as run
from stack.verbs.show import as_json, as_table

LIMIT = "an offset of every partition, or a time of acceptance (UTC unless it says)"


def export(
    stream: Annotated[Stream, typer.Option(help="Which stream.")],
    owner: Annotated[
        str, typer.Option(help="Whose records, for example 126ca3664fbb; empty for those of nobody.")
    ],
    start: Annotated[str | None, typer.Option("--from", help=f"The first one: {LIMIT}.")] = None,
    end: Annotated[str | None, typer.Option("--to", help=f"The last one: {LIMIT}.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
) -> None:
    """Write raw records from history to S3, one JSON record a line, as batch users read them.

    Records that were kept or are repeats; the same range gives the same objects, nothing is doubled.

    \b
    ./pinflow export --stream pin --owner 126ca3664fbb --from 2026-11-20 --to 2026-11-20T23:59:59.999
    """
    found = [each._asdict() for each in run(Settings(), stream, owner, read_limits(start, end))]
    as_json(found) if json else as_table("objects", found)
