"""TLS at the door: a pinned certificate is trusted, every other is not, and a strange handshake hinders nobody."""

import datetime as dt
import ipaddress
import socket
import threading
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from suite.central.door.server import tls_context
from suite.runtime.errors import BadInput, LinkTrouble
from suite.sync.link import Link, check_link
from tests.factories import ANA
from tests.link.doors import door_of, exchange_with, raw


def certified(folder, name="127.0.0.1"):
    """A certificate for a name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    try:
        host = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        host = x509.DNSName(name)
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30_000))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .sign(key, SHA256())
    )
    certificate, secret = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


@pytest.fixture
def site(world):
    return world.pair("E1")


def test_a_pinned_certificate_is_trusted_and_no_other(world, site, tmp_path):
    site.sell(ANA, "A-1")
    certificate, key = certified(tmp_path)
    (tmp_path / "other").mkdir()
    other, _ = certified(tmp_path / "other")
    with door_of(world, tls_context(certificate, key)) as door:
        for pinned in ("", other.read_text()):
            with pytest.raises(LinkTrouble, match="is not to be trusted"):
                exchange_with(world, "E1", door.url, pinned)
        assert world.balance(1) == 0
        assert exchange_with(world, "E1", door.url, certificate.read_text()).pending == 0
    assert world.balance(1) == 100


def test_a_certificate_for_another_name_is_not_trusted(world, site, tmp_path):
    certificate, key = certified(tmp_path, "central.example")
    with (
        door_of(world, tls_context(certificate, key)) as door,
        pytest.raises(LinkTrouble, match="is not to be trusted"),
    ):
        exchange_with(world, "E1", door.url, certificate.read_text())


def test_who_speaks_no_tls_or_nothing_is_cut_and_hinders_nobody(world, site, tmp_path, capfd):
    certificate, key = certified(tmp_path)
    with (
        door_of(world, tls_context(certificate, key), head_seconds=0.5) as door,
        socket.create_connection(("127.0.0.1", door.port), timeout=10) as silent,
    ):
        assert b"HTTP" not in raw(door, b"GET / HTTP/1.1\r\n\r\n")
        assert exchange_with(world, "E1", door.url, certificate.read_text()).pending == 0
        assert silent.recv(100) == b""
    assert "Traceback" not in capfd.readouterr().err


def test_a_proxy_that_tunnels_is_used(world, site, tmp_path, monkeypatch):
    certificate, key = certified(tmp_path, "central.example")
    with door_of(world, tls_context(certificate, key)) as door, Tunnel(door.port) as (port, asked):
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "")
        assert exchange_with(world, "E1", "https://central.example:8443", certificate.read_text()).pending == 0
    assert asked[0].startswith(b"CONNECT central.example:8443 ")


class Tunnel:
    """An HTTP proxy that knows CONNECT, and leads every name to one port."""

    def __init__(self, port):
        self._port, self._asked = port, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self._listener.getsockname()[1], self._asked

    def __exit__(self, *_):
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _serve(self):
        with self._listener, suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with near, socket.create_connection(("127.0.0.1", self._port)) as far:
                    self._asked.append(near.recv(65536))
                    near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    up = threading.Thread(target=_pump, args=(near, far))
                    up.start()
                    _pump(far, near)
                    up.join()


def _pump(source, target):
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def test_files_that_are_no_certificate_are_refused(tmp_path):
    certificate, key = certified(tmp_path)
    with pytest.raises(BadInput, match="no certificate and its key"):
        tls_context(key, key)
    with pytest.raises(BadInput, match="no certificate and its key"):
        tls_context(certificate, tmp_path / "absent")
    with pytest.raises(BadInput, match="not a certificate"):
        check_link(Link("https://central.example", "no certificate"))
    assert check_link(Link("https://central.example/", certificate.read_text())).url == "https://central.example"
