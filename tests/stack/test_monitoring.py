"""What watches the stack: started only when asked for, and configured as its own tools want it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.errors import SetupError
from catalog.settings import Settings
from stack import cli, monitoring
from stack.layout import Layout
from stack.render import render
from stack.services import services
from stack.up import _wanted


def names(settings: Settings, *extras: str) -> set[str]:
    return {service.name for service in _wanted(settings, frozenset(), frozenset(extras))}


def test_it_is_started_only_when_it_is_asked_for(settings: Settings) -> None:
    own = {"prometheus", "alertmanager", "postgres-exporter"}
    assert not own & names(settings)
    assert own <= names(settings, *own)


def test_what_is_missing_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SetupError, match=f"apt-get install -y {' '.join(monitoring.PACKAGES)}"):
        monitoring.check_installed()


def test_a_group_that_does_not_exist_is_refused(settings: Settings) -> None:
    done = CliRunner().invoke(cli.application("up"), ["up", "--with", "games"])
    assert isinstance(done.exception, SetupError)
    assert "--with takes: monitoring" in str(done.exception)


def check(*command: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        pytest.fail(f"{command[0]} is missing; run: apt-get install -y {' '.join(monitoring.PACKAGES)}")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def rendered(monkeypatch: pytest.MonkeyPatch, **values: str) -> Path:
    for name, value in values.items():
        monkeypatch.setenv(f"PINFLOW_MONITORING_{name.upper()}", value)
    fresh = Settings()
    layout = Layout.of(fresh.home)
    layout.make()
    render(fresh, services(fresh))
    return layout.etc / "prometheus"


def test_its_configuration_is_well_formed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    check("promtool", "check", "config", str(rendered(monkeypatch) / "prometheus.yaml"))


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/hook?a=1&b='\"", "https://x/: {}"])
def test_alerts_go_to_any_address(settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    check("amtool", "check-config", str(rendered(monkeypatch, webhook_url=url) / "alertmanager.yaml"))


def test_only_services_that_are_started_are_asked(settings: Settings) -> None:
    layout = Layout.of(settings.home)
    layout.make()
    render(settings, [service for service in services(settings) if service.name != "trino"])
    text = (layout.etc / "prometheus" / "prometheus.yaml").read_text()
    assert "job_name: observer" in text
    assert "job_name: trino" not in text
