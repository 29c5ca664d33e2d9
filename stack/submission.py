"""Submit Flink jobs, from their newest state and by their kept plans."""

import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from catalog.errors import SetupError
from catalog.settings import ROOT, Settings
from flink_jobs.submission import SUBMISSIONS, Submission
from stack import cluster, plans, states, supervise
from stack.flink import PROGRAM, flink_environment, innermost_cause
from stack.layout import Layout

CHEAP = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A client lives for seconds: the costly compiler would double what it costs."""


def submit(settings: Settings, names: Iterable[str]) -> None:
    """Submit jobs, each from its newest state and under the rules that made that, else the present ones.

    Raises SetupError when Flink does not take one, or when its plan is lost and sql/ holds other rules.
    """
    plan_of = {name: plans.plan_to_go_on_by(settings, name) for name in names}
    _run(settings, "submit", plan_of)
    for plan in plan_of.values():
        plans.remove_others(plan)


def submit_under_present_rules(settings: Settings, names: Iterable[str]) -> None:
    """Submit jobs from their newest states under the present rules, whatever rules made those."""
    _run(settings, "submit", {name: plans.present_plan(settings, name) for name in names})


def plan_present_rules(settings: Settings, names: Iterable[str]) -> None:
    """Plan jobs under the present rules, so that submitting them takes seconds; raises SetupError."""
    _run(settings, "plan", {name: plans.present_plan(settings, name) for name in names})


def _run(settings: Settings, what: str, plan_of: dict[str, Path]) -> None:
    if not plan_of:
        return
    submissions = [_submission(settings, name, plan) for name, plan in plan_of.items()]
    layout = Layout.of(settings.home)
    log = layout.logs / "submit.log"
    with NamedTemporaryFile("wb", dir=layout.run, suffix=".json") as file, log.open("wb") as output:
        file.write(SUBMISSIONS.dump_json(submissions))
        file.flush()
        command = [str(layout.tools / "flink" / "bin" / "python"), str(PROGRAM), what, file.name]
        environment = flink_environment(settings) | {"JVM_ARGS": CHEAP}
        done = subprocess.run(command, env=environment, stdout=output, stderr=output, cwd=ROOT)
    if done.returncode:
        cause = innermost_cause(log.read_text(errors="replace"))
        raise SetupError(f"could not {what} {' and '.join(plan_of)}: {cause}; Flink's answer is in {log}")


def _submission(settings: Settings, name: str, plan: Path) -> Submission:
    folder = states.state_folder(settings, name)
    state = states.newest_state(folder)
    states.remove_older(folder, state)
    return Submission(
        job=name,
        id=_next_id(settings, name, state),
        plan=plan,
        states=folder,
        start_from=state.folder if state else None,
    )


def _next_id(settings: Settings, name: str, state: states.State | None) -> str:
    """Name the job so that Flink refuses a second one that was submitted on the same knowledge.

    A slow JobManager may take up a submission after its client has given up and another has come.
    """
    manager = supervise.pids(Layout.of(settings.home)).get("flink-jobmanager")
    former = [job["jid"] for job in cluster.known_jobs(settings) if job["name"] == name]
    return sha256(f"{name} {state} {manager} {former[-1:]}".encode()).hexdigest()[:32]
