"""A bundle's envelope: only the receiver opens it, and one changed or missing byte keeps it shut.

HPKE (RFC 9180, base mode) wraps a file key for each receiver; the payload is a STREAM of 64 KiB
ChaCha20-Poly1305 chunks whose nonce counts and marks the last one, so that a cut file is noticed. The plain header
and the list of receivers are bound to every chunk. Who wrote the contents is said by the seals inside.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from suite.domain.errors import N_
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON

MAGIC = b"CSB1"
LENGTH_BYTES = 4
CORE_MAX = 64 * 1024
RECEIVERS_MAX = 1024 * 1024
"""Some four thousand stations in one file."""
CHUNK = 64 * 1024
TAG = 16
COUNTER_BYTES = 11
KEY_BYTES = 32

_suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class Envelope(msgspec.Struct, frozen=True):
    """A sealed file taken apart, nothing verified yet."""

    core: bytes
    receivers: bytes
    sealed: bytes | memoryview


def public_box_key(secret: bytes) -> bytes:
    """The X25519 key others seal to."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def telephone_key(secret: bytes, public: bytes) -> bytes:
    """What two nodes share when each knows the other's box key: the key of authorisations read out by telephone."""
    shared = X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"cs1 telephone").derive(shared)


def close_envelope(core: bytes, content: bytes, receivers: dict[str, bytes], file_key: bytes) -> bytes:
    """The file's bytes: header, receivers (name → X25519 key, HPKE-wrapped file key), sealed chunks."""
    wrapped = {
        name: _suite.encrypt(file_key, X25519PublicKey.from_public_bytes(key), _wrap_info(core)).hex()
        for name, key in receivers.items()
    }
    listed = msgspec.json.encode(wrapped)
    assert len(core) <= CORE_MAX, len(core)
    assert len(listed) <= RECEIVERS_MAX, len(listed)
    cipher, bound = ChaCha20Poly1305(_payload_key(file_key, core)), _bound(core, listed)
    chunks = [content[i : i + CHUNK] for i in range(0, len(content), CHUNK)] or [b""]
    sealed = [cipher.encrypt(_nonce(i, last=i == len(chunks) - 1), chunk, bound) for i, chunk in enumerate(chunks)]
    return b"".join([MAGIC, _u32(len(core)), _u32(len(listed)), core, listed, *sealed])


def split_envelope(file: bytes) -> Envelope:
    """Raises BundleRefused for a file that is no bundle, or ends inside its header."""
    if file[: len(MAGIC)] != MAGIC:
        raise BundleRefused(N_("This file is not a Canje bundle. Choose the file that ends in .csb."))
    start = len(MAGIC) + 2 * LENGTH_BYTES
    core_length = int.from_bytes(file[4:8], "big")
    receivers_length = int.from_bytes(file[8:12], "big")
    body = start + core_length + receivers_length
    if core_length > CORE_MAX or receivers_length > RECEIVERS_MAX or len(file) < body + TAG:
        raise _damaged()
    return Envelope(file[start : start + core_length], file[start + core_length : body], memoryview(file)[body:])


def open_envelope(envelope: Envelope, name: str, *secrets: bytes) -> bytes:
    """The content, every byte of it authentic. Raises BundleRefused, and nothing of the content comes out."""
    return b"".join(opened_chunks(envelope, name, *secrets))


def opened_chunks(envelope: Envelope, name: str, *secrets: bytes) -> Iterator[bytes]:
    """The content piece by piece, each authentic and in its place. Raises BundleRefused, also at the end of a cut file.

    `secrets` are the keys of the receiver to any of which it may be sealed. What comes out before a refusal must be
    undone.
    """
    try:
        wrapped = bytes.fromhex(msgspec.json.decode(envelope.receivers, type=dict[str, str])[name])
        file_key = _file_key(wrapped, _wrap_info(envelope.core), secrets)
        cipher = ChaCha20Poly1305(_payload_key(file_key, envelope.core))
    except (*HOSTILE_JSON, InvalidTag, KeyError, ValueError) as error:
        raise _damaged() from error
    bound = _bound(envelope.core, envelope.receivers)
    step, sealed = CHUNK + TAG, envelope.sealed
    for i, start in enumerate(range(0, len(sealed), step)):
        try:
            nonce = _nonce(i, last=start + step >= len(sealed))
            piece = cipher.decrypt(nonce, sealed[start : start + step], bound)
        except InvalidTag as error:
            raise _damaged() from error
        yield piece


def _file_key(wrapped: bytes, info: bytes, secrets: Iterable[bytes]) -> bytes:
    """Raises InvalidTag when it is wrapped for none of these keys."""
    for secret in secrets:
        with suppress(InvalidTag):
            return _suite.decrypt(wrapped, X25519PrivateKey.from_private_bytes(secret), info)
    raise InvalidTag


def _wrap_info(core: bytes) -> bytes:
    return b"cs1 wrap\0" + hashlib.sha256(core).digest()


def _payload_key(file_key: bytes, core: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=hashlib.sha256(core).digest(), info=b"cs1 payload").derive(file_key)


def _bound(core: bytes, receivers: bytes) -> bytes:
    return hashlib.sha256(core + receivers).digest()


def _nonce(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(COUNTER_BYTES, "big") + bytes([last])


def _u32(number: int) -> bytes:
    return number.to_bytes(LENGTH_BYTES, "big")


def _damaged() -> BundleRefused:
    return BundleRefused(
        N_("This bundle is damaged or was cut short: nothing of it was taken. Copy it again, or export it again.")
    )
