"""The station's side of every exchange: joining the network, handing out its journal, taking central's feed."""

from pathlib import Path

import msgspec

from suite.domain.errors import N_
from suite.domain.events.node import Genesis, Mark
from suite.domain.ids import CENTRAL
from suite.domain.quantities import Moment
from suite.journal.admission import RUN_ENTRIES_MAX, run_to_bytes, seal_run
from suite.journal.codec import encode
from suite.journal.entry import START, Tip, journal_id
from suite.journal.keys import Signer
from suite.runtime.clock import Clock
from suite.runtime.db import open_database
from suite.runtime.errors import BadInput, BundleRefused, NotSetUp, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.runtime.secrets import (
    NodeSecrets,
    clean_code,
    code_key,
    load_node_secrets,
    new_node_secrets,
    random_bytes,
    save_node_secrets,
)
from suite.station.store import StationStore
from suite.sync.bundle import FORMAT, Core, Receiver, close_bundle, file_name, open_bundle
from suite.sync.enrolment import (
    REQUEST_SUFFIX,
    Invitation,
    Request,
    check_code,
    compare_digits,
    peek_invitation,
    write_authenticated,
)
from suite.sync.feed import FeedHeader, read_feed, read_hot
from suite.sync.frames import HOT, RUN, Frame, blob_frame
from suite.sync.sealing import KEY_BYTES, public_box_key, telephone_key


class Joined(msgspec.Struct, frozen=True):
    """A station's answer to its invitation: the file for central, and the digits to compare by telephone."""

    file_name: str
    content: bytes
    digits: str


class Membership(msgspec.Struct, frozen=True):
    """What this machine keeps beside its keys: whose invitation it accepted, and the first entry it wrote."""

    invitation: Invitation
    genesis: str


class Exported(msgspec.Struct, frozen=True):
    """A bundle for central: the entries `first`..`last` that it has not confirmed."""

    file_name: str
    content: bytes
    first: int
    last: int


class Station(msgspec.Struct, frozen=True):
    """An opened station: who it is, its secrets, its store."""

    membership: Membership
    secrets: NodeSecrets
    store: StationStore

    @property
    def signer(self) -> Signer:
        return Signer(self.secrets.sign)

    def telephone_key(self) -> bytes:
        """The key of the authorisations that central reads out for this station."""
        return telephone_key(self.secrets.box, bytes.fromhex(self.membership.invitation.box))


def join(home: Home, invitation_file: bytes, code: str, clock: Clock) -> Joined:
    """Accept an invitation: make keys, begin the journal, answer. Raises BadInput, BundleRefused, NotSetUp."""
    invitation = peek_invitation(invitation_file)
    whole = clean_code(code)
    if whole is None:
        raise BadInput(N_("That code was mistyped. It has 16 letters and digits, like K7QF-M2XR-9TBD-4HW3."))
    key = code_key(whole, invitation.id)
    check_code(invitation_file, key)
    if home.keys.exists():
        return _answer(_same_membership(home, invitation), key)
    if clock.now() > invitation.expires:
        raise BundleRefused(N_("This invitation has expired. Ask central for a new one."))
    secrets = new_node_secrets()
    genesis = encode(
        Genesis(
            at=clock.now(),
            network=invitation.network,
            station=invitation.station,
            incarnation=1,
            sign=Signer(secrets.sign).public.hex(),
            box=public_box_key(secrets.box).hex(),
            nonce=random_bytes().hex(),
        )
    )
    membership = Membership(invitation, genesis.decode())
    write_whole(home.invitation, msgspec.json.encode(membership), private=True)
    save_node_secrets(home.keys, secrets)
    open_station(home).store.close()
    return _answer(membership, key)


def _same_membership(home: Home, invitation: Invitation) -> Membership:
    """What this station answered before, so that a lost request can be written again. Raises NotSetUp."""
    membership = load_membership(home)
    if membership.invitation != invitation:
        raise NotSetUp(
            N_("There is a station in {folder} already. Choose another folder with --home."), folder=home.folder
        )
    return membership


def _answer(membership: Membership, key: bytes) -> Joined:
    invitation = membership.invitation
    request = Request(invitation.network, invitation.station, invitation.id, membership.genesis)
    return Joined(
        f"{invitation.station}{REQUEST_SUFFIX}",
        write_authenticated(request, key),
        compare_digits(invitation.id, membership.genesis),
    )


def load_membership(home: Home) -> Membership:
    """Whose station this folder is. Raises NotSetUp, StorageTrouble."""
    if not home.invitation.exists():
        raise NotSetUp(
            N_("The folder {folder} holds no station. Name a station's folder with --home."), folder=home.folder
        )
    try:
        return msgspec.json.decode(home.invitation.read_bytes(), type=Membership)
    except (*HOSTILE_JSON, OSError) as error:
        raise StorageTrouble(N_("The file {path} is damaged. Call support."), path=home.invitation) from error


def open_station(home: Home) -> Station:
    """The station in that folder. Raises NotSetUp, StorageTrouble."""
    secrets = load_node_secrets(home.keys)
    membership = load_membership(home)
    genesis = membership.genesis.encode()
    store = StationStore(open_database(home.database, secrets.database_key()), journal_id(genesis))
    if store.tip() == START:
        with store.writing():
            store.append_body(genesis)
    return Station(membership, secrets, store)


def export(station: Station, clock: Clock) -> Exported | None:
    """What central has not confirmed, from its own word on; None when it has everything. Raises StorageTrouble.

    Nothing is marked as sent: the next export starts at the same place until central's feed says more.
    """
    store, state = station.store, station.store.feed_state()
    with store.writing():
        acknowledged = state.ack if state else START
        if not _something_to_say(station, acknowledged):
            return None
        store.append(Mark(at=clock.now(), feed=state.name if state else "", feed_count=state.count if state else 0))
        frames = _runs_after(station, acknowledged)
        frames += [blob_frame(*blob) for blob in store.cards.blobs_after(acknowledged.seq)]
    tip, invitation = store.tip(), station.membership.invitation
    core = Core(
        v=FORMAT,
        net=invitation.network,
        sender=store.log.hex(),
        sender_name=invitation.station,
        to=invitation.log,
        to_name=CENTRAL,
        created=clock.now(),
    )
    content = close_bundle(core, frames, to_box=bytes.fromhex(invitation.box), file_key=random_bytes(KEY_BYTES))
    return Exported(file_name(core, seq=tip.seq), content, acknowledged.seq + 1, tip.seq)


def _something_to_say(station: Station, acknowledged: Tip) -> bool:
    """Whether anything but marks is unconfirmed, or a feed came that no mark has told central of."""
    store, state = station.store, station.store.feed_state()
    if store.pending() or acknowledged.seq == 0:
        return True
    last = store.last_mark()
    return state is not None and (last is None or last.feed != state.name) and state.ack.seq != store.tip().seq


def _runs_after(station: Station, before: Tip) -> list[Frame]:
    frames, tip = [], before
    while bodies := station.store.bodies_after(tip.seq, RUN_ENTRIES_MAX):
        run = seal_run(station.signer, station.store.log, tip, bodies)
        frames.append(Frame(RUN, run_to_bytes(run)))
        head = station.store.head_at(tip.seq + len(bodies))
        assert head is not None
        tip = Tip(tip.seq + len(bodies), head)
    return frames


class FeedTaken(msgspec.Struct, frozen=True):
    """What an import did. `news` is false for a feed that this station has already, or an older one."""

    header: FeedHeader
    news: bool


class HotTaken(msgspec.Struct, frozen=True):
    """A hot list's arrival: cards whose state changed, up to the count `to`."""

    to: int
    at: Moment
    cards: int
    news: bool


def take(station: Station, file: bytes, now: Moment, *, despite_clock: bool = False) -> FeedTaken | HotTaken:
    """Take central's feed or hot list whole, or refuse it. Raises BundleRefused, StorageTrouble."""
    invitation, store = station.membership.invitation, station.store
    receiver = Receiver(invitation.network, store.log, station.secrets.box, now)
    _, frames = open_bundle(file, receiver, despite_clock=despite_clock)
    if frames and frames[0].kind == HOT:
        return _take_hot(station, frames[0])
    feed = read_feed(frames, log=store.log, central=bytes.fromhex(invitation.sign))
    with store.writing():
        state = store.feed_state()
        if state and (feed.header.to, feed.header.at) <= (state.count, state.at):
            return FeedTaken(feed.header, news=False)
        if store.head_at(feed.header.ack.seq) != feed.header.ack.tip.head:
            raise BundleRefused(
                N_(
                    "Central has entries of this station that are not on this PC: the PC was restored or copied. "
                    "Nothing was changed; do not sell here, and call central."
                )
            )
        store.take_feed(feed)
    store.overwrite_traces()
    return FeedTaken(feed.header, news=True)


def _take_hot(station: Station, frame: Frame) -> HotTaken:
    """The state of some cards ahead of the next feed (MEM-13). Raises BundleRefused."""
    store, invitation = station.store, station.membership.invitation
    hot = read_hot(frame, net=invitation.network, central=bytes.fromhex(invitation.sign))
    with store.writing():
        known = store.cards.hot_count()
        if hot.since > known:
            raise BundleRefused(N_("This list of cards builds on a newer bundle of central. Import that one first."))
        if hot.to > known:
            rows = [(c.card, c.account, c.status, c.role, c.issued) for c in hot.cards]
            store.cards.take_hot(list(rows), hot.to)
    return HotTaken(hot.to, hot.at, len(hot.cards), news=hot.to > known)


def save_export(exported: Exported, folder: Path) -> Path:
    """Write the bundle's file, whole or not at all. Raises StorageTrouble."""
    path = folder / exported.file_name
    write_whole(path, exported.content)
    return path
