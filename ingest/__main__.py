"""Run the HTTP service: `python -m ingest`."""

import gc

import uvicorn

from catalog.settings import Settings
from ingest.app import create


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    app = create(settings)
    # Records are many and free of cycles: looking through them so often cost a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    uvicorn.run(
        app,
        host=settings.ingest.host,
        port=settings.ingest.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main()
