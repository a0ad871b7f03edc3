"""An entry: one fact of one journal, its bytes as first written, its place, and the head over all before it."""

import hashlib

import msgspec

HEAD_BYTES = 32


class Tip(msgspec.Struct, frozen=True):
    """How far a journal is known: the last place and the head there. A bare number is never a cursor."""

    seq: int
    head: bytes


START = Tip(0, bytes(HEAD_BYTES))
"""Before the first entry."""


class Entry(msgspec.Struct, frozen=True):
    """One fact in its place. Its identity in the network is (journal, seq)."""

    seq: int
    body: bytes
    head: bytes

    @property
    def tip(self) -> Tip:
        return Tip(self.seq, self.head)


def journal_id(genesis: bytes) -> bytes:
    """The 16-byte name of the journal that begins with these bytes (protocol 3.1)."""
    return hashlib.sha256(b"cs1 log\0" + genesis).digest()[:16]


def short_reference(station: str, tip: Tip) -> str:
    """What a slip prints: station, place, and 20 bits of the head, so that paper is an outside witness."""
    return f"{station}-{tip.seq:06d}-{tip.head[:3].hex()[:5].upper()}"


def commitment(salt: bytes, blob: bytes) -> str:
    """What a fact holds in place of personal data: SHA-256 over a salt and the blob, in hexadecimal."""
    return hashlib.sha256(b"cs1 blob\0" + salt + blob).hexdigest()
