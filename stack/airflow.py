"""Airflow: its processes, and the database that it keeps its own state in."""

import hashlib
import os
import subprocess
import sys

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalog.errors import SetupError
from catalog.postgres import LOGIN, connect_committing, ensure_role
from catalog.settings import ROOT, Settings
from stack.layout import Layout
from stack.service import Service

LOCK = ROOT / "requirements" / "airflow.txt"
NAMES = ("airflow-api", "airflow-scheduler", "airflow-dags")
COMMANDS = {
    "airflow-api": ["api-server"],
    # Logs of tasks lie where the page reads them; no server for them is needed.
    "airflow-scheduler": ["scheduler", "--skip-serve-logs"],
    "airflow-dags": ["dag-processor"],
}
MADE_WITH = """
    SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"""


def airflow(settings: Settings, layout: Layout) -> list[Service]:
    """List Airflow's processes; they are started once `prepare` has run."""
    program = str(layout.tools / "airflow" / "bin" / "airflow")
    ports = {"airflow-api": (settings.airflow.port,)}
    return [
        Service(
            name,
            [program, *COMMANDS[name]],
            ports.get(name, ()),
            settings.airflow.url,
            variables(settings, layout),
            layout.data("airflow"),
            is_late=True,
        )
        for name in NAMES
    ]


def variables(settings: Settings, layout: Layout) -> dict[str, str]:
    """Give the environment of Airflow, and that of the tasks' other environment."""
    return {
        "AIRFLOW_HOME": str(layout.data("airflow")),
        "AIRFLOW_CONFIG": str(layout.etc / "airflow" / "airflow.cfg"),
        "PINFLOW_PYTHON": sys.executable,
        "PINFLOW_HOME": str(layout.home),
        "PINFLOW_TOOLS": str(layout.tools),
        "PINFLOW_PORT_BASE": str(settings.home.port_base),
        "MALLOC_ARENA_MAX": "2",
    }


def prepare(settings: Settings) -> bool:
    """Make Airflow's role and database, bring its tables to the installed version; say whether it is new.

    Raises SetupError when Airflow does not get through with that.
    """
    own, made_with = settings.airflow, hashlib.sha256(LOCK.read_bytes()).hexdigest()
    ensure_role(settings.postgres, own.database_user, own.database_password, (LOGIN,))
    with connect_committing(settings.postgres) as opened, opened.cursor() as at:
        is_new = _ensure_database(at, own.database, own.database_user)
        at.execute(MADE_WITH, (own.database,))
        if at.fetchone() != (made_with,):
            _migrate(settings)
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            at.execute(comment.format(sql.Identifier(own.database), sql.Literal(made_with)))
    return is_new


def _ensure_database(at: cursor, name: str, owner: str) -> bool:
    at.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    is_new = at.fetchone() is None
    if is_new:
        create = sql.SQL("CREATE DATABASE {} OWNER {}")
        at.execute(create.format(sql.Identifier(name), sql.Identifier(owner)))
    return is_new


def _migrate(settings: Settings) -> None:
    layout = Layout.of(settings.home)
    command = [str(layout.tools / "airflow" / "bin" / "airflow"), "db", "migrate"]
    done = subprocess.run(
        command,
        env={**os.environ, **variables(settings, layout)},
        cwd=layout.data("airflow"),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise SetupError(f"Airflow did not make its tables:\n{tail}")
