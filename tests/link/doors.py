"""A real door on 127.0.0.1, and a proxy that does to its bytes what networks do."""

import socket
import threading
from contextlib import contextmanager, suppress

from suite.central.door.exchange import Door
from suite.central.door.server import DoorServer
from suite.node.exchange import over_link
from suite.runtime.errors import LinkTrouble
from suite.runtime.paths import Home
from suite.sync.link import Link


@contextmanager
def door_of(world, tls=None, **changes):
    """The world's central, listening; what it says is in `door.lines`."""
    lines = []
    door = Door(world.office, Home(world.folder / "central"), lines.append)
    door.lines = lines
    with DoorServer("127.0.0.1", 0, door, tls) as server:
        for name, value in changes.items():
            setattr(server, name, value)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.door = door
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def exchange_with(world, code, url, certificate="", mirror=""):
    """One exchange of a node over the link."""
    site = world.place(code)
    return over_link(
        site.node,
        Link(url, certificate),
        world.clock,
        begun=site.home.out,
        mirror=mirror,
        wait=lambda _: None,
    )


def try_exchange(world, code, url):
    """An exchange that may be cut; the trouble, if there was one."""
    try:
        exchange_with(world, code, url)
    except LinkTrouble as trouble:
        return trouble
    return None


class Proxy:
    """A TCP proxy: passes so many bytes of the answer (or of the request) on and hangs up."""

    def __init__(self, port, down=None, up=None):
        self._port, self._down, self._up = port, down, up
        self.passed = {"down": 0, "up": 0}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _serve(self):
        with self._listener, suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with near, socket.create_connection(("127.0.0.1", self._port)) as far:
                    up = threading.Thread(target=self._pump, args=(near, far, "up", self._up))
                    up.start()
                    self._pump(far, near, "down", self._down)
                    up.join()

    def _pump(self, source, target, way, limit):
        left = limit
        with suppress(OSError):
            while left != 0 and (piece := source.recv(65536)):
                piece = piece if left is None else piece[:left]
                self.passed[way] += len(piece)
                target.sendall(piece)
                left = None if left is None else left - len(piece)
        for end in (source, target) if left == 0 or way == "down" else (target,):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR if left == 0 or way == "down" else socket.SHUT_WR)


class Recorded:
    """A server that answers every request with the same bytes and hangs up."""

    def __init__(self, answer):
        self.answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _serve(self):
        with self._listener, suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(ConnectionError):
                    asked = b""
                    while not asked.endswith(b"\r\n\r\nx"):
                        asked += connection.recv(65536)
                    connection.sendall(self.answer)


def raw(server, content, *, finish=True, timeout=10):
    """Send bytes, read all that comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as connection:
        with suppress(OSError):
            connection.sendall(content)
            if finish:
                connection.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
    return answer


def post(server, body, *headers):
    """POST a bundle; the status and the answer's body."""
    return post_to(server, "/v1/sync", body, *headers)


def post_to(server, path, body, *headers):
    """POST a body; the status and the answer's body."""
    head = [b"POST %s HTTP/1.1" % path.encode(), b"Host: x", b"Content-Length: %d" % len(body), *headers, b"", b""]
    answer = raw(server, b"\r\n".join(head) + body)
    return status_of(answer), answer.partition(b"\r\n\r\n")[2]


def status_of(answer):
    """The status, 0 when nothing came."""
    return int(answer.split(b" ", 2)[1]) if answer else 0
