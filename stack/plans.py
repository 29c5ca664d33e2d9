"""The plans of the running jobs: what Flink made of their texts, kept beside their states.

A job comes back by its plan without being planned again, also while somebody edits sql/.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from pydantic import SecretStr

from catalog.errors import SetupError
from catalog.settings import ROOT, Settings
from flink_jobs.texts import rules
from stack import states
from stack.layout import Layout

CODE = ("catalog", "flink_jobs")


def present_plan(settings: Settings, name: str) -> Path:
    """Name the file of a job's plan under the present rules; it is there once such a job was submitted."""
    return _plan(settings, name, rules())


def plan_to_go_on_by(settings: Settings, name: str) -> Path:
    """Name the plan under the rules that made a job's newest state, and note the rules for those to come.

    Raises SetupError when other rules than those of sql/ made it and no plan under them fits any more.
    """
    folder, present = states.state_folder(settings, name), rules()
    state, noted = states.newest_state(folder), states.noted_rules(folder)
    if state and noted and noted != present:
        kept = list(folder.glob(f"plan-{noted}-{_fitting(settings)}-*"))
        if not kept:
            raise SetupError(
                f"the rules changed since {state.folder.name} was written (then {noted}, now {present}), and "
                "no plan under the former ones fits the settings; "
                "go over to the new text with './pinflow jobs upgrade', or check out the former sql/"
            )
        return max(kept, key=lambda file: file.stat().st_mtime)
    states.note_rules(folder, present)
    return _plan(settings, name, present)


def under_former_rules(settings: Settings, names: Iterable[str]) -> list[str]:
    """Say of each job that runs under other rules than those of sql/ how to go over to these."""
    present = rules()
    return [
        f"{name} runs under its former rules; to go over to those of sql/: ./pinflow jobs upgrade"
        for name in names
        if states.noted_rules(states.state_folder(settings, name)) not in (None, present)
    ]


def remove_others(plan: Path) -> None:
    """Remove the plans that a job had before."""
    for other in plan.parent.glob("plan-*"):
        if other != plan:
            other.unlink()


def _plan(settings: Settings, name: str, under: str) -> Path:
    return states.state_folder(settings, name) / f"plan-{under}-{_fitting(settings)}-{_hash(_code())}"


def _fitting(settings: Settings) -> str:
    """Hash what a plan must share with the running stack: settings, and the jars with Flink's classes."""
    groups = (settings.kafka, settings.postgres, settings.s3, settings.flink)
    jars = sorted(Layout.of(settings.home).flink_lib.glob("*.jar"))
    return _hash([
        *(json.dumps(group.model_dump(), sort_keys=True, default=_revealed).encode() for group in groups),
        *(f"{jar.name} {jar.stat().st_size}".encode() for jar in jars),
    ])  # fmt: skip


def _code() -> Iterable[bytes]:
    paths = (path for folder in CODE for path in (ROOT / folder).rglob("*.py"))
    return (path.read_bytes() for path in sorted(paths))


def _hash(parts: Iterable[bytes]) -> str:
    """Hash parts to 12 hex digits."""
    digest = sha256()
    for part in parts:
        digest.update(sha256(part).digest())
    return digest.hexdigest()[:12]


def _revealed(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
