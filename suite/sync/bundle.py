"""A bundle: what one node hands another, the same bytes on a stick or over HTTP. Disposable: no state depends on one.

Lost, repeated, late or swapped bundles are harmless: the next export starts again at what the receiver last
confirmed. A file is taken whole or not at all.
"""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from suite.domain.calendar import EPOCH
from suite.domain.errors import N_
from suite.domain.ids import CENTRAL, StationCode
from suite.domain.quantities import Moment
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.sync.frames import PLAIN_MAX, Frame, pack, unpack, unpacked
from suite.sync.sealing import close_envelope, open_envelope, opened_chunks, split_envelope

FORMAT = 1
SUFFIX = ".csb"
FUTURE_MAX_MS = 24 * 3600 * 1000
"""A bundle made more than a day after this PC's now: one of the two clocks is wrong, and a person must look."""


class Core(msgspec.Struct, frozen=True):
    """The header anybody may read: who to whom, in which network. `to` and `sender` are journal ids in hexadecimal."""

    v: int
    net: str
    sender: str
    sender_name: StationCode
    to: str
    to_name: StationCode
    created: Moment
    caps: tuple[str, ...] = ()


class Receiver(msgspec.Struct, frozen=True):
    """Who opens: the node's journal id, its secret box key, its network, its clock, and how much it will unfold.

    What is sealed to one of its `former` keys opens as well.
    """

    network: str
    log: bytes
    box: bytes
    now: Moment
    plain_max: int = PLAIN_MAX
    former: tuple[bytes, ...] = ()

    @property
    def boxes(self) -> tuple[bytes, ...]:
        """Every key that opens, the one of today first."""
        return (self.box, *self.former)


def close_bundle(core: Core, frames: list[Frame], *, to_box: bytes, file_key: bytes) -> bytes:
    """The bundle's bytes, for the one receiver that `core.to` names."""
    return close_envelope(msgspec.json.encode(core), pack(frames), {core.to: to_box}, file_key)


def read_core(file: bytes) -> Core:
    """The header of a bundle, unverified. Raises BundleRefused; a newer format says that an upgrade is due."""
    envelope = split_envelope(file)
    try:
        plain = msgspec.json.decode(envelope.core, type=dict[str, object])
        version = plain.get("v")
    except HOSTILE_JSON as error:
        raise _unreadable() from error
    if version != FORMAT or plain.get("caps"):
        raise BundleRefused(
            N_(
                "This bundle was made by a newer Canje. Update Canje here first, then import it again; nothing is lost."
            ),
            "newer",
        )
    try:
        return msgspec.convert(plain, Core)
    except msgspec.ValidationError as error:
        raise _unreadable() from error


def open_bundle(file: bytes, receiver: Receiver, *, despite_clock: bool = False) -> tuple[Core, list[Frame]]:
    """The header and the frames, whole and for us. Raises BundleRefused with what to do."""
    core = _core_for(file, receiver, despite_clock=despite_clock)
    return core, unpack(open_envelope(split_envelope(file), core.to, *receiver.boxes), receiver.plain_max)


def opening_bundle(file: bytes, receiver: Receiver, *, despite_clock: bool = False) -> tuple[Core, Iterator[Frame]]:
    """The header, and the frames as they are opened, one held at a time. Raises BundleRefused with what to do.

    Frames raise it too, for what comes before the end of a damaged file must be undone.
    `despite_clock` takes a bundle from the future all the same: for the person who has looked at both clocks.
    """
    core = _core_for(file, receiver, despite_clock=despite_clock)
    pieces = opened_chunks(split_envelope(file), core.to, *receiver.boxes)
    return core, unpacked(pieces, receiver.plain_max)


def _core_for(file: bytes, receiver: Receiver, *, despite_clock: bool) -> Core:
    """The header of a bundle that is for us and of our time. Raises BundleRefused."""
    core = read_core(file)
    if core.net != receiver.network:
        raise BundleRefused(
            N_("This bundle belongs to another network ({network}). Take it back."), "stranger", network=core.net
        )
    if core.to != receiver.log.hex():
        raise BundleRefused(
            N_("This bundle is for {to}, not for this node. Take it there, or export one for this node."),
            "stranger",
            to=core.to_name,
        )
    if core.created > receiver.now + FUTURE_MAX_MS and not despite_clock:
        raise BundleRefused(
            N_(
                "This bundle says it was made on {made}, later than this PC's clock. Set the clock right and import it "
                "again, or use --despite-clock if this PC is right; nothing is lost."
            ),
            made=(EPOCH + timedelta(milliseconds=core.created)).strftime("%Y-%m-%d"),
        )
    return core


def file_name(core: Core, *, seq: int) -> str:
    """A name that says from whom, for whom and how far; the content decides, the name never does."""
    station_log = core.sender if core.to_name == CENTRAL else core.to
    return f"{core.sender_name}-to-{core.to_name}-{station_log[:6]}-{seq:06d}{SUFFIX}"


def _unreadable() -> BundleRefused:
    return BundleRefused(N_("The header of this bundle is damaged. Nothing of it was taken; copy it again."))
