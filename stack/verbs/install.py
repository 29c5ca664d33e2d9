"""The verb `install`, for the Makefile: what `up` installs, and the developers' tools."""

from typing import Annotated

import typer

from catalog.settings import Settings
from stack.install import install as install_all
from stack.verbs.stack import ERRORS


def install(dev: Annotated[bool, typer.Option("--dev", help="The developers' tools too.")] = False) -> None:
    """Install everything that is missing, and start nothing.

    Example: ./pinflow install --dev
    """
    install_all(Settings().home, ERRORS, dev=dev)
