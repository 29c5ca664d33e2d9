"""Of a job that Flink does not take, or a learning run that fails, the cause is told and its log is there."""

import re
from pathlib import Path

import pytest

from catalog.errors import SetupError
from stack.flink import innermost_cause
from stack.trained import train

OF_JAVA = """\
org.apache.flink.client.program.ProgramInvocationException: Python process exits with code: 1
Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed.
Caused by: java.lang.RuntimeException: Python process exits with code: 1
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)
Caused by: java.lang.RuntimeException: Python process exits with code: 1
"""
OF_PYTHON = """\
history: Traceback (most recent call last):
  File "submit.py", line 26, in went_well
    do(submission)
TypeError: 'JavaObject' object is not iterable

"""

BETWEEN_THEM = """\
py4j.protocol.Py4JJavaError: An error occurred while calling o12.get.
: java.util.concurrent.ExecutionException: the submission was refused
\tat java.base/java.util.concurrent.CompletableFuture.get(Unknown Source)
"""
OF_A_SUPPRESSED_ONE = "Exception in thread\n\tCaused by: java.io.IOException: closed:\n"


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        pytest.param(OF_JAVA, "Caused by: java.net.ConnectException: Connection refused", id="of Java"),
        pytest.param(OF_PYTHON, "TypeError: 'JavaObject' object is not iterable", id="of Python"),
        pytest.param(
            BETWEEN_THEM,
            "java.util.concurrent.ExecutionException: the submission was refused",
            id="between them",
        ),
        pytest.param(
            OF_A_SUPPRESSED_ONE, "Caused by: java.io.IOException: closed:", id="of a suppressed one"
        ),
        pytest.param("\n", "it said nothing", id="silent"),
    ],
)
def test_the_cause_is_the_innermost_of_java_or_the_last_line(log: str, cause: str) -> None:
    assert innermost_cause(log) == cause


def test_a_learning_run_that_fails_leaves_the_logs_that_it_names(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="the run from which Java learns failed") as failed:
        train(tmp_path / "trained")
    named = re.search(r"its logs are in (\S+):", str(failed.value))
    assert named
    assert Path(named[1]).is_dir()
    assert "pinflow-train-" not in str(failed.value), "a folder that is gone"
