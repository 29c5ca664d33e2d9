from pathlib import Path

import pytest
import yaml

from catalog.settings import Ports, Settings
from stack.layout import Layout
from stack.render import DEPLOY, SECRETS, make_secrets, render
from stack.services import services


@pytest.fixture
def rendered(settings: Settings) -> dict[Path, str]:
    layout = Layout.of(settings.home)
    layout.make()
    make_secrets(settings.home)
    render(settings, services(settings))
    return {
        path: path.read_text() for path in layout.etc.rglob("*") if path.is_file() and not path.is_symlink()
    }


def test_every_template_is_rendered_whole(rendered: dict[Path, str], settings: Settings) -> None:
    etc = Layout.of(settings.home).etc
    assert {str(path.relative_to(etc)) for path in rendered} == {
        str(path.relative_to(DEPLOY)).removesuffix(".j2") for path in DEPLOY.rglob("*.*.j2")
    }
    assert not [path for path, text in rendered.items() if "{{" in text or "{%" in text]


def test_what_holds_secrets_is_for_the_owner_alone(rendered: dict[Path, str], settings: Settings) -> None:
    files = [*rendered, settings.home.secrets_file]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_secrets_are_made_once(settings: Settings) -> None:
    settings.home.home.mkdir()
    make_secrets(settings.home)
    first = settings.home.secrets_file.read_text()
    make_secrets(settings.home)
    assert settings.home.secrets_file.read_text() == first
    assert [line.partition("=")[0] for line in first.splitlines()] == list(SECRETS)
    assert len({line.partition("=")[2] for line in first.splitlines()}) == len(SECRETS)


def test_a_secret_that_an_older_version_did_not_know_is_added(settings: Settings) -> None:
    settings.home.home.mkdir()
    settings.home.secrets_file.write_text(f"{SECRETS[0]}=kept\n")
    make_secrets(settings.home)
    lines = settings.home.secrets_file.read_text().splitlines()
    assert lines[0] == f"{SECRETS[0]}=kept"
    assert [line.partition("=")[0] for line in lines] == list(SECRETS)


def test_a_secret_reaches_the_services_that_need_it(rendered: dict[Path, str]) -> None:
    fresh = Settings()
    texts = {str(path).rpartition("/etc/")[2]: text for path, text in rendered.items()}
    assert fresh.postgres.writer_password.get_secret_value() in texts["trino/catalog/lake.properties"]
    assert fresh.postgres.reader_password.get_secret_value() in texts["trino/catalog/live.properties"]
    assert not [path for path, text in texts.items() if fresh.postgres.password.get_secret_value() in text]
    assert fresh.s3.reader_secret_key.get_secret_value() in texts["trino/catalog/lake.properties"]
    assert fresh.s3.writer_secret_key.get_secret_value() in texts["trino/catalog/lake_rw.properties"]
    whole = fresh.s3.secret_key.get_secret_value()
    assert [path for path, text in texts.items() if whole in text] == ["s3/identities.json"]


def test_flink_gets_the_module_options_of_its_own_configuration(rendered: dict[Path, str]) -> None:
    layout = Layout.of(Settings().home)
    shipped = yaml.safe_load((layout.flink_home / "conf" / "config.yaml").read_text())
    wanted = [
        option for option in shipped["env"]["java"]["opts"]["all"].split() if "jdk.compiler" not in option
    ]
    own = (layout.etc / "flink" / "jvm.options").read_text().splitlines()
    assert [option for option in own if option.startswith("--add-")] == wanted


def test_flink_finds_the_reporter_that_prometheus_reads(settings: Settings) -> None:
    started = [service for service in services(settings) if service.part == "flink"]
    plugins = [Path(service.environment["FLINK_PLUGINS_DIR"]) for service in started]
    assert [any(folder.glob("metrics-prometheus/*.jar")) for folder in plugins] == [True, True]


@pytest.mark.parametrize("backend", ["hashmap", "rocksdb"])
def test_java_gets_the_memory_that_flink_counts_with(
    backend: str, rendered: dict[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINFLOW_FLINK_STATE_BACKEND", backend)
    settings = Settings()
    folder = Layout.of(settings.home).etc / "flink"
    render(settings, services(settings))
    memory = yaml.safe_load((folder / "config.yaml").read_text())["taskmanager"]["memory"]
    options = (folder / "taskmanager.options").read_text()
    heap = _mib(memory["framework"]["heap.size"]) + _mib(memory["task"]["heap.size"])
    direct = _mib(memory["framework"]["off-heap.size"]) + _mib(memory["network"]["max"])
    metaspace = _mib(memory["jvm-metaspace.size"])
    assert f"-Xmx{heap}m" in options
    assert f"-XX:MaxDirectMemorySize={direct}m" in options
    assert f"-XX:MaxMetaspaceSize={metaspace}m" in options
    rest = _mib(memory["managed.size"]) + _mib(memory["jvm-overhead"]["max"])
    assert heap + direct + metaspace + rest == 4608


def _mib(size: str) -> int:
    return int(size.removesuffix("m"))


def test_only_upkeep_may_write_through_trino(rendered: dict[Path, str]) -> None:
    texts = {path.name: text for path, text in rendered.items()}
    assert "iceberg.security=read_only" in texts["lake.properties"]
    assert "iceberg.security" not in texts["lake_rw.properties"]


def test_every_port_is_its_own_offset_of_the_base(settings: Settings) -> None:
    base = settings.home.port_base
    ports = [port for service in services(settings) for port in service.ports]
    offsets = {
        offset
        for name, offset in vars(Ports).items()
        if name.isupper() and name not in ("S3_GRPC", "GRAFANA")
    }
    assert len(ports) == len(set(ports))
    assert offsets <= {port - base for port in ports}
    assert all(0 < port - base < 100 for port in ports)


def test_two_stacks_share_no_port_and_no_socket(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ports = {port for service in services(settings) for port in service.ports}
    socket = Layout.of(settings.home).socket
    monkeypatch.setenv("PINFLOW_PORT_BASE", str(settings.home.port_base + 100))
    monkeypatch.setenv("PINFLOW_HOME", str(tmp_path / "other"))
    other = Settings()
    assert ports.isdisjoint({port for service in services(other) for port in service.ports})
    assert Layout.of(other.home).socket != socket


def test_the_same_settings_give_the_same_configuration_in_every_shell(
    rendered: dict[Path, str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/another/path:/usr/bin:/bin")
    # The passwords are read again from the file that was written meanwhile.
    render(Settings(), services(Settings()))
    first = {path: path.read_text() for path in rendered}
    monkeypatch.setenv("PATH", "/a/third:/usr/bin:/bin")
    render(Settings(), services(Settings()))
    assert {path: path.read_text() for path in rendered} == first
