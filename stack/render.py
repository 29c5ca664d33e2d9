"""Render the configuration of every service from `deploy/` into PINFLOW_HOME/etc."""

import os
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog.settings import HOST, ROOT, Home, Ports, Settings
from stack.flink import link_jars, link_logging
from stack.layout import Layout
from stack.secret_files import add_secrets
from stack.service import Service

DEPLOY = ROOT / "deploy"
SECRETS = (
    "PINFLOW_POSTGRES_PASSWORD",
    "PINFLOW_POSTGRES_WRITER_PASSWORD",
    "PINFLOW_POSTGRES_READER_PASSWORD",
    "PINFLOW_POSTGRES_MONITOR_PASSWORD",
    "PINFLOW_S3_ACCESS_KEY",
    "PINFLOW_S3_SECRET_KEY",
    "PINFLOW_S3_WRITER_ACCESS_KEY",
    "PINFLOW_S3_WRITER_SECRET_KEY",
    "PINFLOW_S3_READER_ACCESS_KEY",
    "PINFLOW_S3_READER_SECRET_KEY",
    "PINFLOW_AIRFLOW_PASSWORD",
    "PINFLOW_AIRFLOW_DATABASE_PASSWORD",
    "PINFLOW_AIRFLOW_SECRET_KEY",
)


def make_secrets(home: Home) -> None:
    """Write each random secret once, readable by the owner alone."""
    add_secrets(home.secrets_file, SECRETS)


def render(settings: Settings, services: list[Service]) -> None:
    """Write every configuration file anew, readable by the owner alone, and link Flink's jars."""
    layout = Layout.of(settings.home)
    folders = {
        "kafka_data": layout.data("kafka"),
        "trino_data": layout.data("trino"),
        "flink_state": layout.data("flink"),
        "temp": layout.run,
        "postgres_sockets": "",
        "airflow_dags": ROOT / "airflow" / "dags",
        "airflow_logs": layout.logs / "airflow",
        "airflow_passwords": layout.etc / "airflow" / "passwords.json",
        "logs": layout.logs,
        "run": layout.run,
        "socket": layout.socket,
        "prometheus_rules": DEPLOY / "prometheus" / "rules",
    }
    variables = {
        **shared_variables(settings, services),
        **folders,
        "flink_logging": layout.etc / "flink",
        "memory": layout.memory_option,
        "bind": HOST,
        "host": lambda _: HOST,
        "is_root": os.geteuid() == 0,
    }
    write_all(layout.etc, variables, 0o600)
    link_jars(layout)
    link_logging(layout)


def shared_variables(settings: Settings, services: list[Service]) -> dict[str, object]:
    """Give what every place says in the same words; hosts and folders differ between places."""
    ports = {
        f"{name.lower()}_port": settings.home.port_base + offset
        for name, offset in vars(Ports).items()
        if name.isupper()
    }
    return {
        **ports,
        "postgres": settings.postgres,
        "s3": settings.s3,
        "flink": settings.flink,
        "flink_heap_mib": 2496 if settings.flink.state_backend == "rocksdb" else 3696,
        "monitoring": settings.monitoring,
        "airflow": settings.airflow,
        "services": services,
    }


def write_all(
    folder: Path, variables: dict[str, object], mode: int, parts: frozenset[str] | None = None
) -> None:
    """Write each template of `deploy/` into a folder, or only those of some of its parts."""
    environment = Environment(loader=FileSystemLoader(DEPLOY), undefined=StrictUndefined)  # noqa: S701
    for template in sorted(DEPLOY.glob("**/*.*.j2")):
        name = template.relative_to(DEPLOY)
        if parts is None or name.parts[0] in parts:
            text = environment.get_template(str(name)).render(variables)
            _write(folder / name.with_suffix(""), text, mode)


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=mode)
    path.write_text(text + "\n")
