"""Answer for one record alone."""

from ingest.errors import Refusal
from ingest.outcomes import TOO_LARGE, Outcome, Placed


def place_of(outcome: Outcome) -> Placed:
    """Give the place of a request's only record; raises Refusal when it has none."""
    if isinstance(outcome, Placed):
        return outcome
    if outcome is TOO_LARGE:
        raise Refusal(413, outcome.message, "ValidationException")
    if outcome.retriable:
        raise Refusal(503, outcome.message, "ProvisionedThroughputExceededException")
    raise Refusal(400, outcome.message, "ValidationException")
