"""What stands in the way is said in one line that names it and the next step, with exit code 2."""

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from rich.console import Console

from catalog.errors import SetupError
from catalog.settings import HOST, ROOT, Settings
from stack import install, preflight, ready, states
from stack.layout import Layout
from stack.services import services

Usage = namedtuple("Usage", "total used free")


def pinflow(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stack.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def test_up_names_a_taken_port_its_service_and_who_listens(settings: Settings) -> None:
    with socket.create_server((HOST, settings.home.port_base + 92)) as taken:
        done = pinflow("up")
        port = taken.getsockname()[1]
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"pinflow: port {port} for kafka is taken by process {os.getpid()} (")
    assert "PINFLOW_PORT_BASE" in last
    assert "Traceback" not in done.stderr


def test_a_listener_on_every_address_takes_the_port_too(settings: Settings) -> None:
    with (
        socket.create_server(("", settings.home.port_base + 82)),
        pytest.raises(SetupError, match=f"port {settings.home.port_base + 82} for trino is taken"),
    ):
        preflight.check_ports(services(settings))


def test_up_refuses_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 2 * 1024**3))
    with pytest.raises(
        SetupError, match=r"has 2\.0 GiB free and Pinflow needs 3; free some, or set PINFLOW_HOME"
    ):
        preflight.check_disk(tmp_path)


def test_missing_java_is_answered_with_the_command_that_installs_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match=r"run: sudo apt-get install -y openjdk-17-jdk-headless maven$"):
        install.install(settings.home, Console(stderr=True))


def test_a_service_that_stays_away_is_named_with_the_end_of_its_log(settings: Settings) -> None:
    layout = Layout.of(settings.home)
    layout.make()
    (layout.logs / "kafka.log").write_text("first\n" + "line\n" * 20 + "no space left\n")
    with pytest.raises(SetupError) as refused:
        ready.wait_for({"kafka"}, settings, Console(stderr=True), seconds=0.1)
    told = str(refused.value)
    assert told.startswith("kafka does not answer")
    assert str(layout.logs / "kafka.log") in told
    assert "no space left" in told
    assert "first" not in told
    assert "./pinflow up" in told


def test_only_some_services_can_be_left_out() -> None:
    done = pinflow("up", "--without", "trino,kafka")
    assert done.returncode == 2
    assert "kafka cannot be left out" in done.stderr


def test_a_job_goes_on_from_its_newest_completed_state(tmp_path: Path) -> None:
    for age, name in enumerate(("savepoint-1", "abc/chk-12", "abc/chk-9")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "_metadata").touch()
        os.utime(tmp_path / name / "_metadata", (1000 - age, 1000 - age))
    (tmp_path / "abc" / "chk-13").mkdir()
    newest = states.newest_state(tmp_path)
    assert newest
    assert newest.folder == tmp_path / "savepoint-1"
    assert states.newest_state(tmp_path / "none") is None
