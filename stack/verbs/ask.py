"""The verbs `ask` and `sql`."""

from typing import Annotated

import typer

from catalog.settings import Settings
from stack.questions import Engine, Median, answer, query, questions
from stack.verbs.show import as_json, as_table

On = Annotated[Engine, typer.Option("--on", help="Trino over history, or Postgres over the live views.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")]


def ask(
    number: Annotated[
        str | None, typer.Argument(help="4, 5, 6a, 6b, 7, 8, 9, 10 or 11; all when left out.")
    ] = None,
    on: On = Engine.TRINO,
    median: Annotated[Median, typer.Option(help="How to read the middle of an even number.")] = Median.MEAN,
    json: Json = False,
) -> None:
    """Answer a question about posts, or all of them.

    Example: ./pinflow ask 4 --on postgres
    """
    settings = Settings()
    numbers = [number] if number else list(questions(on))
    found = {each: answer(on, settings, each, median) for each in numbers}
    if json:
        marked = [
            row if number else {"question": each, **row} for each, rows in found.items() for row in rows
        ]
        as_json(marked)
        return
    for each, rows in found.items():
        as_table(f"{each}: {_subject(on, each)}", rows)


def sql(
    text: Annotated[str, typer.Argument(help="One statement that reads.")],
    on: On = Engine.TRINO,
    json: Json = False,
) -> None:
    """Run SQL that reads.

    Example: ./pinflow sql "SELECT count(*) FROM lake.history.events"
    """
    rows = query(on, Settings(), text)
    if json:
        as_json(rows)
    else:
        as_table("", rows)


def _subject(on: Engine, number: str) -> str:
    return questions(on)[number].stem.partition("_")[2].replace("_", " ")
