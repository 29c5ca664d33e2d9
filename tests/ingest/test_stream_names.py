import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names import TOPICS, Stream
from ingest.errors import Refusal
from ingest.forms.stream_names import StreamNames, sequence_number, sequence_place, stream_address
from ingest.records import told_stream

SHARDS = st.integers(0, 10**12 - 1)
OFFSETS = st.integers(0, 2**63 - 1)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("streaming-126ca3664fbb-pin", (Stream.PIN, "126ca3664fbb")),
        ("streaming-a-b.c_d-geo", (Stream.GEO, "a-b.c_d")),
        ("me.user", (Stream.USER, "me")),
        ("streaming-pin", (Stream.PIN, "")),
        ("pin", (Stream.PIN, "")),
        ("mypin", (None, "")),
        ("Kinesis-Prod-Stream", (None, "")),
        ("streaming-me-pins", (None, "")),
    ],
)
def test_a_name_stands_for_a_stream_or_for_all(name: str, address: tuple[Stream | None, str]) -> None:
    assert stream_address(name) == address


@pytest.mark.parametrize("name", ["", "a b", "é", "a/pin", "x" * 129, "pin\n"])
def test_a_name_that_kinesis_does_not_allow_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        stream_address(name)


@given(SHARDS, OFFSETS)
def test_a_sequence_number_tells_its_place(shard: int, offset: int) -> None:
    assert sequence_place(sequence_number(shard, offset)) == (shard, offset)


@given(SHARDS, OFFSETS, OFFSETS)
def test_sequence_numbers_grow_with_the_offset(shard: int, one: int, other: int) -> None:
    numbers = [int(sequence_number(shard, offset)) for offset in (one, other)]
    assert (numbers[0] < numbers[1]) == (one < other)


@given(st.sampled_from(TOPICS), st.integers(0, 9999))
def test_a_shard_of_a_shared_stream_tells_topic_and_partition(topic: str, partition: int) -> None:
    shared = stream_address("all")
    assert shared.partition(shared.shard(topic, partition)) == (topic, partition)


def test_names_are_forgotten_before_they_fill_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.forms.stream_names.MAX_LISTED", 5)
    names = StreamNames()
    for number in range(10):
        names.add(f"s{number}")
    assert names.names() == ["s5", "s6", "s7", "s8", "s9"]


@given(st.binary() | st.text('{"ind":1,ageX}\\ud8').map(str.encode))
def test_any_row_tells_a_stream_or_none(row: bytes) -> None:
    assert told_stream(row) in (*Stream, None)


@pytest.mark.parametrize(
    ("row", "stream"),
    [
        (b'{"index":1,"name":"Maya"}', Stream.PIN),
        (b'{"ind":1,"country":"x"}', Stream.GEO),
        (b'{"age":1,"x":"\\ud800"}', Stream.USER),
        (b'{"ind":1}', None),
        (b"{}", None),
        (b"[" * 100_000, None),
    ],
)
def test_the_stream_that_shares_most_fields_is_told(row: bytes, stream: Stream | None) -> None:
    assert told_stream(row) == stream
