"""Alert rules: they fire on what they are for, name only what is measured, and lead to a page that helps."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from catalog.settings import ROOT
from stack.cli import VERBS
from tests.prometheus.measures import LISTED, measured

RULES = ROOT / "deploy" / "prometheus" / "rules" / "pinflow.yaml"
RUNBOOK = ROOT / "docs" / "runbook"
CASES = ROOT / "tests" / "prometheus" / "rules.yaml"


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def promtool(*arguments: str) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.fail("promtool is missing; run: sudo apt-get install -y prometheus")
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_well_formed() -> None:
    promtool("check", "rules", str(RULES))


def test_each_alert_fires_on_what_it_is_for_and_stays_silent_otherwise() -> None:
    promtool("test", "rules", str(CASES))


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_something_alike_does_not() -> None:
    cases = yaml.safe_load(CASES.read_text())["tests"]
    tried = [check for case in cases for check in case["alert_rule_test"]]
    assert {check["alertname"] for check in tried if check["exp_alerts"]} == {
        each["alert"] for each in alerts()
    }
    for case in cases:
        series = len(case["input_series"])
        most = max(len(check["exp_alerts"]) for check in case["alert_rule_test"])
        assert series > most, case["name"]


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_names_only_what_is_measured(rule: dict[str, Any]) -> None:
    assert measured(rule["expr"]) <= set(LISTED)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_leads_to_a_page_that_says_what_it_means_and_what_to_do(rule: dict[str, Any]) -> None:
    own = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", rule["alert"]).lower()
    assert rule["annotations"]["runbook"] == f"docs/runbook/{own}.md"
    page = (RUNBOOK / f"{own}.md").read_text()
    assert page.startswith(f"# {rule['alert']}\n")
    assert re.findall("^## (.*)$", page, re.M) == ["What it means", "See it", "What to do"]
    assert rule["labels"]["severity"] in {"page", "ticket"}


def test_each_page_belongs_to_an_alert_and_names_only_verbs_that_exist() -> None:
    told = {rule["annotations"]["runbook"] for rule in alerts()}
    assert told == {str(path.relative_to(ROOT)) for path in RUNBOOK.glob("*.md")}
    for path in RUNBOOK.glob("*.md"):
        assert set(re.findall(r"\./pinflow (\w+)", path.read_text())) <= set(VERBS), path.name
