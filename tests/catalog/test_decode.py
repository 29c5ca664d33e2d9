import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.contracts import Contract, Field, contract
from catalog.decode import MAX_SHOWN, Decoded, decode
from catalog.names import Reason, Stream
from catalog.settings import ROOT, Home
from tests.hostile.cases import Case, cases, contract_literals

GOOD_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "INT": st.integers(-(2**31), 2**31 - 1),
    "DOUBLE": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30),
    "STRING": GOOD_TEXT,
}
EXTRAS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | GOOD_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(GOOD_TEXT, inner),
    max_leaves=10,
)
REFERENCE = ROOT.parent / "shared" / "data" / "pinterest"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_hostile_case_gets_its_verdict(case: Case) -> None:
    decoded = decode(case.body, contract(case.stream))
    assert (decoded.error, decoded.field) == (case.reason, case.field)
    assert not (decoded.error and decoded.row)
    assert decoded.value is None or len(decoded.value) <= MAX_SHOWN


def test_hostile_cases_are_written_for_the_present_contracts() -> None:
    assert contract_literals() == {stream: contract(stream).literal for stream in Stream}


def _fields(field: Field) -> st.SearchStrategy[Any]:
    return VALUES[field.type] | st.none() if field.nullable or field.optional else VALUES[field.type]


def _records(of: Contract) -> st.SearchStrategy[dict[str, Any]]:
    required = {field.name: _fields(field) for field in of.fields if not field.optional}
    optional = {field.name: _fields(field) for field in of.fields if field.optional}
    extras = st.dictionaries(GOOD_TEXT.filter(lambda name: name not in {*required, *optional}), EXTRAS)
    return st.tuples(extras, st.fixed_dictionaries(required, optional=optional)).map(
        lambda two: two[0] | two[1]
    )


def _stored(value: Any, field: Field) -> Any:
    return float(value) if field.type == "DOUBLE" else value


@given(data=st.data(), stream=st.sampled_from(Stream), ascii_only=st.booleans())
def test_good_records_are_accepted_with_equal_values(
    data: st.DataObject, stream: Stream, ascii_only: bool
) -> None:
    record = data.draw(_records(contract(stream)))
    decoded = decode(json.dumps(record, ensure_ascii=ascii_only).encode(), contract(stream))
    expected = {field.name: _stored(record.get(field.name), field) for field in contract(stream).fields}
    expected |= {f"{f.name}_present": f.name in record for f in contract(stream).fields if f.optional}
    assert decoded == Decoded(None, None, None, expected)


@given(
    st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")), st.sampled_from(Stream)
)
def test_any_bytes_get_a_verdict(body: bytes, stream: Stream) -> None:
    decoded = decode(body, contract(stream))
    assert decoded.error
    assert not decoded.row


@pytest.mark.parametrize("stream", Stream)
def test_reference_rows_are_accepted(stream: Stream) -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference rows are not at hand")
    lines = (REFERENCE / f"{stream}.jsonl").read_bytes().splitlines()
    assert {decode(line, contract(stream)).error for line in lines} == {None}


def _verdicts_of_flink() -> Path:
    built = (Home().tools_dir / "udf-tests", ROOT / "flink_jobs" / "udf" / "target")
    files = [file for folder in built if (file := folder / "verdicts.jsonl").exists()]
    if not files:
        pytest.skip("no verdicts of the Java function: run mvn verify in flink_jobs/udf first")
    return max(files, key=lambda file: file.stat().st_mtime)


def test_flink_gives_the_same_verdicts_and_values_on_ten_thousand_mutations() -> None:
    with _verdicts_of_flink().open(encoding="utf-8") as verdicts:
        for line in verdicts:
            theirs = json.loads(line)
            body = base64.b64decode(theirs["body"])
            error, field, value, *columns = theirs["columns"]
            ours = decode(body, contract(theirs["stream"]))
            assert (ours.error, ours.field) == (error, field), body[:1000]
            assert ours.value == value or ours.error is Reason.NOT_JSON, body[:1000]
            assert error or list(map(repr, ours.row.values())) == list(map(repr, columns)), body[:1000]
