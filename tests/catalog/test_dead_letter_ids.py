import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.dead_letters.ids import LetterId, read_id
from catalog.errors import SetupError
from catalog.names import TOPICS

topics = st.sampled_from([str(topic) for topic in TOPICS])


@given(topics, st.integers(0, 10**9 - 1), st.integers(0, 10**18 - 1))
def test_what_is_shown_is_read_back(topic: str, partition: int, offset: int) -> None:
    letter = LetterId(topic, partition, offset)
    assert read_id(str(letter)) == letter


@given(st.text() | st.from_regex(r"\w+/-?\d+/\d*\s?", fullmatch=True))
def test_any_other_text_is_refused_with_an_example(text: str) -> None:
    try:
        letter = read_id(text)
    except SetupError:
        return
    assert letter.topic in TOPICS
    assert [int(part) for part in text.split("/")[1:]] == [letter.partition, letter.offset]


@pytest.mark.parametrize(
    "text", ["pin/0", "pins/0/1", "pin/0/1\n", "pin/٣/1", "pin/0/1;--", "", "pin//1", "PIN/0/1"]
)
def test_texts_that_come_near_are_refused(text: str) -> None:
    with pytest.raises(SetupError, match="pin/0/4711"):
        read_id(text)
