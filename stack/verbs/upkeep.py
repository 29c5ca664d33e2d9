"""The verb `upkeep`."""

from typing import Annotated

import typer
from rich.console import Console

from catalog.columns import TABLES
from catalog.settings import Settings
from stack.upkeep.report import Report, State
from stack.upkeep.run import upkeep as run
from stack.verbs.show import as_json, as_table

ERRORS = Console(stderr=True)
SHOWN = ("files", "bytes", "manifests", "snapshots", "question_seconds")


def upkeep(
    table: Annotated[
        list[str] | None, typer.Option("--table", help=f"Only this one of {', '.join(TABLES)}; may recur.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Join the files of every day, today's too; else of days that ended.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
) -> None:
    """Join small files, forget old snapshots, vacuum Postgres; exit 1 when a row is not what it was.

    Example: ./pinflow upkeep --all
    """
    reports = run(Settings(), table or list(TABLES), everything=everything, say=ERRORS.print)
    if json:
        as_json([report.as_dict() for report in reports])
    else:
        _show(reports)
    changed = [(report.table, day.day) for report in reports for day in report.days if not day.is_same]
    for name, day in changed:
        ERRORS.print(f"{name}: the rows of {day} are not what they were; nothing older was removed")
    if any(report.state != State.DONE for report in reports):
        raise typer.Exit(1)


def _show(reports: list[Report]) -> None:
    as_table("upkeep", [_row(report) for report in reports])
    days = [{"table": report.table, **_day(vars(day))} for report in reports for day in report.days]
    as_table("rows by day of acceptance", days)


def _row(report: Report) -> dict[str, object]:
    row = report.as_row()
    names = ("table", "state", "seconds", "rows")
    return {name: row[name] for name in names} | {
        name.replace("_", " "): f"{row[f'{name}_before']:,} → {row[f'{name}_after']:,}" for name in SHOWN
    }


def _day(day: dict[str, object]) -> dict[str, object]:
    return {
        "day": day["day"],
        "rows": day["rows"],
        "files": f"{day['files_before']:,} → {day['files_after']:,}",
        "bytes": f"{day['bytes_before']:,} → {day['bytes_after']:,}",
        "hash": day["hash_after"],
        "same rows": "yes" if day["hash_before"] == day["hash_after"] else "NO",
    }
