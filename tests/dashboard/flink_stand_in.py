"""A small server that answers as Flink's REST does, so that jobs can fail and Flink can go at a wish."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME = "Source__pin_topic[1].numRecordsIn"


class FlinkStandIn:
    """Answer on one port, also after having been away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.states = {"history": "RUNNING", "live": "RUNNING"}
        self.read = 0
        self.silent = "vertex-2"
        """Which vertex names no measure of its source; the last one has none."""
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Give the address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen."""
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(stand_in.answer(self.path.partition("?")[0])).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def answer(self, path: str) -> Any:
        """Give what Flink 2.2 gives for a path, as far as the page reads it."""
        if path == "/jobs/overview":
            jobs = [
                {"jid": f"id-{name}", "name": name, "state": state} for name, state in self.states.items()
            ]
            return {"jobs": jobs}
        if path.endswith("/checkpoints"):
            return {"latest": {"completed": {"trigger_timestamp": int(time.time() * 1000) - 4000}}}
        if path.endswith("/subtasks/metrics"):
            return [] if self.silent in path else [{"id": NAME, "sum": float(self.read)}]
        names = ("Source: pin_topic[1] -> Calc[2]", "Source: geo_topic[14]", "OverAggregate[6]")
        return {"vertices": [{"id": f"vertex-{place}", "name": name} for place, name in enumerate(names)]}
