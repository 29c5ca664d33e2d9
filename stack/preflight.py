"""What must hold before services start: room on the disk, free ports, data folders made."""

import shutil
import socket
import subprocess
import uuid
from pathlib import Path

import psutil

from catalog.errors import SetupError
from catalog.settings import HOST, Settings
from stack.layout import Layout
from stack.service import Service
from stack.services import POSTGRES_BIN, as_database_user

LEAST_FREE_BYTES = 3 * 1024**3


def check_disk(folder: Path) -> None:
    """Refuse to start when less than 3 GiB are free."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise SetupError(
            f"the disk of {folder} has {free / 1024**3:.1f} GiB free and Pinflow needs 3; "
            "free some, or set PINFLOW_HOME to a folder on another disk"
        )


def check_ports(services: list[Service]) -> None:
    """Refuse to start when a port is taken, naming service, port and the listener where it is known."""
    for service in services:
        for port in service.ports:
            if _is_taken(port):
                raise SetupError(
                    f"port {port} for {service.name} is taken{_listener(port)}; "
                    "stop that, or choose other ports with PINFLOW_PORT_BASE"
                )


def make_data(settings: Settings) -> None:
    """Format Kafka's and Postgres' data folders once."""
    layout = Layout.of(settings.home)
    if not (layout.data("kafka") / "meta.properties").exists():
        format_kafka(layout)
    if not (layout.data("postgres") / "PG_VERSION").exists():
        _format_postgres(settings, layout)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _listener(port: int) -> str:
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
            return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return ""


def format_kafka(layout: Layout) -> None:
    """Format Kafka's data folder, as its rendered configuration names it."""
    tool = [str(layout.java), "-cp", f"{layout.tools}/jars/kafka/*", "kafka.tools.StorageTool", "format"]
    _run([*tool, "-t", str(uuid.uuid4()), "-c", str(layout.etc / "kafka" / "kafka.properties")])


def _format_postgres(settings: Settings, layout: Layout) -> None:
    folder = layout.data("postgres")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    program = as_database_user([str(POSTGRES_BIN / "initdb")])
    if len(program) > 1:
        shutil.chown(folder, "nobody", "nogroup")
    options = ["-U", settings.postgres.user, "--pwfile=/dev/stdin", "--auth=scram-sha-256", "--encoding=UTF8"]
    password = settings.postgres.password.get_secret_value()
    _run([*program, "-D", str(folder), "--locale=C.UTF-8", *options], password)
    _create_database(program, folder, settings.postgres.database)


def _create_database(program: list[str], folder: Path, database: str) -> None:
    single = [*program[:-1], str(POSTGRES_BIN / "postgres"), "--single", "-D", str(folder), "postgres"]
    _run(single, f'CREATE DATABASE "{database}"\n')


def _run(command: list[str], text: str = "") -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise SetupError(f"this failed: {' '.join(command)}\n{(done.stdout + done.stderr).strip()[-2000:]}")
