"""The verb `bench`."""

import json as json_text
import os
import statistics
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from catalog.settings import Home, Settings
from stack.bench import Report, measure
from stack.door.bench import Compared, measure_door
from stack.layout import Layout
from stack.up import down, up, wipe
from stack.verbs.show import as_table

POSTS = 166_667
PORTS_ABOVE = 2000
ERRORS = Console(stderr=True)


def bench(
    posts: Annotated[int, typer.Option(min=100, help="Posts to send, three events each.")] = POSTS,
    door: Annotated[bool, typer.Option("--door", help="Measure the door alone, in about 3 minutes.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the pipeline on a stack of its own, then the door on a Kafka of its own; stop others before.

    Both are removed afterwards.

    Examples: ./pinflow bench --posts 20000, ./pinflow bench --door
    """
    settings = settings_of_its_own("bench", PORTS_ABOVE)
    report = None if door else _measured(settings, posts)
    compared = measure_door(settings, ERRORS)
    if json:
        figures: dict[str, Any] = report.as_dict() if report else {}
        figures["door"] = {kind: each.as_dict() for kind, each in compared.items()}
        sys.stdout.write(json_text.dumps(figures, indent=1) + "\n")
        return
    if report:
        _show(report)
    _show_door(compared)


def settings_of_its_own(name: str, ports_above: int) -> Settings:
    """Give settings of a home and ports apart from the caller's, with the caller's tools."""
    home = Home()
    os.environ["PINFLOW_TOOLS"] = str(home.tools_dir.resolve())
    os.environ["PINFLOW_HOME"] = str(home.home.resolve() / name)
    os.environ["PINFLOW_PORT_BASE"] = str(home.port_base + ports_above)
    return Settings()


def _measured(settings: Settings, posts: int) -> Report:
    try:
        up(settings, ERRORS, frozenset({"airflow"}))
        return measure(settings, posts, ERRORS)
    finally:
        down(settings, ERRORS, savepoint=False)
        wipe(Layout.of(settings.home))


def _show_door(compared: dict[str, Compared]) -> None:
    rows = [
        {
            "records a request": kind,
            "served, records/s": round(statistics.median(each.served)),
            "baseline": each.baseline,
            "baseline served": round(statistics.median(each.served_by_baseline)),
            "ratio": round(each.ratio, 2),
            "CPU µs a record": statistics.median(each.cpu_us),
            "of baseline": statistics.median(each.cpu_us_of_baseline),
            "sustained, records/s": round(each.sustained),
            "median, ms": each.median_ms,
            "p99, ms": each.p99_ms,
        }
        for kind, each in compared.items()
    ]
    as_table("the door", rows)


def _show(report: Report) -> None:
    names = [*report.peak_memory, "emulator"]
    empty = "-"
    as_table(
        "by process",
        [
            {
                "process": name,
                "CPU s per million events": report.cpu_per_million.get(name, empty),
                "peak MiB": report.peak_memory.get(name, empty),
            }
            for name in names
        ],
    )
    figures = {
        "events": report.events,
        "whole pipeline, events/s": round(report.whole_rate),
        "accounts, s": round(report.accounts_seconds, 1),
        "decode alone, s": str(report.decode_seconds),
        "history alone, s": str(report.history_seconds),
        "history / decode": round(report.ratio, 3),
    }
    as_table("figures", [{"figure": name, "value": value} for name, value in figures.items()])
