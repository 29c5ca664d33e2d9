"""Rows in, rows out: every `tests/sql/<stage>/<view>/<case>.yaml` against the real texts on a local Flink.

A case says what it shows, which records are `given` (per stream: `{}` is the plain record of records.yaml,
`set` and `drop` change it, `text` or `base64` replace its bytes, `tombstone: true` sends none) and which rows
of the view are `expected`, in any order, with the columns that matter. Views of 40_live change
as records come, so they run in streaming mode, others in batch mode.
"""

import base64
import copy
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flink_local import LocalFlink

from catalog.names import TOPICS
from flink_jobs.sinks import LIVE_TABLES

FOLDER = Path(__file__).parent
RECORDS = yaml.safe_load((FOLDER / "records.yaml").read_text())
CASES = sorted(FOLDER.glob("*/*/*.yaml"))


LIVE_CASES = sorted(FOLDER.glob("40_live/*/*.yaml"))


def _name(path: Path) -> str:
    return str(path.relative_to(FOLDER).with_suffix(""))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> LocalFlink:
    return LocalFlink(tmp_path_factory.mktemp("topics"), streaming=False)


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> LocalFlink:
    return LocalFlink(tmp_path_factory.mktemp("topics"), streaming=True)


@pytest.mark.parametrize("path", [path for path in CASES if path not in LIVE_CASES], ids=_name)
def test_rows_in_give_the_rows_expected(path: Path, batch: LocalFlink) -> None:
    show(path, batch)


@pytest.mark.parametrize("path", LIVE_CASES, ids=_name)
def test_changes_in_leave_the_rows_expected(path: Path, stream: LocalFlink) -> None:
    show(path, stream)


def show(path: Path, flink: LocalFlink) -> None:
    case = yaml.safe_load(path.read_text())
    for topic in TOPICS:
        flink.write(topic, [record_of(topic, change) for change in case["given"].get(topic, [])])
    columns = list(dict.fromkeys(name for row in case["expected"] for name in row)) or case["columns"]
    found = [_plain(row) for row in flink.rows(path.parent.name, columns)]
    expected = [{name: row.get(name) for name in columns} for row in case["expected"]]
    assert sorted(found, key=repr) == sorted(expected, key=repr), case["shows"]


def test_every_view_with_a_rule_has_a_case() -> None:
    views = {f"{path.parent.parent.name}/{path.parent.name}" for path in CASES}
    ruled = {
        "20_clean/event", "20_clean/pin_checked", "20_clean/geo_checked", "20_clean/user_checked",
        "20_clean/pin_judged", "20_clean/geo_judged", "20_clean/user_judged", "30_enrich/pin_enriched",
        "30_enrich/geo_enriched", "30_enrich/user_enriched",
    }  # fmt: skip
    ruled |= {f"40_live/{view}" for view in LIVE_TABLES.values()}
    assert ruled <= views


def record_of(topic: str, change: dict[str, Any]) -> dict[str, Any]:
    return {"body": _body(topic, change), **change.get("record", {})}


def _body(topic: str, change: dict[str, Any]) -> bytes | None:
    if change.get("tombstone"):
        return None
    if "text" in change:
        return str(change["text"]).encode()
    if "base64" in change:
        return base64.b64decode(change["base64"])
    record = copy.deepcopy(RECORDS[topic]) | change.get("set", {})
    return json.dumps(
        {name: value for name, value in record.items() if name not in change.get("drop", [])}
    ).encode()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat(" ") if isinstance(value, datetime) else value for name, value in row.items()
    }
