"""Verified admission: bytes of another node's journal become entries here, or are refused whole.

A run is a stretch of one journal under one seal. In order, each a reason to refuse: the seal is signed by the
journal's own key; the bodies chain to the seal's head; the run continues a known line, or repeats it exactly. A run
that parts from what is known is admitted beside it: a restored or copied disk wrote it, and its sales were made.
No file, no table, no clock: the caller brings what is known and stores what comes out.
"""

from collections.abc import Callable, Sequence

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


class Line(msgspec.Struct, frozen=True):
    """One line of a journal as known, up to `tip`; `head_at` tells the head at any earlier place of it, else None.

    A journal is one line until a copy of its disk writes on under the same key.
    """

    number: int
    tip: Tip
    head_at: Callable[[int], bytes | None]

    def head_of(self, seq: int) -> bytes | None:
        return self.tip.head if seq == self.tip.seq else self.head_at(seq) if seq < self.tip.seq else None


class Admitted(msgspec.Struct, frozen=True):
    """What of a run was new: bodies `first`..`tip.seq` continue `line` from `prev`, or part from it there."""

    line: Line
    first: int
    prev: bytes
    bodies: list[bytes]
    tip: Tip

    @property
    def parts(self) -> bool:
        """Whether the new entries stand beside others of the same places."""
        return self.first <= self.line.tip.seq


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


def admit(run: Run, *, public: bytes, lines: Sequence[Line]) -> Admitted | None:
    """What the run adds to the known lines of its journal; None when it repeats what is known and adds nothing.

    Raises BundleRefused: forged or altered; or genuine, and attached to no known line (`heard`).
    """
    before, chain = _verified(run, public)
    last = before.seq + len(chain)
    shared = [(_shared(line, before, chain), line) for line in lines if line.head_of(before.seq) == before.head]
    if not shared:
        refusal = _not_attached(max(line.tip.seq for line in lines), before)
        refusal.heard = run.bodies[-1]
        raise refusal
    upto, line = max(shared, key=lambda found: found[0])
    if upto == last:
        return None
    prev = chain[upto - before.seq - 1] if upto > before.seq else before.head
    return Admitted(line, upto + 1, prev, run.bodies[upto - before.seq :], Tip(last, chain[-1]))


def missing_before(last: int, first: int = 1) -> BundleRefused:
    """The refusal of a genuine run before which entries never came."""
    return BundleRefused(
        N_(
            "Entries {first} to {last} are missing before this bundle. Nothing is lost: export again at the "
            "station and bring that file."
        ),
        "history",
        first=first,
        last=last,
    )


def _not_attached(known: int, before: Tip) -> BundleRefused:
    if before.seq > known:
        return missing_before(before.seq, known + 1)
    return BundleRefused(
        N_(
            "The journal in this bundle tells another history than the one already here: a restored backup or "
            "a copied disk. Nothing was taken; keep the file and call central."
        ),
        "history",
    )


def _shared(line: Line, before: Tip, chain: list[bytes]) -> int:
    """Up to which place a run that begins on a line says the same: once heads differ, they differ for ever."""
    low, high = before.seq, min(line.tip.seq, before.seq + len(chain))
    if line.head_of(high) == (chain[high - before.seq - 1] if high > before.seq else before.head):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if line.head_of(middle) == chain[middle - before.seq - 1]:
            low = middle
        else:
            high = middle
    return low


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
