"""Readiness: a service is ready when it has answered a real request."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import boto3
import requests
from botocore.config import Config
from confluent_kafka.admin import AdminClient
from rich.console import Console
from trino.dbapi import connect as connect_trino

from catalog.errors import SetupError
from catalog.postgres import connect
from catalog.settings import HOST, Ports, Settings
from stack import supervise
from stack.layout import Layout

TRINO_CATALOGS = ("lake", "lake_rw", "live")


def kafka(settings: Settings) -> None:
    """Ask the broker for its topics."""
    AdminClient({"bootstrap.servers": settings.kafka.bootstrap, "log_level": 0}).list_topics(timeout=2)


def postgres(settings: Settings) -> None:
    """Run a query."""
    with connect(settings.postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT 1")


def s3(settings: Settings) -> None:
    """Put an object and get it back."""
    own = settings.s3
    client = boto3.client(
        "s3",
        endpoint_url=own.endpoint,
        region_name=own.region,
        aws_access_key_id=own.access_key.get_secret_value(),
        aws_secret_access_key=own.secret_key.get_secret_value(),
        config=Config(
            connect_timeout=2, read_timeout=2, retries={"max_attempts": 0}, s3={"addressing_style": "path"}
        ),
    )
    client.put_object(Bucket=own.bucket, Key=".ready", Body=b"ready")
    with client.get_object(Bucket=own.bucket, Key=".ready")["Body"] as body:
        body.read()
    client.close()


def flink_jobmanager(settings: Settings) -> None:
    """Ask for the overview."""
    requests.get(f"{settings.flink.url}/overview", timeout=2).raise_for_status()


def flink_taskmanager(settings: Settings) -> None:
    """Ask whether slots are there."""
    if not requests.get(f"{settings.flink.url}/overview", timeout=2).json()["slots-total"]:
        raise ConnectionError("no slots yet")


def trino(settings: Settings) -> None:
    """Run a query in each catalog."""
    own = settings.trino
    with connect_trino(host=own.host, port=own.port, user=own.user, max_attempts=1) as connection:
        for catalog in TRINO_CATALOGS:
            statement = f"SELECT count(*) FROM {catalog}.information_schema.schemata"  # noqa: S608
            connection.cursor().execute(statement).fetchall()


def ingest(settings: Settings) -> None:
    """Ask whether the door can reach Kafka."""
    requests.get(f"{settings.ingest.url}/ready", timeout=2).raise_for_status()


def keeper(settings: Settings) -> None:
    """Ask the supervisor whether it runs: it listens to nobody."""
    if supervise.states(Layout.of(settings.home)).get("keeper") != "RUNNING":
        raise ConnectionError("it does not run")


def observer(settings: Settings) -> None:
    """Ask whether it measures."""
    requests.get(f"{settings.observer.url}/health", timeout=2).raise_for_status()


def dashboard(settings: Settings) -> None:
    """Ask whether the page has read the live views."""
    requests.get(f"{settings.dashboard.url}/ready", timeout=2).raise_for_status()


def airflow_api(settings: Settings) -> None:
    """Ask whether its page reaches its database."""
    _airflow(settings, "metadatabase")


def airflow_scheduler(settings: Settings) -> None:
    """Ask whether it has scheduled lately."""
    _airflow(settings, "scheduler")


def airflow_dags(settings: Settings) -> None:
    """Ask whether it has read the DAGs lately."""
    _airflow(settings, "dag_processor")


def _airflow(settings: Settings, part: str) -> None:
    answer = requests.get(f"{settings.airflow.url}/api/v2/monitor/health", timeout=2)
    answer.raise_for_status()
    if answer.json()[part]["status"] != "healthy":
        raise ConnectionError(f"{part} is not healthy")


def prometheus(settings: Settings) -> None:
    """Ask whether it takes queries."""
    _get(settings, Ports.PROMETHEUS, "/-/ready")


def alertmanager(settings: Settings) -> None:
    """Ask whether it takes alerts."""
    _get(settings, Ports.ALERTMANAGER, "/-/ready")


def postgres_exporter(settings: Settings) -> None:
    """Ask whether it reaches Postgres."""
    if "\npg_up 1\n" not in _get(settings, Ports.POSTGRES_EXPORTER, "/metrics"):
        raise ConnectionError("it does not reach Postgres")


def _get(settings: Settings, port: int, path: str) -> str:
    answer = requests.get(f"http://{HOST}:{settings.home.port_base + port}{path}", timeout=2)
    answer.raise_for_status()
    return answer.text


CHECKS: dict[str, Callable[[Settings], None]] = {
    "kafka": kafka,
    "postgres": postgres,
    "s3": s3,
    "flink-jobmanager": flink_jobmanager,
    "flink-taskmanager": flink_taskmanager,
    "trino": trino,
    "ingest": ingest,
    "dashboard": dashboard,
    "observer": observer,
    "keeper": keeper,
    "airflow-api": airflow_api,
    "airflow-scheduler": airflow_scheduler,
    "airflow-dags": airflow_dags,
    "prometheus": prometheus,
    "alertmanager": alertmanager,
    "postgres-exporter": postgres_exporter,
}


def answers(name: str, settings: Settings) -> bool:
    """Say whether a service answers a real request now."""
    try:
        CHECKS[name](settings)
    except Exception:
        return False
    return True


def wait_for(names: set[str], settings: Settings, console: Console, seconds: float = 120) -> None:
    """Wait until every service answers, and say who is awaited and who came.

    Raises SetupError that names a service that did not come, and the end of its log.
    """
    began = time.monotonic()
    with ThreadPoolExecutor(len(names)) as pool, console.status("") as status:
        awaited = {pool.submit(_await_one, name, settings, began + seconds): name for name in sorted(names)}
        while awaited:
            status.update(
                f"waiting for {', '.join(sorted(awaited.values()))} ({time.monotonic() - began:.0f} s)"
            )
            for done in wait(awaited, timeout=0.5, return_when=FIRST_COMPLETED).done:
                _report(done, awaited.pop(done), settings, console, began)


def _await_one(name: str, settings: Settings, deadline: float) -> bool:
    while not answers(name, settings):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.3)
    return True


def _report(done: "Future[bool]", name: str, settings: Settings, console: Console, began: float) -> None:
    if done.result():
        console.print(f"[green]✓[/] {name} answers ({time.monotonic() - began:.0f} s)")
        return
    log = Layout.of(settings.home).logs / f"{name}.log"
    raise SetupError(
        f"{name} does not answer; the end of {log}:\n{tail(log)}\nmend that, then run './pinflow up' again"
    )


def tail(log: Path, lines: int = 8) -> str:
    """Give the last lines of a log."""
    return (
        "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
        if log.exists()
        else "(it has no log)"
    )
