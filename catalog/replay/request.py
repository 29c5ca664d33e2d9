"""What a person asks of a replay, read strictly: nothing else ever reaches Flink, SQL, git or a file name."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from catalog.errors import SetupError
from catalog.names import Stream

Offsets: TypeAlias = dict[tuple[str, int], int]
"""Offset by topic and partition."""
Bound: TypeAlias = datetime | Offsets | None
"""One end of a range, held; None is the beginning or the end of the log."""

PLACE = re.compile(rf"({'|'.join(Stream)}):([0-9]{{1,4}})=([0-9]{{1,18}})", re.ASCII)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
REVISION = r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,99}([~^][0-9]{0,3})?$"
MOST_CHARACTERS = 4000


class Source(StrEnum):
    """Name where a replay reads records: Kafka itself, or `events` when Kafka no longer has them."""

    KAFKA = "kafka"
    HISTORY = "history"


def read_bound(text: str, endless: str) -> Bound:
    """Read one end: the word for no limit, a time in RFC 3339, or offsets like `pin:0=120,pin:1=88`.

    Raises ValueError with what is accepted.
    """
    if text == endless:
        return None
    if MOMENT.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(UTC)
    found = [PLACE.fullmatch(part) for part in text.split(",")]
    places = {(match[1], int(match[2])): int(match[3]) for match in found if match}
    if len(places) != len(found):
        raise ValueError(
            f"give {endless}, a time like 2026-11-21T18:00:00Z, or one offset a partition: pin:0=120,pin:1=88"
        )
    return places


def _bound(endless: str) -> AfterValidator:
    def checked(text: str) -> str:
        try:
            read_bound(text, endless)
        except OverflowError:
            raise ValueError("the time lies outside the calendar") from None
        return text

    return AfterValidator(checked)


Text = Annotated[str, Field(strict=True, max_length=MOST_CHARACTERS)]


class Request(BaseModel):
    """Hold what is asked: streams, both ends of the range, held, the source, the rules (else the present)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    streams: Annotated[tuple[Stream, ...], Field(min_length=1)] = tuple(Stream)
    start: Annotated[Text, _bound("earliest"), Field(alias="from")] = "earliest"
    end: Annotated[Text, _bound("latest"), Field(alias="to")] = "latest"
    source: Source = Source.KAFKA
    rules: Annotated[Text, Field(pattern=REVISION)] | None = None

    @classmethod
    def read(cls, **values: Any) -> Self:
        """Take values as a person or a program gives them; raises SetupError with every fault."""
        streams = values.get("streams")
        if isinstance(streams, str):
            values["streams"] = streams.split(",")
        try:
            return cls.model_validate({name: value for name, value in values.items() if value is not None})
        except ValidationError as error:
            faults = (
                f"{'.'.join(map(str, each['loc'])) or 'range'}: {each['msg'].removeprefix('Value error, ')}"
                for each in error.errors()
            )
            raise SetupError(f"this is no replay: {'; '.join(faults)}; see ./pinflow replay --help") from None

    @property
    def bounds(self) -> tuple[Bound, Bound]:
        """Give both ends of the range."""
        return read_bound(self.start, "earliest"), read_bound(self.end, "latest")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        start, end = self.bounds
        if len(set(self.streams)) != len(self.streams):
            raise ValueError("a stream is named twice")
        for named in (each for each in (start, end) if isinstance(each, dict)):
            if other := {topic for topic, _ in named} - set(self.streams):
                raise ValueError(f"offsets name {', '.join(sorted(other))}, which --streams does not")
        if isinstance(start, datetime) and isinstance(end, datetime) and start > end:
            raise ValueError("the range ends before it begins")
        if isinstance(start, dict) and isinstance(end, dict):
            shared = start.keys() & end.keys()
            if not shared or any(start[place] > end[place] for place in shared):
                raise ValueError("the range ends before it begins, or its ends name different partitions")
        return self
