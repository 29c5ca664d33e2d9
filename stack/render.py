"""Render the configuration of every service from `deploy/` into PINFLOW_HOME/etc."""

import os
import secrets
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog.settings import HOST, ROOT, Home, Ports, Settings
from stack.flink import java_options, link_jars, link_logging
from stack.layout import Layout
from stack.services import Service

DEPLOY = ROOT / "deploy"
SECRETS = (
    "PINFLOW_POSTGRES_PASSWORD",
    "PINFLOW_POSTGRES_READER_PASSWORD",
    "PINFLOW_S3_ACCESS_KEY",
    "PINFLOW_S3_SECRET_KEY",
)


def make_secrets(home: Home) -> None:
    """Write each random secret once, readable by the owner alone."""
    home.secrets_file.touch(mode=0o600)
    with home.secrets_file.open("r+") as file:
        there = {line.partition("=")[0] for line in file}
        file.writelines(f"{name}={secrets.token_hex(16)}\n" for name in SECRETS if name not in there)


def render(settings: Settings, services: list[Service]) -> None:
    """Write every configuration file anew, readable by the owner alone, and link Flink's jars."""
    layout = Layout.of(settings.home)
    variables = {**_variables(settings, layout), "services": services}
    environment = Environment(loader=FileSystemLoader(DEPLOY), undefined=StrictUndefined)  # noqa: S701
    for template in sorted(DEPLOY.glob("**/*.*.j2")):
        name = template.relative_to(DEPLOY)
        _write(layout.etc / name.with_suffix(""), environment.get_template(str(name)).render(variables))
    link_jars(layout)
    link_logging(layout)


def _variables(settings: Settings, layout: Layout) -> dict[str, object]:
    ports = {
        f"{name.lower()}_port": settings.home.port_base + offset
        for name, offset in vars(Ports).items()
        if name.isupper()
    }
    folders = {
        "kafka_data": layout.data("kafka"),
        "trino_data": layout.data("trino"),
        "flink_state": layout.data("flink"),
        "flink_temp": layout.run,
        "logs": layout.logs,
        "run": layout.run,
        "socket": layout.socket,
    }
    return {
        **ports,
        **folders,
        "host": HOST,
        "postgres": settings.postgres,
        "s3": settings.s3,
        "flink": settings.flink,
        "flink_java_options": java_options(layout),
        "is_root": os.geteuid() == 0,
    }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text + "\n")
