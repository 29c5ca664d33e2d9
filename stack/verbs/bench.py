"""The verb `bench`."""

import json as json_text
import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from catalog.settings import Home, Settings
from stack.bench import Report, measure
from stack.layout import Layout
from stack.up import down, up, wipe
from stack.verbs.show import as_table

POSTS = 166_667
PORTS_ABOVE = 2000
ERRORS = Console(stderr=True)


def bench(
    posts: Annotated[int, typer.Option(min=100, help="Posts to send, three events each.")] = POSTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the pipeline on a stack of its own, which is removed afterwards; stop others before.

    Example: ./pinflow bench --posts 20000
    """
    settings = _settings_of_its_own()
    try:
        up(settings, ERRORS)
        report = measure(settings, posts, ERRORS)
    finally:
        down(settings, ERRORS, savepoint=False)
        wipe(Layout.of(settings.home))
    if json:
        sys.stdout.write(json_text.dumps(report.as_dict(), indent=1) + "\n")
    else:
        _show(report)


def _settings_of_its_own() -> Settings:
    home = Home()
    os.environ["PINFLOW_TOOLS"] = str(home.tools_dir.resolve())
    os.environ["PINFLOW_HOME"] = str(home.home.resolve() / "bench")
    os.environ["PINFLOW_PORT_BASE"] = str(home.port_base + PORTS_ABOVE)
    return Settings()


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
