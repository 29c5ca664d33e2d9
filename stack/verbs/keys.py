"""The verb `keys`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from catalog.settings import Settings
from ingest.guard.keys import add_key

FILE_SETTING = "PINFLOW_INGEST_KEYS_FILE"


class Action(StrEnum):
    """Name what can be done with keys; to take one back, delete its line from the file."""

    ADD = "add"


def keys(
    action: Annotated[Action, typer.Argument(help="What to do.")],  # noqa: ARG001
    owner: Annotated[str, typer.Argument(help="Whose records the key may write, for example 126ca3664fbb.")],
    rate: Annotated[
        float | None, typer.Option(min=0, help="Requests a second; 0 is without limit.", show_default=False)
    ] = None,
) -> None:
    """Make an API key and print it, once: only its hash is kept.

    Example: ./pinflow keys add 126ca3664fbb --rate 100
    """
    settings = Settings()
    file = Path(settings.ingest.keys_file or settings.home.home / "keys")
    sys.stdout.write(add_key(file, owner, rate) + "\n")
    errors = Console(stderr=True, soft_wrap=True)
    errors.print(f"written to {file}; the key is shown only here", highlight=False)
    if not settings.ingest.keys_file:
        errors.print(
            f"to ask for keys: ./pinflow down; {FILE_SETTING}={file.resolve()} ./pinflow up",
            highlight=False,
        )
