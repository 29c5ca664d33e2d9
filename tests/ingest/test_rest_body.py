import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names import Door, Stream
from ingest.bodies import MAX_OBJECTS, MAX_RECORDS
from ingest.errors import Refusal
from ingest.forms.rest_body import read_records
from ingest.records import Row, Source, addressed
from ingest.surrogates import mask, unmask
from tests.hostile.cases import Case, cases

PIN = Source(Stream.PIN, "me", Door.REST)
GEO = Source(Stream.GEO, "me", Door.REST)
SPACES = st.text(" \t\r\n", max_size=3)
ANY_TEXT = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=10,
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Write any JSON value in one of the ways that clients write it, lone surrogates escaped."""
    value = draw(VALUES)
    indent = draw(st.sampled_from([None, 0, 2, "\t"]))
    separators = (draw(SPACES) + "," + draw(SPACES), draw(SPACES) + ":" + draw(SPACES))
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=draw(st.booleans()))
    return re.sub("[\ud800-\udfff]", lambda lone: f"\\u{ord(lone[0]):04x}", text).encode()


def envelope(*values: bytes) -> bytes:
    return b'{"records":[%b]}' % b",".join(b'{"value":%b}' % value for value in values)


def refusal(body: bytes) -> tuple[int, str]:
    with pytest.raises(Refusal) as caught:
        read_records(body, PIN)
    return caught.value.status, caught.value.message


def read_or_status(body: bytes) -> list[bytes | None] | int:
    try:
        return list(read_records(body, PIN).values)
    except Refusal as refused:
        return refused.status


def key_of(value: bytes, source: Source = PIN) -> str | None:
    return read_records(envelope(value), source).keys[0]


def headers(row: Row) -> dict[str, str | bytes | None]:
    return dict(row[3])


@given(st.lists(documents(), min_size=1, max_size=5), SPACES)
def test_a_value_keeps_its_bytes(values: list[bytes], space: str) -> None:
    inside = space.encode().join([b"", b'"value"', b":", b"%b", b""])
    body = b'{"records":[%b]}' % b",".join(b"{" + inside % value + b"}" for value in values)
    assert read_records(body, PIN).values == values


@given(documents())
def test_a_client_key_keeps_its_bytes(key: bytes) -> None:
    (row,) = read_records(b'{"records":[{"key": %b , "value": 1}]}' % key, PIN).rows()
    assert headers(row)["client_key"] == key


@given(st.binary() | documents() | st.text('{}[]",:\\u0d8records value 1-').map(str.encode))
def test_any_body_is_read_or_refused_with_a_reason(body: bytes) -> None:
    read = read_or_status(body)
    assert read in (400, 422) or isinstance(read, list)


@pytest.mark.parametrize("case", [case for case in cases() if case.body], ids=lambda case: case.name)
def test_a_hostile_record_is_refused_or_kept_to_the_byte(case: Case) -> None:
    assert case.body is not None
    assert read_or_status(envelope(case.body)) in (400, [case.body.strip(b" \t\r\n")])


@given(st.text('\\ud8Dc0"x').map(str.encode))
def test_masking_is_undone(body: bytes) -> None:
    assert unmask(mask(body)) == body


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"", 422, "empty"),
        (b" \n", 422, "empty"),
        (b"null", 422, "records"),
        (b"{}", 422, "records"),
        (b'{"records":null}', 422, "records"),
        (b'{"records":[]}', 422, "records"),
        (b'{"records":[null]}', 422, "null"),
        (b'{"records":[{"value":1}],"other":1}', 422, "Unrecognized field: other"),
        (b'{"records":[{"value":1,"offset":1}]}', 422, "Unrecognized field: offset"),
        (b'{"records":[{"value":1,"partition":-1}]}', 422, "partition"),
        (b'{"records":[{"value":1,"partition":"0"}]}', 400, "Malformed JSON"),
        (b'{"records":{"value":1}}', 400, "Malformed JSON"),
        (b'{"records":[1]}', 400, "Malformed JSON"),
        (b"[]", 400, "Malformed JSON"),
        (b'{"records":[{"value":1}]', 400, "Malformed JSON"),
        (b'{"records":[{"value":1}]} {}', 400, "Malformed JSON"),
        (b'{"records":[{"value":NaN}]}', 400, "Malformed JSON"),
        (b'{"records":[{"value":01}]}', 400, "Malformed JSON"),
        (b'{"records":[{"value":{"a":1,}}]}', 400, "Malformed JSON"),
        (b"{'records':[]}", 400, "Malformed JSON"),
        (b"\xef\xbb\xbf" + envelope(b"1"), 400, "Malformed JSON"),
        (envelope(b'"\xff"'), 400, "Malformed JSON"),
        (envelope(b'"\xed\xa0\x80"'), 400, "Malformed JSON"),
        (envelope(b"[" * 100_000 + b"]" * 100_000), 400, "Malformed JSON"),
        (envelope(rb'"\ud800\x"'), 400, "Malformed JSON"),
        (envelope(*[b"1"] * (MAX_RECORDS + 1)), 413, "more than"),
        (b'{"records":[%b]}' % b",".join([b"{}"] * MAX_OBJECTS), 413, "more than"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, status: int, message: str) -> None:
    seen, text = refusal(body)
    assert seen == status
    assert message in text


def test_one_malformed_record_refuses_all() -> None:
    assert refusal(envelope(b"1", b"{", b"2"))[0] == 400


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (b'{"index":7}', "7"),
        (b'{ "a": [{"index": 8}], "index" : 7 }', "7"),
        (b'{"\\u0069ndex":7}', "7"),
        (b'{"index":-0}', "0"),
        (b'{"index":-3}', "-3"),
        (b'{"index":99999999999999999999}', "99999999999999999999"),
        (b'{"index":7,"title":"\\ud800"}', "7"),
        (b'{"index":7.0}', None),
        (b'{"index":7e0}', None),
        (b'{"index":"7"}', None),
        (b'{"index":true}', None),
        (b'{"index":null}', None),
        (b'{"index":{"index":7}}', None),
        (b'{"ind":7}', None),
        (b"[7]", None),
        (b'"7"', None),
        (b"null", None),
        (b'{"index":%b}' % (b"9" * 6000), None),
    ],
)
def test_the_key_is_the_whole_number_as_text(value: bytes, key: str | None) -> None:
    assert key_of(value) == key


def test_each_stream_has_its_own_name_of_the_number() -> None:
    both = b'{"index":1,"ind":2}'
    assert (key_of(both), key_of(both, GEO)) == ("1", "2")


@given(st.integers(-(2**70), 2**70))
def test_every_whole_number_is_a_key(number: int) -> None:
    assert key_of(json.dumps({"index": number}).encode()) == str(number)


def test_a_record_without_value_has_none() -> None:
    records = read_records(b'{"records":[{},{"key":1},{"value":null}]}', PIN)
    assert records.values == [None, None, b"null"]


def test_fields_of_the_avro_form_mean_nothing() -> None:
    body = b'{"value_schema_id":1,"key_schema":"x","records":[{"value":1,"partition":9,"key":null}]}'
    (row,) = read_records(body, PIN).rows()
    assert (row[2], headers(row)["client_key"]) == (b"1", b"null")


def test_event_ids_are_distinct_and_of_version_7() -> None:
    rows = read_records(envelope(*[b"1"] * 1000), PIN).rows()
    ids = [str(headers(row)["event_id"]) for row in rows]
    assert len(set(ids)) == 1000
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i) for i in ids
    )


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("126ca3664fbb.pin", (Stream.PIN, "126ca3664fbb")),
        ("a.b-c_D.geo", (Stream.GEO, "a.b-c_D")),
        ("user", (Stream.USER, "")),
        (".user", (Stream.USER, "")),
        ("x" * 245 + ".pin", (Stream.PIN, "x" * 245)),
        ("x" * 246 + ".pin", None),
        ("pins", None),
        ("me.pin.x", None),
        ("me/pin", None),
        ("m e.pin", None),
        ("mé.pin", None),
        ("me.PIN", None),
        ("me.unreadable", None),
        ("", None),
    ],
)
def test_a_name_leads_to_a_stream_by_its_last_part(name: str, address: tuple[Stream, str] | None) -> None:
    assert addressed(name) == address


def test_msgspec_still_refuses_lone_surrogates() -> None:
    """Masking may go when this fails."""
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(rb'["\ud800"]')
