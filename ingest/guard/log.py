"""JSON lines on standard error: never a body, a key or a query, and never more than some lines a second."""

import logging
import sys
import traceback
from types import TracebackType

import structlog

from ingest.errors import Refusal
from ingest.guard.rates import Bucket

LINES_PER_SECOND = 20.0
MAX_PATH_LENGTH = 200
_SHARED = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
)


def configure() -> None:
    """Let structlog and every library's logging write JSON lines to standard error."""
    to_json = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*_SHARED, to_json],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                to_json,
            ],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("ingest.connection").setLevel(logging.ERROR)


class RequestLog:
    """Write one line for a request that failed or was slow, as long as there are not too many."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("requests")
        self._bucket = Bucket(LINES_PER_SECOND)
        self._left_out = 0

    def write(self, now: float, status: int, path: str, **fields: object) -> None:
        """Write a line, or count it as left out."""
        try:
            self._bucket.take(now)
        except Refusal:
            self._left_out += 1
            return
        write = self._log.error if status >= 500 else self._log.info
        write("request", status=status, path=path[:MAX_PATH_LENGTH], left_out=self._left_out, **fields)
        self._left_out = 0


def where(error: BaseException) -> str:
    """Name an error's type and the places it came through, not its text, which may quote a body."""
    trace: TracebackType | None = error.__traceback__
    frames = traceback.extract_tb(trace)[-6:]
    return " < ".join([type(error).__name__, *(f"{f.name}:{f.lineno}" for f in reversed(frames))])
