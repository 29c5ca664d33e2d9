"""The verb `soak`."""

import json as json_text
import sys
from typing import Annotated

import typer
from rich.console import Console

from stack.door.soak import Soaked, Trial
from stack.door.soak import soak as run
from stack.verbs.bench import settings_of_its_own
from stack.verbs.show import as_table

PORTS_ABOVE = 3000
ERRORS = Console(stderr=True)


def soak(
    minutes: Annotated[float, typer.Option(min=0.2, help="How long the load lasts.")] = 10,
    restarts: Annotated[int, typer.Option(min=0, help="How often Kafka is ended and started again.")] = 3,
    records_per_request: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Put the door under load while Kafka is ended now and then; exit 1 unless every receipt is true.

    Half of what the door sustains is sent, over a Kafka of its own; `docs/performance.md` tells more.

    Example: ./pinflow soak --minutes 1 --restarts 1
    """
    soaked = run(
        settings_of_its_own("soak", PORTS_ABOVE), Trial(60 * minutes, restarts, records_per_request), ERRORS
    )
    if json:
        sys.stdout.write(json_text.dumps(soaked.as_dict(), indent=1) + "\n")
    else:
        _show(soaked)
    if not soaked.is_good:
        raise typer.Exit(1)


def _show(soaked: Soaked) -> None:
    rows = [{"figure": name, "value": str(value)} for name, value in soaked.as_dict().items()]
    as_table("the door under load", rows)
