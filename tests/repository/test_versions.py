"""What is named in more than one place has one version."""

import re

from catalog.settings import ROOT


def test_flinks_planner_and_the_functions_are_built_for_the_flink_that_runs() -> None:
    locked = re.search(r"^apache-flink==(\S+)", (ROOT / "requirements" / "flink.txt").read_text(), re.M)
    assert locked
    for pom in (ROOT / "stack" / "pom.xml", ROOT / "flink_jobs" / "udf" / "pom.xml"):
        assert f"<flink.version>{locked[1]}</flink.version>" in pom.read_text()
