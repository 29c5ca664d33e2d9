"""No test is left out in silence: `--no-silent-skips` excuses only reference rows that are not at hand."""

from collections.abc import Generator

import pytest

from catalog.settings import ROOT

SHARED = ROOT.parent / "shared"
EXCUSE = "the reference rows are not at hand"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-silent-skips", action="store_true", help="Fail what is skipped without excuse.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    excused = EXCUSE in str(report.longrepr) and not SHARED.exists()
    if report.skipped and not excused and item.config.getoption("--no-silent-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped without excuse: {report.longrepr}"
    return report
