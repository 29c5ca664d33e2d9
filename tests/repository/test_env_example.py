from typing import Any

import pytest
from pydantic import SecretStr

from catalog.settings import (
    ROOT,
    S3,
    Airflow,
    Dashboard,
    DeadLetters,
    Flink,
    Home,
    Ingest,
    Kafka,
    Monitoring,
    Observer,
    Postgres,
    Service,
    Trino,
    Upkeep,
)

SERVICES: tuple[type[Service], ...] = (
    Kafka,
    Postgres,
    S3,
    Flink,
    Trino,
    Ingest,
    DeadLetters,
    Dashboard,
    Observer,
    Monitoring,
    Upkeep,
    Airflow,
)
LINES = (ROOT / ".env.example").read_text().splitlines()


def _plain(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _defaults() -> dict[str, str]:
    services = {
        f"{service.model_config['env_prefix']}{name}".upper(): _plain(getattr(service(), name))
        for service in SERVICES
        for name in service.model_fields
    }
    own = {
        "PINFLOW_HOME": str(Home.model_fields["home"].default.relative_to(ROOT)),
        "PINFLOW_TOOLS": ".pinflow/tools",
        "PINFLOW_PORT_BASE": str(Home.model_fields["port_base"].default),
    }
    assert len(own) == len(Home.model_fields)
    return own | services


def test_every_setting_stands_there_once_with_its_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PINFLOW_HOME", str(tmp_path))
    monkeypatch.delenv("PINFLOW_PORT_BASE", raising=False)
    settings = [line.partition("=")[::2] for line in LINES if line and not line.startswith("#")]
    assert dict(settings) == _defaults()
    assert len(settings) == len(_defaults())


def test_every_setting_has_one_comment_line() -> None:
    for above, before, line in zip(["", "", *LINES], ["", *LINES], LINES, strict=False):
        if line and not line.startswith("#"):
            assert before.startswith("# "), line
            assert not above.startswith("#"), line


def test_every_service_class_is_compared() -> None:
    assert set(SERVICES) == set(Service.__subclasses__())
