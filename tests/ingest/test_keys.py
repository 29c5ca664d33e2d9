import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from typer import Typer
from typer.testing import CliRunner

from catalog.errors import SetupError
from ingest.emulator.clients import Form
from ingest.errors import Refusal
from ingest.guard.keys import Keys, add_key
from ingest.guard.rates import MAX_ADDRESSES, Addresses, Bucket
from stack.verbs.emulate import emulate
from tests.servers.door import running_door
from tests.servers.kafka_broker import Broker

TYPE = {"Content-Type": "application/vnd.kafka.json.v2+json"}
BODY = '{"records":[{"value":{"index":1}}]}'


class Locked:
    """Hold the address of a door with keys, its file of keys, and Ann's."""

    def __init__(self, url: str, file: Path, key: str) -> None:
        self.url, self.file, self.key = url, file, key

    def post(self, headers: dict[str, str], path: str = "/topics/ann.pin") -> requests.Response:
        return requests.post(self.url + path, data=BODY, headers=TYPE | headers, timeout=5)


@pytest.fixture(scope="module")
def locked(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    folder = tmp_path_factory.mktemp("locked")
    file = folder / "keys"
    key = add_key(file, "ann")
    with running_door(broker.settings, folder, keys_file=file) as running:
        yield Locked(running.url, file, key)


def amazon(key: str) -> dict[str, str]:
    credential = f"Credential={key}/20260101/us-east-1/kinesis/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=00"}


def test_a_key_opens_the_door_in_every_place_where_clients_put_it(locked: Locked) -> None:
    for headers in ({"X-Api-Key": locked.key}, {"Authorization": f"Bearer {locked.key}"}, amazon(locked.key)):
        assert locked.post(headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Api-Key": ""},
        {"X-Api-Key": "wrong"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic YW5uOmFubg=="},
        amazon("AKIDEXAMPLE"),
    ],
)
def test_without_a_known_key_every_form_refuses_as_its_clients_expect(
    locked: Locked, headers: dict[str, str]
) -> None:
    rest = locked.post(headers)
    assert (rest.status_code, rest.json()["error_code"]) == (401, 40101)
    gateway = requests.put(f"{locked.url}/dev/streams/streaming-ann-pin/record", headers=headers, timeout=5)
    assert (gateway.status_code, list(gateway.json())) == (403, ["message"])
    flat = locked.post(headers, "/pin/")
    assert (flat.status_code, list(flat.json()), flat.headers["www-authenticate"]) == (
        401,
        ["detail"],
        "Bearer",
    )
    target = {"X-Amz-Target": "Kinesis_20131202.PutRecord"}
    kinesis = requests.post(f"{locked.url}/", headers=headers | target, timeout=5)
    assert kinesis.status_code == 403
    names = {"UnrecognizedClientException", "MissingAuthenticationTokenException"}
    assert kinesis.json()["__type"] in names
    assert kinesis.headers["x-amzn-errortype"] == kinesis.json()["__type"]


def test_a_key_writes_for_its_owner_only(locked: Locked) -> None:
    headers = {"X-Api-Key": locked.key}
    rest = locked.post(headers, "/topics/bob.pin")
    assert (rest.status_code, rest.json()["error_code"]) == (403, 40301)
    assert locked.post(headers, "/topics/pin").status_code == 200
    gateway = requests.put(
        f"{locked.url}/streams/streaming-bob-pin/record",
        json={"StreamName": "x", "Data": {"index": 1}, "PartitionKey": "k"},
        headers=headers,
        timeout=5,
    )
    assert gateway.status_code == 403


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/docs", "/openapi.json"])
def test_the_services_own_pages_need_no_key(locked: Locked, path: str) -> None:
    assert requests.get(locked.url + path, timeout=5).status_code == 200


def test_a_new_key_is_known_and_a_removed_one_forgotten_while_the_door_runs(locked: Locked) -> None:
    before = locked.file.read_text()
    bob = add_key(locked.file, "bob")
    assert wait_for(lambda: locked.post({"X-Api-Key": bob}, "/topics/bob.pin").status_code == 200)
    locked.file.write_text("not a line of a file of keys\n")
    time.sleep(1.5)
    assert locked.post({"X-Api-Key": bob}, "/topics/bob.pin").status_code == 200
    locked.file.write_text(before)
    assert wait_for(lambda: locked.post({"X-Api-Key": bob}, "/topics/bob.pin").status_code == 401)
    assert locked.post({"X-Api-Key": locked.key}).status_code == 200


def wait_for(happened: object) -> bool:
    assert callable(happened)
    ends_at = time.monotonic() + 5
    while not happened():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.2)
    return True


def test_a_key_that_is_too_fast_is_told_when_to_come_back(locked: Locked) -> None:
    key = add_key(locked.file, "eve", rate=5)
    assert wait_for(lambda: locked.post({"X-Api-Key": key}, "/topics/eve.pin").status_code == 200)
    time.sleep(1)
    answers = [locked.post({"X-Api-Key": key}, "/topics/eve.pin") for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 10 <= len(refused) <= 15
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert {answer.json()["error_code"] for answer in refused} == {429}
    assert locked.post({"X-Api-Key": locked.key}).status_code == 200


def test_an_address_that_is_too_fast_is_told_when_to_come_back(broker: Broker, tmp_path: Path) -> None:
    with running_door(broker.settings, tmp_path, address_rate=2) as running:
        url = f"{running.url}/topics/me.pin"
        answers = [requests.post(url, data=BODY, headers=TYPE, timeout=5) for _ in range(6)]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert requests.get(f"{running.url}/health", timeout=5).status_code == 200


def test_a_file_of_keys_holds_no_key(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key = add_key(file, "ann", rate=2.5)
    assert file.read_text() == f"ann:{sha256(key.encode()).hexdigest()}:2.500\n"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["ann", "ann:xyz", "ann:" + "0" * 63, "a nn:" + "0" * 64, f"ann:{'0' * 64}:x"]
)
def test_a_line_that_cannot_be_read_is_named_at_the_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# a comment\n\n{text}\n")
    with pytest.raises(SetupError, match="line 3"):
        Keys(file, 0)


def test_a_bucket_fills_at_its_rate_and_no_higher_than_one_second() -> None:
    bucket = Bucket(2)
    for now in (100.0, 100.0, 100.5, 101.0):
        bucket.take(now)
    with pytest.raises(Refusal) as refused:
        bucket.take(101.0)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "1"})
    for now in (1000.0, 1000.0):
        bucket.take(now)
    with pytest.raises(Refusal):
        bucket.take(1000.0)


def test_a_slow_rate_says_how_long_to_wait() -> None:
    bucket = Bucket(0.1)
    bucket.take(50.0)
    with pytest.raises(Refusal) as refused:
        bucket.take(53.0)
    assert refused.value.headers["Retry-After"] == "7"


def test_only_so_many_addresses_are_remembered() -> None:
    addresses = Addresses(1)
    for number in range(MAX_ADDRESSES + 1):
        addresses.take(str(number), 1.0)
    addresses.take("0", 1.0)
    with pytest.raises(Refusal):
        addresses.take(str(MAX_ADDRESSES), 1.0)


@pytest.mark.parametrize("form", Form)
def test_the_emulator_shows_a_key_in_every_form(form: Form, locked: Locked) -> None:
    words = ["--count", "2", "--form", form, "--owner", "ann", "--url", locked.url]
    app = Typer()
    app.command()(emulate)
    assert CliRunner().invoke(app, [*words, "--key", locked.key]).exit_code == 0
    assert CliRunner().invoke(app, words).exit_code == 1
