"""Boards: they draw only what is measured, and their SQL runs on the tables that there are."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from catalog.metrics_of_others import OTHERS
from catalog.postgres import connect, ensure_reader, migrate
from catalog.settings import ROOT, Postgres
from catalog.setup import ensure_live_views
from tests.prometheus.measures import LISTED, measured
from tests.servers.postgres import postgres_server

GRAFANA = ROOT / "deploy" / "grafana"
BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((GRAFANA / "boards").glob("*.json"))}
SOURCES = GRAFANA / "provisioning" / "datasources" / "pinflow.yaml"
RULES = (ROOT / "deploy" / "prometheus" / "rules" / "pinflow.yaml").read_text()
PANELS = [(name, panel) for name, board in BOARDS.items() for panel in board["panels"]]
TARGETS = [(f"{name}: {panel['title']}", each) for name, panel in PANELS for each in panel["targets"]]
EXPRESSIONS = {f"{name} {each['refId']}": each["expr"] for name, each in TARGETS if "expr" in each}
QUERIES = {name: each["rawSql"] for name, each in TARGETS if "rawSql" in each}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("boards") / "data") as server:
        migrate(server)
        ensure_live_views(server)
        own = server.model_copy(update={"reader_password": SecretStr("secret")})
        ensure_reader(own)
        yield own.as_reader


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_panel_draws_only_what_is_measured(name: str) -> None:
    found = measured(EXPRESSIONS[name])
    assert found
    assert found <= set(LISTED)


@pytest.mark.parametrize("name", QUERIES)
def test_the_sql_of_a_panel_runs_for_who_may_only_read(name: str, reader: Postgres) -> None:
    filtered = r"\1 BETWEEN '2026-11-20T10:00:00Z' AND '2026-11-20T11:00:00Z'"
    text = re.sub(r"\$__timeFilter\((\w+)\)", filtered, QUERIES[name])
    assert "$" not in text
    with connect(reader) as connection, connection.cursor() as cursor:
        cursor.execute(text)
        assert cursor.description


def test_what_others_measure_is_listed_because_a_rule_or_a_board_uses_it() -> None:
    used = {name for text in (RULES, *EXPRESSIONS.values()) for name in measured(text)}
    assert {each.value.name for group in OTHERS for each in group} <= used


def test_a_board_is_json_that_people_can_read() -> None:
    for path in (GRAFANA / "boards").iterdir():
        own = json.dumps(BOARDS[path.stem], indent=2, ensure_ascii=False) + "\n"
        assert path.read_text() == own, path.name


def test_every_panel_has_a_title_a_description_a_place_of_its_own_and_a_source_that_is_there() -> None:
    known = {source["uid"] for source in yaml.safe_load(SOURCES.read_text())["datasources"]}
    for name, panel in PANELS:
        assert panel["title"], name
        assert panel["description"], name
        assert panel["datasource"]["uid"] in known, name
    for name, board in BOARDS.items():
        cells = [cell for panel in board["panels"] for cell in _cells(panel["gridPos"])]
        assert len(cells) == len(set(cells)), name
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]), name


def _cells(place: dict[str, Any]) -> Iterator[tuple[int, int]]:
    assert place["x"] + place["w"] <= 24
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            yield x, y
