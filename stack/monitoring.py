"""Prometheus, Alertmanager and the exporter for Postgres, as Debian packages them."""

import shutil

from catalog.errors import SetupError
from catalog.settings import HOST, Ports, Settings
from stack.layout import Layout
from stack.service import Service

PACKAGES = ("prometheus", "prometheus-alertmanager", "prometheus-postgres-exporter")
"""Debian's packages; each has one program, of the same name."""


def check_installed() -> None:
    """Raise SetupError, which says what to install, when a program is missing."""
    missing = [name for name in PACKAGES if not shutil.which(name)]
    if missing:
        raise SetupError(f"{', '.join(missing)} not found; run: sudo apt-get install -y {' '.join(missing)}")


def monitoring(settings: Settings, layout: Layout) -> list[Service]:
    """List the services that watch the others."""
    return [_prometheus(settings, layout), _alertmanager(settings, layout), _postgres_exporter(settings)]


def _prometheus(settings: Settings, layout: Layout) -> Service:
    port, program = settings.home.port_base + Ports.PROMETHEUS, PACKAGES[0]
    command = [
        program, f"--config.file={layout.etc / 'prometheus' / 'prometheus.yaml'}",
        f"--storage.tsdb.path={layout.data('prometheus')}",
        f"--storage.tsdb.retention.time={settings.monitoring.keep_days}d",
        f"--web.listen-address={HOST}:{port}",
    ]  # fmt: skip
    return Service("prometheus", command, (port,), f"http://{HOST}:{port}", is_extra=True)


def _alertmanager(settings: Settings, layout: Layout) -> Service:
    port, program = settings.home.port_base + Ports.ALERTMANAGER, PACKAGES[1]
    command = [
        program, f"--config.file={layout.etc / 'prometheus' / 'alertmanager.yaml'}",
        f"--storage.path={layout.data('alertmanager')}",
        f"--web.listen-address={HOST}:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    return Service("alertmanager", command, (port,), f"http://{HOST}:{port}", is_extra=True)


def _postgres_exporter(settings: Settings) -> Service:
    postgres, port, program = (
        settings.postgres,
        settings.home.port_base + Ports.POSTGRES_EXPORTER,
        PACKAGES[2],
    )
    environment = {
        "DATA_SOURCE_URI": f"{postgres.host}:{postgres.port}/{postgres.database}?sslmode=disable",
        "DATA_SOURCE_USER": postgres.monitor_user,
        "DATA_SOURCE_PASS": postgres.monitor_password.get_secret_value(),
    }
    url = f"http://{HOST}:{port}/metrics"
    # That collector asks for columns which Postgres 17 moved elsewhere.
    command = [program, f"--web.listen-address={HOST}:{port}", "--no-collector.bgwriter"]
    return Service("postgres-exporter", command, (port,), url, environment, is_extra=True)
