"""The command `pinflow`: one verb a function, one file a group of verbs."""

import os
import sys

import typer
from rich.console import Console

from catalog.errors import SetupError, TransientError
from stack.verbs import accounts, ask, doctor, emulate, install, stack

app = typer.Typer(
    help="A Kappa streaming platform: HTTP to Kafka, through Flink to Iceberg and Postgres.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for verb in (stack.up, stack.down, stack.status, doctor.doctor, ask.ask, ask.sql, accounts.accounts):
    app.command()(verb)
app.command()(emulate.emulate)
app.command(hidden=True)(install.install)

YOURS, OURS = 2, 1


def main() -> None:
    """Run the command; errors are one line that says what to do, exit 2 when that is up to the caller."""
    try:
        app()
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
