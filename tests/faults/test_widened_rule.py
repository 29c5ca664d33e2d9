"""A rule is widened while records come in; what it had refused is sent again and kept once."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
from rich.console import Console

from catalog.recompute import clean
from catalog.settings import ROOT
from stack.settle import settle
from tests.faults.changed import changed_copy, run
from tests.servers.stack import Stack

FIRST, OF_A_KIND = 3_000_000, 1_250
TIME = "2021-04-19 17:37:03"
USER = {"first_name": "Ann", "last_name": "Lee", "age": 36, "date_joined": TIME}
GEO = {"timestamp": TIME, "latitude": 1.5, "longitude": 2.5, "country": "Albania"}
PIN = {
    "unique_id": "a", "title": "t", "description": "d", "poster_name": "p", "follower_count": "2k",
    "tag_list": "x,y", "is_image_or_video": "image", "image_src": "s", "downloaded": 1,
    "save_location": "l", "category": "art",
}  # fmt: skip
POISON: list[tuple[str, dict[str, Any]]] = [
    ("user", {**USER, "age": 180}),
    ("user", {**USER, "age": "36"}),
    ("user", {**USER, "date_joined": "yesterday"}),
    ("user", {**USER, "last_name": {"text": "Lee"}}),
    ("geo", {**GEO, "latitude": 95.0}),
    ("geo", {**GEO, "longitude": None}),
    ("pin", {**PIN, "follower_count": "many"}),
    ("pin", {name: value for name, value in PIN.items() if name != "title"}),
]
WIDER = {
    "sql/macros/outside.sql": ("0 AND 150", "0 AND 200"),
    "catalog/recompute/clean.py": ("150", "200"),
}


@pytest.fixture
def wider(tmp_path: Path) -> Path:
    """Copy the project, with a rule that takes ages up to 200; the emulator makes none from 151 to 200."""
    return changed_copy(tmp_path, WIDER)


def test_poison_is_kept_once_after_its_rule_is_widened_and_one_retry(
    stack: Stack, wider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, (stream, row) in enumerate(POISON):
        send(stack, stream, kind, row)
    send(stack, "pin", 0, PIN)
    send(stack, "geo", 0, GEO)
    before = stack.closed()
    traffic = subprocess.Popen(
        [
            str(ROOT / "pinflow"),
            "emulate",
            "--rate",
            "167",
            "--count",
            "6000",
            "--start",
            "4000000",
            "--json",
        ],
        stdout=subprocess.PIPE,
    )
    run(wider, "jobs", "upgrade")
    ours = ("--reason", "out_of_range", "--owner", "poison")
    tried = run(wider, "dead", "try", *ours, "--json")
    run(wider, "dead", "retry", *ours, "--yes")
    with traffic:
        assert traffic.wait(timeout=180) == 0
    settle(stack.settings, Console(quiet=True))
    counts = json.loads(run(wider, "accounts", "--json"))
    faults = {name: sum(row[name] for row in counts) for name in ("pending", "missing", "doubled", "unequal")}
    assert faults == dict.fromkeys(faults, 0)
    assert str(OF_A_KIND) in tried
    assert sum(row["kept"] for row in counts) == before["kept"] + OF_A_KIND + 3 * 6000
    old = f"FROM {{}} WHERE age = 180 AND ind BETWEEN {FIRST} AND {FIRST + OF_A_KIND - 1}"
    kept = stack.sql(
        "trino", f"SELECT count(*) n, count(DISTINCT ind) inds {old.format('lake.history.users')}"
    )
    assert kept == [{"n": OF_A_KIND, "inds": OF_A_KIND}]
    assert stack.sql("postgres", f"SELECT count(*) n {old.format('live.posts')} AND is_complete") == [
        {"n": OF_A_KIND}
    ]
    monkeypatch.setattr(clean, "OLDEST", 200)
    stack.same_answers()


def send(stack: Stack, stream: str, kind: int, row: dict[str, Any]) -> None:
    number = "index" if stream == "pin" else "ind"
    first = FIRST + kind * OF_A_KIND
    records = [{"value": {number: ind, **row}} for ind in range(first, first + OF_A_KIND)]
    answer = requests.post(
        f"{stack.settings.ingest.url}/topics/poison.{stream}",
        data=json.dumps({"records": records}),
        headers={"Content-Type": "application/vnd.kafka.json.v2+json"},
        timeout=20,
    )
    assert answer.status_code == 200
