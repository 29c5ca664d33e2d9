"""A few services of the stack, those that a test needs, in a home of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from catalog.postgres import ensure_reader, ensure_writer, migrate
from catalog.settings import Home, Settings
from catalog.setup import ensure_live_views, ensure_views
from catalog.tables import ensure_tables, open_lake
from stack import ready, supervise
from stack.layout import Layout
from stack.preflight import make_data
from stack.render import make_secrets, render
from stack.services import services

PORT_BASE = 32000  # below the ports that the system gives to clients
STORES = {"postgres", "s3"}
LAKE = STORES | {"trino"}


@contextmanager
def some_services(names: set[str]) -> Iterator[Settings]:
    """Run Postgres, the object store and others; tables and views are there, end all with the block."""
    tools = Home().tools_dir.resolve()
    with tempfile.TemporaryDirectory(prefix="pinflow-some-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINFLOW_HOME", str(Path(folder) / "home"))
        patch.setenv("PINFLOW_TOOLS", os.fspath(tools))
        patch.setenv("PINFLOW_PORT_BASE", str(PORT_BASE))
        settings, console = Settings(), Console(stderr=True)
        layout = Layout.of(settings.home)
        layout.make()
        make_secrets(settings.home)
        render(settings, [service for service in services(settings) if service.name in names])
        make_data(settings)
        try:
            supervise.start(layout, {name for name in names if not name.startswith("airflow")})
            _fill(settings, names, console)
            yield settings
        finally:
            supervise.stop(layout)
            supervise.end_orphans(layout)


def _fill(settings: Settings, names: set[str], console: Console) -> None:
    ready.wait_for(STORES, settings, console)
    migrate(settings.postgres)
    ensure_live_views(settings.postgres)
    ensure_reader(settings.postgres)
    with open_lake(settings) as lake:
        ensure_tables(lake)
    ensure_writer(settings.postgres)
    if "trino" in names:
        ready.wait_for({"trino"}, settings, console)
        ensure_views(settings.trino)
