"""The door's sockets: TLS, HTTP/1.1, one request a connection, and a bound on all that a stranger may take.

Python's own server rather than a library's: `docs/adr/0013-the-door-is-the-standard-library.md`.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import cast
from urllib.parse import urlsplit

from suite.central.door.exchange import Asked, Door, Reply, problem
from suite.domain.errors import N_
from suite.runtime.errors import BadInput

HEAD_SECONDS = 15.0
"""For the TLS handshake and the head of the request, whatever the speed of the bytes."""
WHOLE_SECONDS = 600.0
"""For a whole connection: 8 MiB over 112 kbit/s. A slower one is cut, and its long feed goes on where it was."""
CONNECTIONS_MAX = 64
CONNECTIONS_EACH = 16
"""Several stations may come from one address; one alone must not take all places."""
PIECE = 64 * 1024
LINE_MAX = 8 * 1024
LINGER_SECONDS, LINGER_BYTES = 2.0, 1024 * 1024
"""What is still read of a request that was refused: closing over unread bytes would take the answer back."""


class DoorServer(ThreadingMixIn, TCPServer):
    """A listening door. `serve_forever` until `shutdown`, as every server of socketserver."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = CONNECTIONS_MAX

    def __init__(self, host: str, port: int, door: Door, tls: ssl.SSLContext | None = None) -> None:
        """Begin to listen. Raises BadInput when the address cannot be had."""
        self.door, self._tls = door, tls
        self.head_seconds, self.whole_seconds = HEAD_SECONDS, WHOLE_SECONDS
        self._guard, self._open = threading.Lock(), dict[str, int]()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), BaseHTTPRequestHandler)  # finish_request makes its own
        except (OSError, OverflowError) as error:
            raise BadInput(
                N_("Nothing can listen at {host}, port {port}: {reason}. Choose another with --listen."),
                host=host,
                port=str(port),
                reason=getattr(error, "strerror", None) or str(error),
            ) from error

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        host = str(self.server_address[0])
        return f"{'https' if self._tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def verify_request(self, request: object, client_address: object) -> bool:
        """Whether there is a place for one more connection from there; it is taken."""
        address = _address(client_address)
        with self._guard:
            if sum(self._open.values()) >= CONNECTIONS_MAX or self._open.get(address, 0) >= CONNECTIONS_EACH:
                return False
            self._open[address] = self._open.get(address, 0) + 1
        return True

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """One connection in its thread; its place is given back whatever happens."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            address = _address(client_address)
            with self._guard:
                self._open[address] -= 1
                if not self._open[address]:
                    del self._open[address]

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Handshake, one request, one answer."""
        assert isinstance(request, socket.socket)
        with cut_after(self.head_seconds, request) as head:
            connection = self._wrapped(request)
            try:
                head.follow(connection)
                if isinstance(connection, ssl.SSLSocket):
                    connection.do_handshake()
                Exchange(connection, client_address, self, head)
                _linger(connection)
            finally:
                if connection is not request:
                    connection.close()

    def _wrapped(self, request: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False) if self._tls else request

    def handle_error(self, request: object, client_address: object) -> None:
        """A stranger who hangs up, talks nonsense in the handshake or is cut is no event; a bug is one."""
        import sys
        import traceback

        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


class Cut:
    """A connection's last moment: whatever it is doing then, its socket is shut."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._timer: threading.Timer | None = None

    def follow(self, connection: socket.socket) -> None:
        """The same connection under its TLS name."""
        self._socket = connection

    def after(self, seconds: float) -> None:
        """Move the last moment."""
        self.never()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def never(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _cut(self) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def cut_after(seconds: float, connection: socket.socket) -> Iterator[Cut]:
    """Within this block the connection lives so long at most, or as long as `Cut.after` says."""
    cut = Cut(connection)
    cut.after(seconds)
    try:
        yield cut
    finally:
        cut.never()


class Exchange(BaseHTTPRequestHandler):
    """One request read and answered; what it means is the door's."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Canje", ""

    def __init__(self, connection: socket.socket, address: object, server: DoorServer, cut: Cut) -> None:
        self._door, self._cut, self._whole = server.door, cut, server.whole_seconds
        super().__init__(connection, address, server)

    def handle(self) -> None:
        """Read the head, ask the door whether to read the body, answer, and leave."""
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(LINE_MAX + 1)
        if len(self.raw_requestline) > LINE_MAX:
            self.requestline, self.request_version, self.command = "", "HTTP/1.1", ""
            self._send(problem(414, N_("The first line of the request is too long.")))
            return
        if not self.raw_requestline or not self.parse_request():
            return
        self.close_connection = True
        self._cut.after(self._whole)
        asked = self._asked()
        self._send(asked if isinstance(asked, Reply) else self._answer(asked))

    def _asked(self) -> Asked | Reply:
        lengths = self.headers.get_all("Content-Length", [])
        if self.headers.get("Transfer-Encoding") or len(lengths) > 1:
            return problem(411, N_("The length of the bundle was not said."))
        if lengths and not (lengths[0].isascii() and lengths[0].isdigit() and len(lengths[0]) < 16):  # noqa: PLR2004 -- below 2⁵³
            return problem(400, N_("The length of the bundle cannot be read."))
        try:
            path = urlsplit(self.path).path
        except ValueError:
            return problem(400, N_("The address in the request cannot be read."))
        return Asked(
            self.command,
            path,
            _address(self.client_address),
            int(lengths[0]) if lengths else None,
            self.headers.get("If-None-Match", ""),
            self.headers.get("Range", ""),
        )

    def _answer(self, asked: Asked) -> Reply:
        early = self._door.before_body(asked)
        if early:
            return early
        body = b""
        if asked.method == "POST":
            if self.headers.get("Expect", "").lower() == "100-continue":
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = self.rfile.read(asked.length or 0)
            if len(body) != asked.length:
                raise ConnectionAbortedError(asked.address)
        return self._door.answer(asked, body)

    def handle_expect_100(self) -> bool:
        """The body is invited only once the door wants it."""
        return True

    def _send(self, reply: Reply) -> None:
        self.request_version = self.protocol_version  # whatever was asked for, the answer has a head
        length = reply.length if reply.file else len(reply.content)
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.media:
            self.send_header("Content-Type", reply.media)
        if reply.status != 204:  # noqa: PLR2004 -- which has no body and says no length
            self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if reply.file:
            self._send_file(reply.file, reply.start, length)
        else:
            self.wfile.write(reply.content)

    def _send_file(self, path: Path, start: int, length: int) -> None:
        with path.open("rb") as file:
            file.seek(start)
            while length and (piece := file.read(min(PIECE, length))):
                self.wfile.write(piece)
                length -= len(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library's parser refuses is answered as everything else here."""
        self._send(problem(code, N_("This is no request that a station makes.")))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """The door says what happened, in its own words."""


def _linger(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.settimeout(LINGER_SECONDS)
        socket.socket.shutdown(connection, socket.SHUT_WR) if not isinstance(connection, ssl.SSLSocket) else None
        read = 0
        while read < LINGER_BYTES and (piece := connection.recv(PIECE)):
            read += len(piece)


def _address(client_address: object) -> str:
    return str(cast("tuple[object, ...]", client_address)[0])


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """The server's side of TLS 1.2 or newer. Raises BadInput for files that are no certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        raise BadInput(
            N_("{certificate} and {key} are no certificate and its key without a password: {reason}."),
            certificate=certificate,
            key=key,
            reason=getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error),
        ) from error
    return context
