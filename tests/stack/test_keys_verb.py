from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.errors import SetupError
from stack import cli


def test_a_key_is_printed_once_and_kept_as_its_hash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    monkeypatch.setenv("PINFLOW_INGEST_KEYS_FILE", str(file))
    shown = CliRunner().invoke(cli.application("keys"), ["keys", "add", "ann", "--rate", "100"])
    assert shown.exit_code == 0, shown.output
    (key,) = shown.stdout.split()
    assert key not in file.read_text()
    assert file.read_text() == f"ann:{sha256(key.encode()).hexdigest()}:100.000\n"


def test_without_a_file_it_says_how_to_ask_for_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PINFLOW_HOME", str(tmp_path))
    monkeypatch.delenv("PINFLOW_INGEST_KEYS_FILE", raising=False)
    shown = CliRunner().invoke(cli.application("keys"), ["keys", "add", "ann"])
    assert f"./pinflow down; PINFLOW_INGEST_KEYS_FILE={tmp_path}/keys ./pinflow up" in shown.stderr


def test_an_owner_that_cannot_be_addressed_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PINFLOW_INGEST_KEYS_FILE", str(tmp_path / "keys"))
    refused = CliRunner().invoke(cli.application("keys"), ["keys", "add", "a:b"])
    assert isinstance(refused.exception, SetupError)
    assert not (tmp_path / "keys").exists()
