"""Run the HTTP service: `python -m ingest`."""

import gc
import resource
import sys

import uvicorn

from catalog.errors import SetupError
from catalog.settings import Ingest, Settings
from ingest.app import create
from ingest.guard.guard import Guard
from ingest.guard.log import configure
from ingest.guard.protocol import bounded

GOODBYE_SECONDS = 5
"""How long requests may take to end once the service is told to stop."""
OTHER_FILES = 200
"""Open files beside the connections of clients."""


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    configure()
    try:
        app = Guard(create(settings), settings.ingest)
    except SetupError as error:
        sys.exit(f"ingest: {error}")
    _allow_files(settings.ingest)
    # Records are many and free of cycles: looking through them so often cost a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    uvicorn.run(
        app,
        host=settings.ingest.host,
        port=settings.ingest.port,
        loop="uvloop",
        http=bounded(settings.ingest),
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=settings.ingest.keep_alive_seconds,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )


def _allow_files(limits: Ingest) -> None:
    """Let the process open as many files as it needs; raises ValueError above its hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.max_connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
