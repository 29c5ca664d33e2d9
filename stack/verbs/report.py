"""The verb `report`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from catalog.settings import Settings
from stack.report import report as run
from stack.verbs.show import as_json, as_table


def report(
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of acceptance (UTC); yesterday when not given."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
) -> None:
    """Answer the questions as of the end of a day, and put the answers into history.daily_answers.

    What is there for the day is replaced, in one commit: it may be run again, and for days long past.

    Example: ./pinflow report --day 2026-11-20
    """
    asked = (day or datetime.now(UTC) - timedelta(days=1)).date()
    found = run(Settings(), asked)
    if json:
        as_json([{"day": asked, "question": number, **row} for number, rows in found.items() for row in rows])
    else:
        counts = [{"question": number, "rows": len(rows)} for number, rows in found.items()]
        as_table(f"history.daily_answers of {asked}", counts)
