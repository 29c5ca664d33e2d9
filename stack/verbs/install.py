"""The verb `install`, for the Makefile: what `up` installs, and the developers' tools."""

from typing import Annotated

import typer
from rich.console import Console

from catalog.settings import Settings
from stack.install import install as install_all


def install(dev: Annotated[bool, typer.Option("--dev", help="The developers' tools too.")] = False) -> None:
    """Install everything that is missing, and start nothing.

    Example: ./pinflow install --dev
    """
    install_all(Settings().home, Console(stderr=True), dev=dev)
