from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.servers.door import running_door
from tests.servers.kafka_broker import Broker

TYPE = {"Content-Type": "application/vnd.kafka.json.v2+json"}


@pytest.fixture(scope="module")
def counted(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_door(broker.settings, tmp_path_factory.mktemp("counted")) as running:
        yield running.url


def measures(url: str) -> dict[str, float]:
    """Give every sample by its name and labels as Prometheus writes them."""
    families = text_string_to_metric_families(requests.get(f"{url}/metrics", timeout=5).text)
    return {
        sample.name
        + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_records_bytes_requests_and_seconds_are_counted(counted: str) -> None:
    values = [{"index": 1}, {"index": 2}, {"index": 3, "title": "x" * 1_000_000}]
    body = {"records": [{"value": value} for value in values]}
    assert requests.post(f"{counted}/topics/me.pin", json=body, headers=TYPE, timeout=5).status_code == 200
    assert requests.post(f"{counted}/topics/me.pin", data="{", headers=TYPE, timeout=5).status_code == 400
    seen = measures(counted)
    records = "pinflow_ingest_records_total door=rest"
    assert seen[f"{records} outcome=placed stream=pin"] == 2
    assert seen[f"{records} outcome=refused stream=pin"] == 1
    assert 22 <= seen["pinflow_ingest_record_bytes_total door=rest stream=pin"] < 1000
    assert seen["pinflow_ingest_requests_total form=rest method=POST status=200"] == 1
    assert seen["pinflow_ingest_requests_total form=rest method=POST status=400"] == 1
    assert seen["pinflow_ingest_request_seconds_count form=rest"] == 2
    assert 0 < seen["pinflow_ingest_request_seconds_sum form=rest"] < 5


def test_what_waits_and_what_the_process_takes_is_shown(counted: str) -> None:
    seen = measures(counted)
    assert seen["pinflow_ingest_waiting_bytes"] == seen["pinflow_ingest_waiting_messages"] == 0
    assert seen["pinflow_ingest_body_bytes"] == 0
    assert seen["pinflow_ingest_running_requests"] == 1
    assert 10e6 < seen["process_resident_memory_bytes"] < 300e6


def test_hostile_methods_and_paths_make_no_new_names(counted: str) -> None:
    for method in ("BREW", "PROPFIND", "LOCK"):
        requests.request(method, f"{counted}/x{method}", timeout=5)
    seen = measures(counted)
    assert not [name for name in seen if "xPROPFIND" in name or "method=PROPFIND" in name]
    assert seen["pinflow_ingest_requests_total form=service method=other status=404"] >= 1
    assert seen["pinflow_ingest_connections_cut_total status=400"] >= 1
