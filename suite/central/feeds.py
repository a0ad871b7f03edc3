"""Central's word to one station, cut from the projections: balances and acknowledgement of the same moment."""

from pathlib import Path

import msgspec

from suite.central.office import Office
from suite.domain.errors import N_, NotThere, Phrase, StationNotPaired
from suite.domain.ids import CENTRAL, StationCode
from suite.domain.personal import Person, StaffMember
from suite.runtime.files import write_whole
from suite.runtime.secrets import random_bytes
from suite.sync.bundle import FORMAT, Core, close_bundle, file_name
from suite.sync.feed import (
    AccountPage,
    AccountRow,
    Ack,
    AttendantPage,
    AttendantRow,
    CardPage,
    CardRow,
    FeedHeader,
    MovementPage,
    MovementRow,
    Page,
    ProgrammePage,
    ShipmentPage,
    ShipmentRow,
    feed_frames,
    in_pages,
)
from suite.sync.sealing import KEY_BYTES

MOVEMENTS_TOLD = 30


class FeedFile(msgspec.Struct, frozen=True):
    file_name: str
    content: bytes


def export_feed(office: Office, code: StationCode) -> FeedFile:
    """The bundle that tells a station all it may know. Raises NotThere, StationNotPaired."""
    with office.store.transaction():
        station = office.store.directory.station(code)
        if station is None:
            raise NotThere(what=Phrase(N_("station")), name=code)
        journal = office.store.journal_at(code)
        if journal is None:
            raise StationNotPaired(station=code)
        tip, now = office.store.tip_of(journal), office.clock.now()
        header = FeedHeader(
            log=journal.log.hex(),
            station=code,
            station_name=station.name,
            to=office.store.count(),
            at=now,
            ack=Ack(tip.seq, tip.head.hex()),
            pages=(),
        )
        frames = feed_frames(header, _pages(office, code), office.signer)
        core = Core(
            v=FORMAT,
            net=office.programme().network,
            sender=office.log().hex(),
            sender_name=CENTRAL,
            to=journal.log.hex(),
            to_name=code,
            created=now,
        )
    content = close_bundle(core, frames, to_box=journal.box, file_key=random_bytes(KEY_BYTES))
    return FeedFile(file_name(core, seq=header.to), content)


def save_feed(feed: FeedFile, folder: Path) -> Path:
    """Write the bundle's file, whole or not at all. Raises StorageTrouble."""
    path = folder / feed.file_name
    write_whole(path, feed.content)
    return path


def _pages(office: Office, station: StationCode) -> list[Page]:
    store = office.store
    kept = store.kept_all()
    accounts = (
        AccountRow(account, balance, greeting(kept.get(personal)))
        for account, personal, balance in store.directory.accounts()
    )
    cards = (CardRow(*row) for row in store.directory.cards())
    attendants = (
        AttendantRow(a.attendant, staff_name(kept.get(a.personal)), kept[a.verifier].decode(), a.manager, a.issue)
        for a in store.directory.attendants(station)
        if a.verifier in kept
    )
    shipments = (ShipmentRow(*row) for row in store.shelf.shipments(station))
    movements = (
        MovementRow(account, m.at, m.station, m.kind, m.points, m.reference)
        for account, m in store.ledger.movements_elsewhere(station, MOVEMENTS_TOLD)
    )
    return [
        ProgrammePage((office.programme(),)),
        *in_pages(AccountPage, accounts),
        *in_pages(CardPage, cards),
        *in_pages(AttendantPage, attendants),
        *in_pages(ShipmentPage, shipments),
        *in_pages(MovementPage, movements),
    ]


def greeting(blob: bytes | None) -> str:
    """What a station may show of a member; empty once the person is forgotten."""
    return msgspec.json.decode(blob, type=Person).greeting if blob else ""


def staff_name(blob: bytes | None) -> str:
    return msgspec.json.decode(blob, type=StaffMember).name if blob else ""
