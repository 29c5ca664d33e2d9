"""The stack in containers: its secrets, and the configuration that docker-compose.yml mounts."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from catalog.settings import ROOT, Settings
from stack.render import SECRETS, shared_variables, write_all
from stack.secret_files import add_secrets
from stack.services import services

COMPOSE = ROOT / "docker-compose.yml"
ENV = ROOT / ".env"
ETC = ROOT / ".compose"
COMPOSE_SECRETS = (*SECRETS, "PINFLOW_GRAFANA_PASSWORD")
WHOLE = "keeper"
"""The service whose environment holds every address."""
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]*\}")
OPTIONAL = re.compile(r"\$\{(\w+):-([^}]*)\}")
FOLDERS = {
    "kafka_data": "/var/lib/kafka/data",
    "trino_data": "/data/trino",
    "flink_state": Path("/var/lib/pinflow/data/flink"),
    "flink_logging": "/var/lib/pinflow/etc/flink",
    "logs": "/var/lib/pinflow/logs",
    "temp": "/tmp",  # noqa: S108
    "postgres_sockets": "/var/run/postgresql",
    "prometheus_rules": "/etc/prometheus/rules",
    "airflow_dags": "/opt/pinflow/code/airflow/dags",
    "airflow_logs": "/var/lib/pinflow/logs/airflow",
    "airflow_passwords": "/var/lib/pinflow/etc/airflow/passwords.json",
}
"""Where services write inside their containers."""
MOUNTED = frozenset({"flink", "kafka", "postgres", "prometheus", "trino"})
"""Parts of `deploy/` whose configuration containers mount; Airflow's holds secrets, and is written inside."""


def write_env() -> set[str]:
    """Write each secret once into `.env`, readable by the owner alone; name those that were missing."""
    return add_secrets(ENV, COMPOSE_SECRETS)


def render(folder: Path = ETC) -> None:
    """Write the configuration of every container, with the settings that docker-compose.yml gives them.

    No secret is written: services read theirs from their environment.
    """
    environment = environment_of(WHOLE) | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "stack.compose", str(folder)]
    # Each container reads as a user of its own, whatever the caller's umask is.
    subprocess.run(command, env=environment, check=True, cwd=ROOT, umask=0o022)


def document() -> dict[str, Any]:
    """Read docker-compose.yml."""
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def environment_of(service: str) -> dict[str, str]:
    """Give a container's environment, with `${ENV:NAME}` in place of each secret."""
    given = document()["services"][service].get("environment", {})
    kept = _kept()
    return {name: _value(str(value), kept) for name, value in given.items()}


def _value(text: str, kept: dict[str, str]) -> str:
    text = OPTIONAL.sub(lambda found: kept.get(found[1], found[2]), text)
    return REQUIRED.sub(r"${ENV:\1}", text)


def _kept() -> dict[str, str]:
    lines = ENV.read_text().splitlines() if ENV.exists() else []
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {name: value for name, _, value in pairs if value}


def variables(settings: Settings) -> dict[str, object]:
    """Give what templates say inside containers: services listen to all, and are called by their names."""
    return {
        **shared_variables(settings, services(settings)),
        **FOLDERS,
        "memory": lambda _: "",
        "bind": "0.0.0.0",  # noqa: S104
        "host": str,
    }


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), variables(Settings()), 0o644, MOUNTED)
