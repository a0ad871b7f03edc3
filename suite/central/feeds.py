"""Central's word to one station, cut from the projections: balances and acknowledgement of the same moment."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from suite.central.continuity import certificate
from suite.central.directory import StationState
from suite.central.members import MEMBER, of_a_member
from suite.central.office import Office
from suite.central.outpost_feeds import warehouse_pages
from suite.central.store import Journal
from suite.domain.calendar import Month, local_time, moment_of, month_of
from suite.domain.errors import N_, NotThere, Phrase, StationNotPaired
from suite.domain.groups import Groups
from suite.domain.ids import CENTRAL, AccountId, PromotionCode, StationCode, TierCode
from suite.domain.lots import Expiring, calendar
from suite.domain.personal import Person, StaffMember
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Points
from suite.domain.tiers import highest, rank, reached
from suite.journal.entry import START, Tip
from suite.runtime.files import write_whole
from suite.runtime.secrets import random_bytes
from suite.sync.bundle import FORMAT, Core, close_bundle, file_name
from suite.sync.feed import (
    AccountPage,
    AccountRow,
    Ack,
    AliasPage,
    AliasRow,
    AttendantPage,
    AttendantRow,
    CardPage,
    CardRow,
    FeedHeader,
    FirstPurchasePage,
    FirstPurchaseRow,
    GrantPage,
    GrantRow,
    HoldPage,
    HoldRow,
    HotList,
    MovementPage,
    MovementRow,
    Page,
    ProgrammePage,
    ShipmentPage,
    ShipmentRow,
    feed_frames,
    feed_name,
    hot_frame,
    in_pages,
)
from suite.sync.sealing import KEY_BYTES

MOVEMENTS_TOLD = 30

NOTICE_MS = 90 * 24 * 3600 * 1000
"""How long after its last word a PC with an earlier key is told that another one followed."""

CLOSES_TOLD = 3
"""How many closes ahead a station can say what expires."""


class FeedFile(msgspec.Struct, frozen=True):
    file_name: str
    content: bytes
    log: bytes
    """The journal to which it is sealed."""


def export_feed(office: Office, code: StationCode) -> FeedFile:
    """The bundle that tells a station all it may know. Raises NotThere, StationNotPaired."""
    with office.store.transaction():
        journal, name = _receiver(office, code)
        return _feed_for(office, journal, name)


def export_answer(office: Office, log: bytes) -> FeedFile | None:
    """The bundle for the very journal that spoke; None for one that is not approved, or not believed any more.

    A journal that another one of its station followed is told only that: its PC was copied, and must ask.
    """
    with office.store.transaction():
        lines = office.store.lines_of(log)
        if not lines or lines[0].revoked:
            return None
        journal, name = _receiver(office, lines[0].station)
        return _feed_for(office, lines[0], name, notice=journal.log != log)


def export_notices(office: Office, code: StationCode) -> list[FeedFile]:
    """Bundles for PCs that may still write the station's earlier journals: small, and disposable.

    None once a journal was silent for `NOTICE_MS`. Raises NotThere, StationNotPaired.
    """
    with office.store.transaction():
        journal, name = _receiver(office, code)
        since, heard = office.clock.now() - NOTICE_MS, office.store.lineage.heard
        earlier = [line for line in office.store.lines_at(code) if not line.parent and line.number != journal.number]
        alive = [line for line in earlier if not line.revoked and not 0 < heard(line.number) <= since]
        return [_feed_for(office, line, name, notice=True) for line in alive]


def _feed_for(office: Office, journal: Journal, name: str, *, notice: bool = False) -> FeedFile:
    """The feed of a journal; as a notice, its header alone. Call inside a transaction."""
    now, code = office.clock.now(), journal.station
    header = FeedHeader(
        log=journal.log.hex(),
        station=code,
        station_name=name,
        to=office.store.count(),
        at=now,
        ack=_ack(office.store.tip_of(journal) if _is_heard(office, journal) else START),
        pages=(),
        number=journal.number,
        era=office.store.lineage.era(),
        forked=notice or len(office.store.lines_of(journal.log)) > 1,
        others=_other_ends(office, journal),
        witness=_ack(office.store.tip()),
    )
    frames = feed_frames(header, [] if notice else _pages_of(office, code), office.signer)
    frames.append(certificate(office, journal))
    if not notice:
        office.store.lineage.issue(feed_name(frames[0]), journal.number, header.to)
    core = _core(office, journal, code)
    content = close_bundle(core, frames, to_box=journal.box, file_key=random_bytes(KEY_BYTES))
    return FeedFile(f"{'notice-' * notice}{file_name(core, seq=header.to)}", content, journal.log)


def addressee(office: Office, code: StationCode) -> tuple[Journal, str]:
    """A station's journal of today and its name. Raises NotThere, StationNotPaired."""
    return _paired(office, code, office.store.directory.station(code))


def _receiver(office: Office, code: StationCode) -> tuple[Journal, str]:
    """The same of any node."""
    return _paired(office, code, office.store.directory.node(code))


def _paired(office: Office, code: StationCode, node: StationState | None) -> tuple[Journal, str]:
    if node is None:
        raise NotThere(what=Phrase(N_("station")), name=code)
    journal = office.store.journal_at(code)
    if journal is None:
        raise StationNotPaired(station=code)
    return journal, node.name


def _ack(tip: Tip) -> Ack:
    return Ack(tip.seq, tip.head.hex())


def _is_heard(office: Office, journal: Journal) -> bool:
    """Whether any entry of a line is here: else its beginning says nothing about what central has."""
    return office.store.tip_of(journal).seq > journal.start


def _other_ends(office: Office, journal: Journal) -> tuple[Ack, ...]:
    """The ends of the station's other lines, and the place where this journal went on from one of them."""
    lines = [line for line in office.store.lines_at(journal.station) if line.number != journal.number]
    ends = {office.store.tip_of(line) for line in lines if _is_heard(office, line)}
    begins = journal.begins
    if begins.seq and any(
        office.store.head_at(line, begins.seq) == begins.head
        for line in lines
        if line.log != journal.log and _is_heard(office, line)
    ):
        ends.add(begins)
    return tuple(sorted((_ack(end) for end in ends), key=lambda ack: (ack.seq, ack.head)))


def _core(office: Office, journal: Journal, code: StationCode) -> Core:
    return Core(
        v=FORMAT,
        net=office.programme().network,
        sender=office.log().hex(),
        sender_name=CENTRAL,
        to=journal.log.hex(),
        to_name=code,
        created=office.clock.now(),
    )


def save_feed(feed: FeedFile, folder: Path) -> Path:
    """Write the bundle's file, whole or not at all. Raises StorageTrouble."""
    path = folder / feed.file_name
    write_whole(path, feed.content)
    return path


def _pages_of(office: Office, code: StationCode) -> list[Page]:
    """No more than a node of its kind needs."""
    if office.store.directory.kind_of(code) == "warehouse":
        return warehouse_pages(office, code)
    return _pages(office, code)


def _pages(office: Office, station: StationCode) -> list[Page]:
    store = office.store
    kept, groups = store.kept_people(), store.members.groups()
    cards = (
        CardRow(c.card, groups.root_of(c.account), c.status, c.role, c.issued, c.used) for c in store.members.cards()
    )
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
    aliases = (AliasRow(account, groups.root_of(account)) for account in groups.merged)
    days: dict[tuple[PromotionCode, AccountId], str] = {}
    for promotion, account, day in store.members.first_purchases():
        key = promotion, groups.root_of(account)
        days[key] = min(day, days.get(key, day))
    holds = (
        HoldRow(h.card, h.points, h.day, h.number, groups.root_of(h.account)) for h in store.purse.open_holds(station)
    )
    granted = groups.summed((account, points) for s, account, points in store.purse.granted() if s == station)
    grants = (GrantRow(account, Points(points)) for account, points in sorted(granted.items()) if points > 0)
    first = (FirstPurchaseRow(promotion, account, day) for (promotion, account), day in sorted(days.items()))
    return [
        ProgrammePage((office.programme(),)),
        *in_pages(AccountPage, account_rows(office, kept, station)),
        *in_pages(CardPage, cards),
        *in_pages(AttendantPage, attendants),
        *in_pages(ShipmentPage, shipments),
        *in_pages(MovementPage, movements),
        *in_pages(AliasPage, aliases),
        *in_pages(FirstPurchasePage, first),
        *in_pages(HoldPage, holds),
        *in_pages(GrantPage, grants),
    ]


def account_rows(office: Office, kept: Mapping[str, bytes], station: StationCode) -> Iterator[AccountRow]:
    """Every member as a station is told of them; merged accounts as the one member they are.

    What is held for a prize, or granted to another station, is not in the balance.
    """
    store, programme, now = office.store, office.programme(), office.clock.now()
    groups, memberships = store.members.groups(), store.members.memberships()
    segments, rates = store.members.segments(), store.members.personal_rates()
    today = local_time(now, office.zone()).date().isoformat()
    earned = groups.summed(store.ledger.qualifying(month_of(now, office.zone()), programme.tier_months))
    accounts = store.directory.accounts()
    balances, merged = groups.summed((a, balance) for a, _, balance in accounts), set(groups.merged)
    coming, reserved = coming_expiries(office, groups), _reserved(office, groups, station)
    for account, personal, _ in accounts:
        if account in merged:
            continue
        everyone, points = groups.members_of(account), earned.get(account, 0)
        own = of_a_member(programme.tiers, (memberships.get(each, MEMBER) for each in everyone), today)
        yield AccountRow(
            account,
            Points(balances[account] - reserved.get(account, 0)),
            greeting(kept.get(personal)),
            _tier_of_the_morning(office, own.tier, points, everyone),
            points,
            tuple(sorted({segment for each in everyone for segment in segments.get(each, ())})),
            coming.get(account, ()),
            _own_rates(rates, everyone),
            own.assigned,
        )


def _reserved(office: Office, groups: Groups, station: StationCode) -> dict[AccountId, int]:
    """What this station may not count on: points held for any prize, and points granted to another station."""
    purse = office.store.purse
    reserved = groups.summed(purse.held())
    for other in {s for s, _, _ in purse.granted()} - {station}:
        granted = groups.summed((account, points) for s, account, points in purse.granted() if s == other)
        for account, points in granted.items():
            reserved[account] = reserved.get(account, 0) + max(0, points)
    return reserved


def _tier_of_the_morning(office: Office, decided: TierCode, points: int, accounts: tuple[AccountId, ...]) -> TierCode:
    """The tier without what was earned today: that raises what a member may have, and earns from tomorrow on."""
    ladder = office.programme().tiers
    if rank(ladder, reached(ladder, points)) <= rank(ladder, decided):
        return decided
    when = local_time(office.clock.now(), office.zone())
    start = moment_of(when.replace(hour=0, minute=0, second=0, microsecond=0))
    return highest(ladder, decided, reached(ladder, points - office.store.ledger.qualifying_since(accounts, start)))


def _own_rates(
    rates: Mapping[AccountId, tuple[PersonalRate, ...]], accounts: tuple[AccountId, ...]
) -> tuple[PersonalRate, ...]:
    """The rates of a member: what stands for the root counts before what a merged account brought."""
    found: dict[PromotionCode, PersonalRate] = {}
    for account in accounts:
        for own in rates.get(account, ()):
            found.setdefault(own.promotion, own)
    return tuple(found.values())


def coming_expiries(office: Office, groups: Groups) -> dict[AccountId, tuple[Expiring, ...]]:
    """What goes at this month's close and the next two, of every member who loses something then (PTS-10).

    What earlier closes should have taken, and were not run yet, stands with the first of them.
    """
    ledger, months = office.store.ledger, office.programme().expiry_months
    this_month = month_of(office.clock.now(), office.zone())
    before, last = Month(this_month - 1), ledger.last_closed()
    if last is not None and last > before:
        before = last
    told = this_month + CLOSES_TOLD - 1 - before
    apart = frozenset(groups.everybody())
    found = {account: row for account, row in ledger.coming(before, months, told) if account not in apart}
    for root, totals in ledger.totals_by_root(groups).items():
        rows = calendar(totals, after=before, expiry_months=months)
        found[root] = tuple(row for row in rows if row.month <= before + told)
    return {account: rows for account, rows in found.items() if rows}


def export_hot_list(office: Office, code: StationCode) -> FeedFile:
    """A small bundle: only the cards whose state changed since the feed that the station decides upon (MEM-13).

    Raises NotThere, StationNotPaired.
    """
    with office.store.transaction():
        journal, _ = addressee(office, code)
        since, to, now = office.store.feed_of(journal), office.store.count(), office.clock.now()
        groups = office.store.members.groups()
        cards = tuple(
            CardRow(c.card, groups.root_of(c.account), c.status, c.role, c.issued, c.used)
            for c in office.store.members.cards(since)
        )
        network = office.programme().network
        frames = [hot_frame(HotList(network, since, to, now, cards), office.signer)]
        core = _core(office, journal, code)
    content = close_bundle(core, frames, to_box=journal.box, file_key=random_bytes(KEY_BYTES))
    return FeedFile(f"hot-{file_name(core, seq=to)}", content, journal.log)


def greeting(blob: bytes | None) -> str:
    """What a station may show of a member; empty once the person is forgotten."""
    return msgspec.json.decode(blob, type=Person).greeting if blob else ""


def staff_name(blob: bytes | None) -> str:
    return msgspec.json.decode(blob, type=StaffMember).name if blob else ""
