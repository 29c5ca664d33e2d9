"""Where the tasks of Pinflow run: in the environment of its command. Nothing of it is in Airflow's own."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = {
    "python": os.environ["PINFLOW_PYTHON"],
    "expect_airflow": False,
    "env_vars": {"PYTHONPATH": str(ROOT)},
}
"""Options of `@task.external_python`."""

PARAMS = "{{ params | tojson }}"
"""Every parameter as JSON text, for a task to read; they were held against their schemas before."""
END = r"(?![\s\S])"
"""The end of a text, and not a line break before it, in patterns of Python and of browsers."""
TIME = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""A moment in RFC 3339, with its zone."""
