"""Configurations of DAG runs that must be refused, and some that must not, drawn from a seed."""

import random
from collections.abc import Iterator
from typing import Any

VALID: dict[str, dict[str, list[Any]]] = {
    "upkeep": {"all": [True, False]},
    "daily_report": {"day": ["2026-11-20", None]},
    "export": {
        "stream": ["pin", "geo", "user"],
        "owner": ["126ca3664fbb", "a.b-c_d", ""],
        "from": [None, "0", "12000", "2026-11-20T00:00:00Z"],
        "to": [None, "12999", "2026-11-20T23:59:59.999+02:00"],
    },
    "replay": {
        "streams": [["pin"], ["pin", "geo", "user"]],
        "from": ["earliest", "2026-11-20T18:00:00Z", "pin:0=120,pin:1=88"],
        "to": ["latest", "2026-11-20T19:00:00+01:00", "pin:0=130"],
        "source": ["kafka", "history"],
        "rules": [None, "HEAD~3", "main", "2b4b93f"],
        "publish_at_once_up_to": [None, 0, 1000],
    },
}
"""Values that each parameter of each DAG takes."""

TEXTS = (
    "; rm -rf /", "$(id)", "`id`", "| cat /etc/passwd", "&& reboot", "' OR 1=1 --", "'; DROP TABLE x --",
    "../../etc/passwd", "/etc/passwd", "HEAD; id", "HEAD\n--yes", "HEAD^{/x}", "@{u}", ":/fix", "a/../c d",
    "earliest\n", " earliest", "latest\n", "kafka\n", "pin\n", "0\n", "main\n", "2026-11-20T00:00:00Z\n",
    "2026-01-01 00:00:00", "pin:0=1;pin:1=2", "pin:0=\u0661", "\u0661\u0662", "\uff50\uff49", "pin\u0000",
    "\u0000", "\\x00", "\u202eyadretsey", "{{ 7 * 7 }}", "{% raw %}", "${PATH}", "%s%n", "a" * 5000,
    "<script>alert(1)</script>", "--output=/etc/passwd",
)  # fmt: skip
"""Texts that no parameter takes."""
OTHERS: tuple[Any, ...] = (
    -1, 1.5, 10**30, -(10**30), [], {}, [[]], [None], {"a": 1}, ["pin", "pin"], ["pin", 7], [["pin"]],
    ["; id"], {"$ref": "#"}, {"__class": "airflow.sdk.Param", "value": "pin"},
)  # fmt: skip


def hostile(count: int, seed: int) -> list[tuple[str, dict[str, Any]]]:
    """Give DAG and configuration, each with one value at least that its parameter must not take."""
    dice = random.Random(seed)
    return [_hostile(dice) for _ in range(count)]


def _hostile(dice: random.Random) -> tuple[str, dict[str, Any]]:
    dag = dice.choice(sorted(VALID))
    conf = {name: dice.choice(values) for name, values in VALID[dag].items() if dice.random() < 0.7}
    for name in dice.sample(sorted(VALID[dag]), dice.randint(1, len(VALID[dag]))):
        conf[name] = dice.choice(OTHERS) if dice.random() < 0.3 else _varied(dice)
    return dag, conf


def _varied(dice: random.Random) -> str:
    return dice.choice(TEXTS) + dice.choice(("", "\n", ";"))


def valid() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each value that is accepted, with nothing else."""
    for dag, parameters in VALID.items():
        for name, values in parameters.items():
            yield from ((dag, {name: value}) for value in values)
