"""A job goes on by the plan under the rules that made its state, whatever sql/ holds by then."""

from pathlib import Path

import pytest

from catalog.errors import SetupError
from catalog.settings import Settings
from flink_jobs.texts import rules
from stack import plans, states
from stack.layout import Layout

FORMER = "0123456789ab"


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Give the folder of a history job whose savepoint was made under former rules."""
    folder = states.state_folder(settings, "history")
    (folder / "savepoint-1").mkdir(parents=True)
    (folder / "savepoint-1" / "_metadata").touch()
    states.note_rules(folder, FORMER)
    return folder


def former_plan(settings: Settings) -> Path:
    """Write the plan that a job under the former rules would have left."""
    present = plans.present_plan(settings, "history")
    former = present.with_name(present.name.replace(rules(), FORMER))
    former.touch()
    return former


def test_without_a_plan_a_state_of_other_rules_is_refused_with_both_ways_out(
    settings: Settings, folder: Path
) -> None:
    with pytest.raises(SetupError) as refused:
        plans.plan_to_go_on_by(settings, "history")
    told = str(refused.value)
    assert f"the rules changed since savepoint-1 was written (then {FORMER}, now {rules()})" in told
    assert "check out the former sql/" in told
    assert "./pinflow jobs upgrade" in told
    assert states.noted_rules(folder) == FORMER


def test_a_job_goes_on_by_the_plan_that_it_ran_by_and_says_so(settings: Settings, folder: Path) -> None:
    former = former_plan(settings)
    assert plans.plan_to_go_on_by(settings, "history") == former
    assert states.noted_rules(folder) == FORMER
    (told,) = plans.under_former_rules(settings, ("history", "live"))
    assert told.startswith("history runs under its former rules")


def test_a_plan_made_by_other_code_is_taken_only_for_other_rules(settings: Settings, folder: Path) -> None:
    present = plans.present_plan(settings, "history")
    for under in (FORMER, rules()):
        present.with_name(f"{present.name.replace(rules(), under)[:-12]}00000000000a").touch()
    assert plans.plan_to_go_on_by(settings, "history").name.endswith("-00000000000a")
    states.note_rules(folder, rules())
    assert plans.plan_to_go_on_by(settings, "history") == present


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PINFLOW_POSTGRES_WRITER_PASSWORD", "another"),
        ("PINFLOW_KAFKA_BOOTSTRAP", "127.0.0.1:1"),
        ("PINFLOW_FLINK_HISTORY_PARALLELISM", "2"),
    ],
)
def test_a_plan_with_other_settings_does_not_fit(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    former = former_plan(settings)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupError, match="no plan under the former ones fits the settings"):
        plans.plan_to_go_on_by(Settings(), "history")
    assert former.exists()


def test_a_plan_of_another_flink_does_not_fit(settings: Settings, folder: Path) -> None:
    former_plan(settings)
    jars = Layout.of(settings.home).flink_lib
    jars.mkdir(parents=True, exist_ok=True)
    (jars / "flink-dist-9.jar").touch()
    with pytest.raises(SetupError, match="no plan under the former ones fits the settings"):
        plans.plan_to_go_on_by(settings, "history")


def test_a_job_without_a_state_begins_under_the_present_rules(settings: Settings) -> None:
    assert plans.plan_to_go_on_by(settings, "live") == plans.present_plan(settings, "live")
    assert states.noted_rules(states.state_folder(settings, "live")) == rules()
    assert plans.under_former_rules(settings, ("history", "live")) == []


def test_only_the_plan_that_runs_is_kept(settings: Settings, folder: Path) -> None:
    former, present = former_plan(settings), plans.present_plan(settings, "history")
    present.touch()
    plans.remove_others(present)
    assert not former.exists()
    assert present.exists()
    assert (folder / "savepoint-1").exists()
