"""The chain: head_n = SHA-256(0x01 ‖ head_{n-1} ‖ u64be(n) ‖ SHA-256(body_n)).

Change one byte and every later head changes.
"""

from collections.abc import Iterable
from hashlib import sha256

from suite.journal.entry import Entry, Tip


def link(before: Tip, body: bytes) -> Entry:
    """The entry that continues a journal after `before`."""
    seq = before.seq + 1
    head = sha256(b"\1" + before.head + seq.to_bytes(8, "big") + sha256(body).digest()).digest()
    return Entry(seq, body, head)


def heads(before: Tip, bodies: Iterable[bytes]) -> list[bytes]:
    """The head after each body, in order. The hot loop of verification; the same formula as `link`."""
    seq, head, found = before.seq, before.head, []
    for body in bodies:
        seq += 1
        head = sha256(b"\1" + head + seq.to_bytes(8, "big") + sha256(body).digest()).digest()
        found.append(head)
    return found
