import re
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.settings import ROOT

PAGES = sorted((ROOT / "docs" / "forms").glob("*.md"))
RUN = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


def examples(page: Path) -> list[tuple[str, str]]:
    return re.findall(r"^```(sh|python)\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_work_as_they_are(url: str, page: Path) -> None:
    languages = set()
    for language, text in examples(page):
        command = text.replace("http://127.0.0.1:18080", url).replace("curl -s", "curl -sS --fail-with-body")
        done = subprocess.run([*RUN[language], command], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stdout + done.stderr
        languages.add(language)
    assert languages == {"sh", "python"}
