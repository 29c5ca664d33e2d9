"""The command `pinflow`: one verb a function, one file a group of verbs; only what is asked for is loaded."""

import ast
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import typer
from rich.console import Console

from catalog.errors import SetupError, TransientError

VERBS = {
    "up": "stack",
    "down": "stack",
    "status": "status",
    "demo": "demo",
    "doctor": "doctor",
    "emulate": "emulate",
    "ask": "ask",
    "sql": "ask",
    "accounts": "accounts",
    "dead": "dead",
    "jobs": "jobs",
    "replay": "replay",
    "whatif": "whatif",
    "upkeep": "upkeep",
    "export": "export",
    "report": "report",
    "bench": "bench",
    "soak": "soak",
    "keys": "keys",
    "env": "env",
    "install": "install",
}
"""Verb, and the file under `verbs/` that holds its function."""

HIDDEN = {"install"}
YOURS, OURS = 2, 1


def application(asked: str | None) -> typer.Typer:
    """Build the command with the verb that is asked for; the others only stand in the list of verbs."""
    app = typer.Typer(
        help="A Kappa streaming platform: HTTP to Kafka, through Flink to Iceberg and Postgres.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    for verb, file in VERBS.items():
        app.command(verb, hidden=verb in HIDDEN)(
            _loaded(verb, file) if verb == asked else _listed(verb, file)
        )
    return app


def _loaded(verb: str, file: str) -> Callable[..., None]:
    function: Callable[..., None] = getattr(import_module(f"stack.verbs.{file}"), verb)
    return function


def _listed(verb: str, file: str) -> Callable[..., None]:
    def listed() -> None:
        raise LookupError(verb)

    module = ast.parse((Path(__file__).parent / "verbs" / f"{file}.py").read_text())
    (function,) = (node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == verb)
    listed.__doc__ = ast.get_docstring(function)
    return listed


def main() -> None:
    """Run the command; errors are one line that says what to do, exit 2 when that is up to the caller."""
    try:
        application(next(iter(sys.argv[1:]), None))(prog_name="./pinflow")
    except Exception as error:
        if os.environ.get("PINFLOW_DEBUG"):
            raise
        Console(stderr=True).print(_told(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(YOURS if isinstance(error, SetupError) else OURS)


def _told(error: Exception) -> str:
    if isinstance(error, SetupError | TransientError):
        return f"pinflow: {error}"
    said = next(iter(str(error).splitlines()), "")
    return f"pinflow: {type(error).__name__}: {said}; run ./pinflow doctor (PINFLOW_DEBUG=1 shows where)"


if __name__ == "__main__":
    main()
