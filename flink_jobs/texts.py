"""The logic of every job: the SQL texts of `sql/`, rendered and put in order."""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog.contracts import contract
from catalog.names import Stream

ROOT = Path(__file__).resolve().parent.parent
SQL = ROOT / "sql"
COUNTRIES = ROOT / "catalog" / "countries.csv"
DECODER = ROOT / "flink_jobs" / "udf" / "src" / "main"
COMMENT = re.compile("^--.*\n", re.MULTILINE)
STAGES = ("10_read", "20_clean", "30_enrich", "40_live")


@dataclass(frozen=True)
class View:
    """Hold one view: its name, its stage and its SELECT."""

    name: str
    stage: str
    text: str

    def reads(self, names: set[str]) -> set[str]:
        """Name those of the given views that stand behind a FROM or JOIN of this one."""
        return names & set(re.findall(r"(?:FROM|JOIN)\s+`?(\w+)", self.text)) - {self.name}


def views(folder: Path = SQL) -> list[View]:
    """Render every text of the stages, each view after those that it reads.

    Raises graphlib.CycleError when views read each other in a circle.
    """
    found = {view.name: view for view in _rendered(folder)}
    graph = {name: view.reads(set(found)) for name, view in found.items()}
    return [found[name] for name in TopologicalSorter(graph).static_order()]


def rules(folder: Path = SQL) -> str:
    """Hash the present rules: rendered texts without comments, and the decoder's source; 12 hex digits."""
    digest = hashlib.sha256()
    for view in sorted(_rendered(folder), key=lambda view: (view.stage, view.name)):
        digest.update(f"{view.stage}/{view.name}\n{COMMENT.sub('', view.text)}\n".encode())
    for path in sorted(DECODER.rglob("*.java")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _rendered(folder: Path) -> Iterator[View]:
    environment = Environment(  # noqa: S701  (renders SQL, not HTML)
        loader=FileSystemLoader([folder, folder / "macros"]), undefined=StrictUndefined
    )
    contracts = {stream.value: contract(stream).literal for stream in Stream}
    for stage in STAGES:
        for path in sorted((folder / stage).glob("*.sql")):
            text = environment.get_template(f"{stage}/{path.name}").render(
                contracts=contracts, countries=_countries()
            )
            yield View(path.stem, stage, text)


def _countries() -> dict[str, str]:
    """Give each column of the countries as the table that `look_up` reads, lines of `country=value`."""
    with COUNTRIES.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        column: "\n".join(f"{row['country']}={row[column]}" for row in rows).replace("'", "''")
        for column in ("country_code", "continent")
    }


def picture(folder: Path = SQL) -> str:
    """Draw which view reads which, as a Mermaid graph grouped by stage."""
    found = views(folder)
    names = {view.name for view in found}
    stages = (
        [f"  subgraph {stage}", *(f"    {view.name}" for view in found if view.stage == stage), "  end"]
        for stage in STAGES
    )
    edges = (f"  {source} --> {view.name}" for view in found for source in sorted(view.reads(names)))
    return "\n".join(["graph LR", *(line for stage in stages for line in stage), *edges])
