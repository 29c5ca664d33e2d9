"""What containers mount is there, holds no secret, and is told in docs/containers.md."""

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from catalog.settings import ROOT, Home, Ports, Postgres, Settings
from stack.compose import (
    COMPOSE_SECRETS,
    REQUIRED,
    WHOLE,
    document,
    environment_of,
    render,
    variables,
    write_env,
)
from stack.render import write_all

SERVICES = document()["services"]
PAGE = (ROOT / "docs" / "containers.md").read_text()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compose") / "etc"
    before = os.umask(0o077)
    try:
        render(folder)
    finally:
        os.umask(before)
    return folder


def test_every_volume_is_used_and_every_mounted_file_is_there(rendered: Path) -> None:
    named = set()
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            source, _, _ = volume.partition(":")
            if source.startswith("./.compose/"):
                assert (rendered / source.removeprefix("./.compose/")).exists(), name
                assert volume.endswith(":ro"), name
            elif source.startswith("./"):
                assert (ROOT / source).exists(), name
                assert volume.endswith(":ro"), name
            else:
                named.add(source)
    assert named == set(document()["volumes"])


def test_what_is_mounted_holds_no_secret_and_can_be_read_by_every_user(rendered: Path) -> None:
    text = "".join(path.read_text() for path in rendered.rglob("*") if path.is_file())
    assert set(re.findall(r"\$\{ENV:(\w+)\}", text)) == {
        "PINFLOW_POSTGRES_WRITER_PASSWORD",
        "PINFLOW_POSTGRES_READER_PASSWORD",
        "PINFLOW_S3_WRITER_ACCESS_KEY",
        "PINFLOW_S3_WRITER_SECRET_KEY",
        "PINFLOW_S3_READER_ACCESS_KEY",
        "PINFLOW_S3_READER_SECRET_KEY",
    }
    assert {path.stat().st_mode & 0o777 for path in rendered.rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in (rendered, *rendered.rglob("*")) if path.is_dir()} == {
        0o755
    }


def test_docker_writes_the_object_stores_keys_as_the_template_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(WHOLE).items():
        monkeypatch.setenv(name, value)
    write_all(tmp_path, variables(Settings()), 0o644, frozenset({"s3"}))
    written = (tmp_path / "s3" / "identities.json").read_text()
    assert json.loads(written)
    (given,) = SERVICES["s3"]["configs"]
    assert f"-s3.config={given['target']}" in SERVICES["s3"]["command"]
    content = document()["configs"][given["source"]]["content"]
    assert REQUIRED.sub(r"${ENV:\1}", content).split() == written.split()


def test_services_are_addressed_by_name_and_none_by_loopback(rendered: Path) -> None:
    texts = {path: path.read_text() for path in rendered.rglob("*") if path.is_file()}
    assert not [path for path, text in texts.items() if "127.0.0.1" in text or "localhost" in text]
    scraped = yaml.safe_load(texts[rendered / "prometheus" / "prometheus.yaml"])["scrape_configs"]
    for job in scraped:
        ((target,),) = (each["targets"] for each in job["static_configs"])
        assert target.rpartition(":")[0] == job["job_name"]
        assert job["job_name"] in SERVICES


def test_the_page_tells_every_service_with_its_image_port_and_volume() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if "|" in line]
    told = {row[0].strip("`"): tuple(row[1:]) for row in rows[2:]}
    assert set(told) == set(SERVICES)
    for name, service in SERVICES.items():
        image, ports, volumes = told[name]
        own = f"own, `{service['build']['target']}`" if "build" in service else f"`{service['image']}`"
        outside = [published.split(":")[1] for published in service.get("ports", ())]
        kept = [f"`{each.partition(':')[0]}`" for each in service.get("volumes", ()) if each[0] != "."]
        assert (image, ports, volumes) == (own, " ".join(outside), " ".join(kept)), name


def test_grafana_asks_prometheus_and_postgres_where_they_are() -> None:
    path = ROOT / "deploy" / "grafana" / "provisioning" / "datasources" / "pinflow.yaml"
    metrics, tables = yaml.safe_load(path.read_text())["datasources"]
    base, postgres = Home.model_fields["port_base"].default, Postgres.model_fields
    assert metrics["url"] == f"http://prometheus:{base + Ports.PROMETHEUS}"
    assert tables["url"] == f"postgres:{base + Ports.POSTGRES}"
    assert tables["user"] == postgres["reader_user"].default
    assert tables["jsonData"]["database"] == postgres["database"].default
    secret = tables["secureJsonData"]["password"].removeprefix("$")
    assert secret in SERVICES["grafana"]["environment"]


def test_env_writes_each_secret_once_for_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack.compose.ENV", tmp_path / ".env")
    (tmp_path / ".env").write_text("PINFLOW_S3_REGION=eu\nPINFLOW_S3_ACCESS_KEY=\n")
    assert write_env() == set(COMPOSE_SECRETS)
    first = (tmp_path / ".env").read_text()
    assert first.startswith("PINFLOW_S3_REGION=eu\n")
    assert write_env() == set()
    assert (tmp_path / ".env").read_text() == first
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
