"""What the door has counted since it started, and which other pages answer."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from prometheus_client.parser import text_string_to_metric_families

from catalog.metrics import DoorMetric
from catalog.settings import Settings

TIMEOUT_SECONDS = 2.0
RECORDS = DoorMetric.RECORDS.value.name


@dataclass(frozen=True)
class Door:
    """Count the records that the door placed in Kafka, and those it refused before."""

    placed: int
    refused: int


def read_door(url: str) -> Door:
    """Read the door's own measures; raises requests.RequestException when it does not answer."""
    answer = requests.get(f"{url}/metrics", timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    counts = {"placed": 0, "refused": 0}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name == RECORDS:
                counts[sample.labels["outcome"]] += int(sample.value)
    return Door(**counts)


def read_links(settings: Settings) -> list[dict[str, object]]:
    """List the other pages of the stack and whether each answers; Airflow where it runs or has an address."""
    trino = f"http://{settings.trino.host}:{settings.trino.port}"
    pages = [
        ("Flink", settings.flink.url, settings.flink.url, "jobs, checkpoints, logs"),
        ("Trino", f"{trino}/ui/", f"{trino}/v1/info", "queries over history"),
        ("Door", f"{settings.ingest.url}/docs", f"{settings.ingest.url}/health", "how to send records"),
    ]
    airflow = settings.dashboard.airflow_url or settings.airflow.url
    if settings.dashboard.airflow_url or _answers(airflow):
        pages.append(("Airflow", airflow, airflow, "upkeep, replays"))
    host = settings.dashboard.links_host
    return [
        {"name": name, "url": _linked(url, host), "about": about, "answers": _answers(probe)}
        for name, url, probe, about in pages
    ]


def _linked(url: str, host: str) -> str:
    """Put the host that browsers know in the place of a container's name."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{host}:{parts.port}").geturl() if host else url


def _answers(url: str) -> bool:
    try:
        with requests.get(url, timeout=TIMEOUT_SECONDS, stream=True) as answer:
            return answer.status_code < 500
    except requests.RequestException:
        return False
