"""Teach schemathesis, which loads this before a run, the media types that it does not know."""

from typing import Any

import schemathesis

AMAZON = "application/x-amz-json-1.1"
LINES = "application/x-ndjson"

schemathesis.serializer.alias(AMAZON, "application/json")
schemathesis.serializer.alias(LINES, "text/plain")


@schemathesis.deserializer(AMAZON)
def read_amazon(context: Any, response: Any) -> Any:
    return response.json() if response.content else {}
