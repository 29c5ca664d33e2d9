"""Names that several parts share, each written once."""

from enum import StrEnum


class Stream(StrEnum):
    """Name the three streams; topic and contract carry the same name."""

    PIN = "pin"
    GEO = "geo"
    USER = "user"


UNREADABLE_TOPIC = "unreadable"
"""Topic of records that were accepted but fit no stream."""

TOPICS = (*Stream, UNREADABLE_TOPIC)
"""Every topic that the history job reads."""


class Header(StrEnum):
    """Name the Kafka headers that the door writes."""

    EVENT_ID = "event_id"
    OWNER = "owner"
    DOOR = "door"
    CLIENT_KEY = "client_key"
    ATTEMPT = "attempt"
    """How often the bytes were sent again; written by `dead retry`, not by the door."""


class Door(StrEnum):
    """Name the client forms, as they stand in the header `door`."""

    REST = "rest"
    KINESIS = "kinesis"
    FLAT = "flat"
    EVENTS = "events"


class Outcome(StrEnum):
    """Say what became of a record."""

    KEPT = "kept"
    REPEAT = "repeat"
    REJECTED = "rejected"


class Stage(StrEnum):
    """Name where a record becomes visible."""

    LIVE = "live"
    HISTORY = "history"


class Reason(StrEnum):
    """Say why a record was rejected; documents first, then fields, then rules."""

    EMPTY_BODY = "empty_body"
    INVALID_UTF8 = "invalid_utf8"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    DUPLICATE_FIELD = "duplicate_field"
    FORBIDDEN_CHARACTER = "forbidden_character"
    MISSING_FIELD = "missing_field"
    NULL_FIELD = "null_field"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    UNREADABLE_COUNT = "unreadable_count"
    UNREADABLE_TIME = "unreadable_time"
    NO_STREAM = "no_stream"
