import gzip
import json
import re
import zlib
from collections.abc import Iterator

import pytest
import requests
from tenacity import retry, stop_after_delay, wait_fixed

from catalog.settings import Kafka
from tests.ingest.log_reader import ends, read
from tests.servers.door import Door, running_door
from tests.servers.kafka_broker import Broker

TYPE = {"Content-Type": "application/vnd.kafka.json.v2+json"}
BODY = b'{"records":[{"value":{"index":7,"title":"sent %b"}}]}'


@pytest.fixture(scope="module")
def watched(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with running_door(broker.settings, tmp_path_factory.mktemp("watched"), slow_seconds=0) as running:
        yield running


def post(url: str, body: bytes = BODY, path: str = "/topics/me.pin", **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(url + path, data=body, headers=TYPE | named, timeout=5)


def stored(kafka: Kafka, answer: requests.Response) -> bytes:
    place = answer.json()["offsets"][0]
    found = read(kafka, "pin", ends(kafka, "pin") | {place["partition"]: place["offset"]})
    value: bytes = found[0].value
    return value


@pytest.mark.parametrize("stage", ["/dev", "/Dev", "/test", "/prod", "/PROD", "/stage", "/staging"])
def test_a_stage_before_a_path_means_nothing(watched: Door, stage: str) -> None:
    assert post(watched.url, path=f"{stage}/topics/me.pin").status_code == 200
    assert requests.get(f"{watched.url}{stage}/health", timeout=5).status_code == 200


@pytest.mark.parametrize(
    "path", ["/other/topics/me.pin", "/dev/dev/topics/me.pin", "/deva/topics/me.pin", "/dev"]
)
def test_what_is_no_stage_stays_in_a_path(watched: Door, path: str) -> None:
    assert 400 <= post(watched.url, path=path).status_code < 500


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("GZip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("identity", BODY),
    ],
)
def test_a_compressed_body_is_stored_expanded(
    watched: Door, broker: Broker, encoding: str, packed: bytes
) -> None:
    answer = post(watched.url, packed, Content_Encoding=encoding)
    assert answer.status_code == 200
    assert stored(broker.settings, answer) == b'{"index":7,"title":"sent %b"}'


def test_a_compressed_body_may_come_in_pieces(watched: Door, broker: Broker) -> None:
    packed = gzip.compress(BODY)
    pieces = (packed[i : i + 1] for i in range(len(packed)))
    answer = requests.post(
        f"{watched.url}/topics/me.pin", data=pieces, headers=TYPE | {"Content-Encoding": "gzip"}, timeout=5
    )
    assert stored(broker.settings, answer) == b'{"index":7,"title":"sent %b"}'


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, deflate", "compress"])
def test_another_encoding_is_refused_with_those_that_are_known(watched: Door, encoding: str) -> None:
    answer = post(watched.url, Content_Encoding=encoding)
    assert (answer.status_code, answer.json()["error_code"]) == (415, 415)
    assert answer.headers["accept-encoding"] == "gzip, deflate"


def test_a_request_id_comes_back_and_stands_in_the_log(watched: Door) -> None:
    answer, line = logged(watched, "my.request-1_A")
    assert answer.headers["x-request-id"] == "my.request-1_A"
    assert (line["method"], line["path"], line["status"]) == ("POST", "/topics/me.pin", 200)


@pytest.mark.parametrize("named", [None, "x" * 65, "a b", "é", "<script>", '"', "a;b"])
def test_a_request_without_a_sane_id_gets_one(watched: Door, named: str | None) -> None:
    headers = {} if named is None else {"X_Request_Id": named.encode().decode("latin-1")}
    given = post(watched.url, **headers).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", given)


def test_kinesis_clients_find_the_id_where_they_look(watched: Door) -> None:
    answer = post(watched.url, path="/", X_Amz_Target="Kinesis_20131202.Nothing", X_Request_Id="mine")
    assert answer.headers["x-amzn-requestid"] == "mine"


def test_no_body_key_or_query_is_logged(watched: Door) -> None:
    secrets = ["body-secret", "key-secret", "query-secret", "bearer-secret"]
    sent = {
        "path": "/topics/me.pin?key=query-secret",
        "X_Api_Key": "key-secret",
        "Authorization": "Bearer bearer-secret",
    }
    for number, body in enumerate([b'{"records":"body-secret', b'{"body-secret":1}']):
        _, line = logged(watched, f"secrets-{number}", body, **sent)
        assert line["status"] in {400, 422}
    written = watched.log.read_text()
    assert not [secret for secret in secrets if secret in written]


def test_a_flood_of_errors_is_logged_in_some_lines_only(watched: Door) -> None:
    before = len(log_lines(watched))
    with requests.Session() as session:
        for _ in range(300):
            session.get(f"{watched.url}/nowhere", timeout=5)
    lines = log_lines(watched)[before:]
    assert 1 <= len(lines) < 200
    assert all(set(line) >= {"at", "level", "event"} for line in lines)


@retry(stop=stop_after_delay(10), wait=wait_fixed(0.2), reraise=True)
def logged(
    door: Door, request_id: str, body: bytes = BODY, **sent: str
) -> tuple[requests.Response, dict[str, object]]:
    """Send until the log has a line of it: written after the answer, left out if there were many just now."""
    answer = post(door.url, body, X_Request_Id=request_id, **sent)
    [*_, line] = (line for line in log_lines(door) if line.get("request_id") == request_id)
    return answer, line


def log_lines(door: Door) -> list[dict[str, object]]:
    """Read the log's own lines; the Kafka client writes others."""
    return [json.loads(line) for line in door.log.read_text().splitlines() if line.startswith("{")]


def test_the_docs_page_asks_nobody_else(watched: Door) -> None:
    page = requests.get(f"{watched.url}/docs", timeout=5)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)
    assert not re.search(r"https?://|<script>|<style|\son\w+=", page.text)
    for prefix in ("", "/dev"):
        for path in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            assert requests.get(f"{watched.url}{prefix}/{path}", timeout=5).status_code == 200
        described = requests.get(f"{watched.url}{prefix}/openapi.json", timeout=5).json()
        assert "/topics/{name}" in described["paths"]


def test_every_unknown_path_is_refused_in_the_shape_of_its_form(watched: Door) -> None:
    def refused(path: str) -> tuple[int, list[str]]:
        answer = requests.delete(watched.url + path, timeout=5)
        return answer.status_code, sorted(answer.json())

    assert refused("/topics/me.pin") == (405, ["error_code", "message"])
    assert refused("/topics/a/b/c") == (404, ["error_code", "message"])
    assert refused("/streams/a/b/c") == (404, ["message"])
    assert refused("/nowhere") == (404, ["detail"])
