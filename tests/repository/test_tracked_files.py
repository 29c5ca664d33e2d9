import re
import subprocess
from pathlib import Path

import pytest

from catalog.settings import ROOT

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|repo1?\.maven|registry\.[a-z]+\.[a-z]+|(docker|ghcr|quay)\.io|deb\.debian\.org"
    r"|--(extra-)?index-url"
)
MACHINE_PATH = re.compile(r"(?<![\w./-])/(work|root)\b")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("forbidden", [REGISTRY, MACHINE_PATH], ids=["registry hosts", "machine paths"])
def test_no_file_names_what_only_one_machine_has(forbidden: re.Pattern[str]) -> None:
    texts = {path: path.read_text(errors="replace") for path in _tracked() if path != Path(__file__)}
    found = {
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path, text in texts.items()
        if (hit := forbidden.search(text))
    }
    assert not found


def test_no_package_of_ours_hides_airflow() -> None:
    assert not list(ROOT.glob("airflow/**/__init__.py"))


def test_every_environment_is_locked_with_hashes() -> None:
    for wanted in (ROOT / "requirements").glob("*.in"):
        locked = wanted.with_suffix(".txt").read_text().replace("\\\n", "").splitlines()
        assert locked
        assert all(re.match(r"[\w.\[\],-]+==\S+ .*--hash=sha256:", line) for line in locked), wanted.name
