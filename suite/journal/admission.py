"""Verified admission: bytes of another node's journal become entries here, or are refused whole.

A run is a stretch of one journal under one seal. In order, each a reason to refuse: the seal is signed by the
journal's own key; the bodies chain to the seal's head; the run continues what is known, or repeats it exactly.
No file, no table, no clock: the caller brings what is known and stores what comes out.
"""

from collections.abc import Callable

import msgspec

from suite.domain.errors import N_
from suite.journal.chain import heads
from suite.journal.entry import HEAD_BYTES, Tip
from suite.journal.keys import Signer, signed_by
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON

RUN_ENTRIES_MAX = 2000
"""A run verifies alone and is kept as one block; four busy days."""


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """What a node signs: this stretch of this journal begins after `prev` and ends in `head`, all hexadecimal."""

    log: str
    first: int
    last: int
    prev: str
    head: str


class Run(msgspec.Struct, frozen=True):
    """A sealed stretch: the seal's bytes as signed, the signature, and the bodies."""

    seal: bytes
    signature: bytes
    bodies: list[bytes]


class Admitted(msgspec.Struct, frozen=True):
    """What of a run was new: bodies `first`..`tip.seq` continue from `prev`."""

    first: int
    prev: bytes
    bodies: list[bytes]
    tip: Tip


def seal_run(signer: Signer, log: bytes, before: Tip, bodies: list[bytes]) -> Run:
    """The bodies that follow `before`, sealed by the journal's key."""
    assert 0 < len(bodies) <= RUN_ENTRIES_MAX, len(bodies)
    head = heads(before, bodies)[-1]
    seal = Seal(log.hex(), before.seq + 1, before.seq + len(bodies), before.head.hex(), head.hex())
    payload = msgspec.json.encode(seal)
    return Run(payload, signer.sign(b"seal", payload), bodies)


def run_to_bytes(run: Run) -> bytes:
    """A run as JSON lines: seal, signature in hexadecimal, then one entry a line."""
    return b"\n".join([run.seal, run.signature.hex().encode(), *run.bodies])


def run_from_bytes(content: bytes) -> Run:
    """Raises BundleRefused for bytes of another shape."""
    seal, _, rest = content.partition(b"\n")
    signature, _, bodies = rest.partition(b"\n")
    try:
        return Run(seal, bytes.fromhex(signature.decode("ascii")), bodies.split(b"\n"))
    except ValueError as error:
        raise _forged() from error


def read_seal(run: Run) -> Seal:
    """The seal's statement, unverified: for finding whose key to hold it against. Raises BundleRefused."""
    try:
        seal = msgspec.json.decode(run.seal, type=Seal)
        lengths = (len(bytes.fromhex(seal.prev)), len(bytes.fromhex(seal.head)))
    except (*HOSTILE_JSON, ValueError) as error:
        raise _forged() from error
    counted = seal.first >= 1 and seal.last - seal.first + 1 == len(run.bodies) <= RUN_ENTRIES_MAX
    if lengths != (HEAD_BYTES, HEAD_BYTES) or not counted:
        raise _forged()
    return seal


def admit(
    run: Run, *, known: Tip, public: bytes, head_at: Callable[[int], bytes | None] = lambda _: None
) -> Admitted | None:
    """What the run adds after `known`; None when it repeats what is known and adds nothing.

    `head_at` tells the head at an earlier place of the known journal; it is asked only for runs that end there.
    Raises BundleRefused: forged, altered, a gap before it, or another history than the one already admitted.
    """
    before, chain = _verified(run, public)
    last = before.seq + len(chain)
    if before.seq > known.seq:
        raise BundleRefused(
            N_(
                "Entries {first} to {last} are missing before this bundle. Nothing is lost: export again at the "
                "station and bring that file."
            ),
            "history",
            first=known.seq + 1,
            last=before.seq,
        )
    shared = min(last, known.seq)
    told = chain[shared - before.seq - 1] if shared > before.seq else before.head
    if told != (known.head if shared == known.seq else head_at(shared)):
        raise BundleRefused(
            N_(
                "The journal in this bundle tells another history than the one already here: a restored backup or "
                "a copied disk. Nothing was taken; keep the file and call central."
            ),
            "history",
        )
    if last <= known.seq:
        return None
    return Admitted(known.seq + 1, known.head, run.bodies[known.seq - before.seq :], Tip(last, chain[-1]))


def _verified(run: Run, public: bytes) -> tuple[Tip, list[bytes]]:
    """Where the run begins and the head after each of its bodies, once seal and chain agree."""
    seal = read_seal(run)
    if not signed_by(public, b"seal", run.seal, run.signature):
        raise _forged()
    before = Tip(seal.first - 1, bytes.fromhex(seal.prev))
    chain = heads(before, run.bodies)
    if chain[-1] != bytes.fromhex(seal.head):
        raise _forged()
    return before, chain


def _forged() -> BundleRefused:
    return BundleRefused(
        N_(
            "A journal in this bundle was altered or is not signed by its station. Nothing was taken; ask for "
            "a new export."
        ),
        "stranger",
    )
