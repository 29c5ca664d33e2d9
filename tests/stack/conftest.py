"""A home of its own for each test, with the installed software of the checkout."""

from pathlib import Path

import pytest

from catalog.settings import Home, Settings

BASE = 31000
"""Below the ports that the system gives to clients, one of which could be taken by chance."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PINFLOW_TOOLS", str(Home().tools_dir.resolve()))
    monkeypatch.setenv("PINFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PINFLOW_PORT_BASE", str(BASE))
    return Settings()
