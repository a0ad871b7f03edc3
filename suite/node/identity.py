"""Under which keys this PC wrote and writes: one key is one journal is one incarnation (protocol 3.6).

Keys stand outside the database, with an anchor: the newest place that this PC knows it wrote. A database that is older
than its anchor was restored or copied back; it goes on under a new key, from the place where it stands, so that its
sales are kept and no key ever signs two histories.
"""

from collections.abc import Collection
from contextlib import suppress

import msgspec

from suite.domain.errors import N_
from suite.domain.events.node import Genesis, Place
from suite.domain.quantities import Moment
from suite.journal.codec import decode, encode
from suite.journal.entry import START, Tip, journal_id
from suite.journal.keys import Signer
from suite.node.store import NodeStore
from suite.runtime.errors import StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.runtime.secrets import NodeSecrets, new_node_secrets, random_bytes
from suite.sync.enrolment import compare_digits
from suite.sync.frames import GOES_ON, Frame, signed_frame
from suite.sync.sealing import public_box_key

ANCHOR_EVERY = 20
"""How many entries may be written before the anchor follows: what a restored file may hide from its own PC."""


class Incarnation(msgspec.Struct, frozen=True):
    """A journal of this PC: its first entry as written, and its two secrets in hexadecimal."""

    genesis: str
    sign: str
    box: str

    def __repr__(self) -> str:
        return "Incarnation(****)"

    @property
    def log(self) -> bytes:
        return journal_id(self.genesis.encode())

    @property
    def signer(self) -> Signer:
        return Signer(bytes.fromhex(self.sign))

    @property
    def begun(self) -> Genesis:
        event = decode(self.genesis.encode())
        assert isinstance(event, Genesis), "a journal begins with its genesis"
        return event

    @property
    def start(self) -> Tip:
        """The place after which this journal goes on."""
        prev = self.begun.prev
        return Tip(prev.seq, bytes.fromhex(prev.head)) if prev else START

    @property
    def digits(self) -> str:
        """What central's operator compares by telephone before this journal is taken."""
        prev = self.begun.prev
        return compare_digits(prev.log if prev else "", self.genesis)


class _Anchor(msgspec.Struct, frozen=True):
    seq: int
    head: str


class Identity:
    """The keys of one PC, and the anchor beside them."""

    def __init__(self, home: Home, incarnations: tuple[Incarnation, ...]) -> None:
        self._home = home
        self.incarnations = incarnations
        self._anchored = self._load_anchor()

    @property
    def current(self) -> Incarnation:
        return self.incarnations[-1]

    def by_log(self, log: bytes) -> Incarnation | None:
        return next((own for own in self.incarnations if own.log == log), None)

    # The anchor

    @property
    def anchored(self) -> Tip:
        """The newest place that this PC knows it wrote."""
        return self._anchored

    def _load_anchor(self) -> Tip:
        try:
            anchor = msgspec.json.decode(self._home.anchor.read_bytes(), type=_Anchor)
            return Tip(anchor.seq, bytes.fromhex(anchor.head))
        except FileNotFoundError:
            return START
        except (*HOSTILE_JSON, ValueError, OSError) as error:
            raise StorageTrouble(N_("The file {path} is damaged. Call support."), path=self._home.anchor) from error

    def follow(self, tip: Tip) -> None:
        """After a COMMIT: move the anchor when enough was written since.

        An anchor that cannot be written stays where it is: what was committed is done, and must not look undone.
        """
        if tip.seq - self._anchored.seq >= ANCHOR_EVERY:
            with suppress(StorageTrouble):
                self.anchor(tip)

    def anchor(self, tip: Tip) -> None:
        """Remember that this PC wrote up to here. Raises StorageTrouble."""
        if tip != self._anchored:
            write_whole(self._home.anchor, msgspec.json.encode(_Anchor(tip.seq, tip.head.hex())), private=True)
            self._anchored = tip

    def is_rolled_back(self, store: NodeStore) -> bool:
        """Whether the database is older than what this PC knows it wrote."""
        return store.head_at(self._anchored.seq) != self._anchored.head or not store.holds(self.current.log)

    # The next incarnation

    def begin_next(self, store: NodeStore, now: Moment) -> Incarnation:
        """Go on under a new key from where the database stands. The keys are on disk before the entry is.

        Raises StorageTrouble. Central takes the new journal when a person has compared its digits.
        """
        secrets = new_node_secrets()
        with store.writing():
            tip, log = store.tip(), store.log
            before = self.current.begun
            genesis = encode(
                Genesis(
                    at=now,
                    network=before.network,
                    station=before.station,
                    incarnation=before.incarnation + 1,
                    sign=Signer(secrets.sign).public.hex(),
                    box=public_box_key(secrets.box).hex(),
                    nonce=random_bytes().hex(),
                    kind=before.kind,
                    prev=Place(log.hex(), tip.seq, tip.head.hex()),
                )
            )
            begun = _incarnation(genesis.decode(), secrets)
            later = (*self.incarnations[1:], begun)
            write_whole(self._home.incarnations, msgspec.json.encode(later), private=True)
            self.incarnations = (self.incarnations[0], *later)
            store.begin(begun.log, genesis)
        self.anchor(store.tip())
        return begun

    def requests(self, approved: Collection[bytes]) -> list[Frame]:
        """What asks central to go on: each later journal that it has not certified, signed by the key before."""
        waiting = [own for own in self.incarnations[1:] if own.log not in approved]
        return [frame for own in waiting if (frame := self._request(own))]

    def _request(self, own: Incarnation) -> Frame | None:
        prev = own.begun.prev
        before = self.by_log(bytes.fromhex(prev.log)) if prev else None
        if before is None:
            return None
        body = own.genesis.encode()
        return signed_frame(GOES_ON, body, before.signer.sign(b"next", body))


def load_identity(home: Home, genesis: str, secrets: NodeSecrets) -> Identity:
    """The journals of this PC and its anchor. `genesis` begins the first. Raises StorageTrouble."""
    first = _incarnation(genesis, secrets)
    if not home.incarnations.exists():
        return Identity(home, (first,))
    try:
        later = msgspec.json.decode(home.incarnations.read_bytes(), type=tuple[Incarnation, ...])
    except (*HOSTILE_JSON, OSError) as error:
        raise StorageTrouble(N_("The file {path} is damaged. Call support."), path=home.incarnations) from error
    return Identity(home, (first, *later))


def _incarnation(genesis: str, secrets: NodeSecrets) -> Incarnation:
    return Incarnation(genesis, secrets.sign.hex(), secrets.box.hex())
