"""One connection to the service, kept open: a tenth of what a common HTTP client costs a request."""

import socket
import ssl
from select import select
from urllib.parse import quote, urlsplit

import httptools

PIECE_BYTES = 65536


class NotSentError(Exception):
    """Say that nobody was reached, so that nothing of the request is stored."""


class NoAnswerError(Exception):
    """Say that a request went out, at least in part, and no whole answer came: it may be served or not."""


class Connection:
    """Send one request after another; a connection that was closed meanwhile is opened again."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._is_secure else 80)
        self._netloc = parts.netloc
        self._prefix = parts.path.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._socket: socket.socket | None = None

    def head(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        """Write the head of requests, all but the length of the body."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = (
            f"{method} {quote(self._prefix + path, safe='/?=&%')} HTTP/1.1\r\nHost: {self._netloc}\r\n{lines}"
        )
        return start.encode() + b"Content-Length: "

    def ask(self, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Send a request and give status and body of the answer; raises NotSentError and NoAnswerError."""
        connected = self._connected()
        try:
            connected.sendall(b"%b%d\r\n\r\n%b" % (head, len(body), body))
            return self._answer(connected)
        except (OSError, httptools.HttpParserError) as fault:
            self.close()
            raise NoAnswerError(type(fault).__name__) from fault

    def close(self) -> None:
        """Let go of the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is not None and select([self._socket], [], [], 0)[0]:
            self.close()  # Readable before anything was asked: the service has ended it.
        if self._socket is None:
            try:
                self._socket = self._opened()
            except OSError as fault:
                raise NotSentError(type(fault).__name__) from fault
        return self._socket

    def _opened(self) -> socket.socket:
        opened = socket.create_connection((self._host, self._port), self._timeout_seconds)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._is_secure:
            return opened
        return ssl.create_default_context().wrap_socket(opened, server_hostname=self._host)

    def _answer(self, connected: socket.socket) -> tuple[int, bytes]:
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        while not answer.is_whole:
            piece = connected.recv(PIECE_BYTES)
            if not piece:
                raise ConnectionResetError
            parser.feed_data(piece)
        if not parser.should_keep_alive():
            self.close()
        return parser.get_status_code(), b"".join(answer.pieces)


class _Answer:
    """Take what the parser finds."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.is_whole = False

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        self.pieces.append(piece)

    def on_message_complete(self) -> None:
        """Note that the answer is whole."""
        self.is_whole = True
