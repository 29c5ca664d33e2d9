"""The rule behind each reason for refusing a record, in one sentence for people."""

from collections.abc import Mapping

from catalog.names import Reason

RULES: Mapping[Reason, str] = {
    Reason.EMPTY_BODY: "A record has a body.",
    Reason.INVALID_UTF8: "A record is text in UTF-8.",
    Reason.NOT_JSON: "A record is one JSON value, with nothing after it.",
    Reason.NOT_AN_OBJECT: "A record is one JSON object, not a list, a text or a number.",
    Reason.DUPLICATE_FIELD: "A field is named once in a record.",
    Reason.FORBIDDEN_CHARACTER: "Texts hold no NUL character and no half of a surrogate pair.",
    Reason.MISSING_FIELD: "Every field of the stream's contract is there; only poster_name may be absent.",
    Reason.NULL_FIELD: "Numbers, dates and times are never null.",
    Reason.WRONG_TYPE: 'A field has its JSON type: 36, not "36" and not 36.0, and no nested value.',
    Reason.OUT_OF_RANGE: "Numbers stay within bounds: index and ind 0 to 2147483647, age 0 to 150, "
    "downloaded 0 or 1, latitude -90 to 90, longitude -180 to 180.",
    Reason.UNREADABLE_COUNT: "follower_count is a whole number up to 2147483647, if need be with k, M or B: "
    "1.2k, 1,200.",
    Reason.UNREADABLE_TIME: "Dates and times are YYYY-MM-DD HH:MM:SS in UTC (also with T, or colons in the "
    "date), or RFC 3339 with a zone, and exist in the calendar.",
    Reason.NO_STREAM: "A record says which stream it belongs to: pin, geo or user.",
}
"""What a record must be like, by the reason given when it is not."""
