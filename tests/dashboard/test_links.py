import pytest

from catalog.settings import Settings
from dashboard.door import read_links
from tests.dashboard.flink_stand_in import FlinkStandIn

ADDRESSES = {
    "PINFLOW_FLINK_URL": "http://127.0.0.2:9",
    "PINFLOW_TRINO_HOST": "127.0.0.2",
    "PINFLOW_INGEST_HOST": "127.0.0.2",
}


@pytest.mark.parametrize(("host", "shown"), [("", "127.0.0.2"), ("localhost", "localhost")])
def test_links_name_the_host_that_browsers_know(
    host: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ADDRESSES, "PINFLOW_DASHBOARD_LINKS_HOST": host}.items():
        monkeypatch.setenv(name, value)
    links = {str(link["name"]): str(link["url"]) for link in read_links(Settings())}
    assert links["Flink"] == f"http://{shown}:9"
    assert links["Trino"].startswith(f"http://{shown}:")
    assert links["Door"].endswith("/docs")


def test_airflow_is_linked_to_only_where_it_answers(
    monkeypatch: pytest.MonkeyPatch, stand_in: FlinkStandIn
) -> None:
    for name, value in ADDRESSES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PINFLOW_AIRFLOW_PORT", str(stand_in.port))
    assert [link["name"] for link in read_links(Settings())] == ["Flink", "Trino", "Door", "Airflow"]
    stand_in.stop()
    assert [link["name"] for link in read_links(Settings())] == ["Flink", "Trino", "Door"]
