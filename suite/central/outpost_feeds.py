"""Central's word to nodes that are no stations: no row more than each needs for its task."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby

import msgspec

from suite.central.documents import delivered_to
from suite.central.office import Office
from suite.central.requests import Request
from suite.central.shelf import PrizeOrder
from suite.central.telling import MOVEMENTS_TOLD, bring_up_to_date
from suite.domain.calendar import local_time
from suite.domain.deliveries import OrderState
from suite.domain.groups import Groups
from suite.domain.ids import AccountId, CardNumber, OrderNumber, StationCode
from suite.domain.personal import Person
from suite.domain.programme import Programme
from suite.domain.quantities import Moment
from suite.domain.tiers import standing_tier
from suite.sync.feed import AccountRow, MovementRow, in_pages
from suite.sync.outpost_pages import DeliveryRow, MemberRow, NetworkRow, OfferRow, RequestRow

CARD_DIGITS_TOLD = 4
"""What a slip shows of a card."""

DOCUMENT_DIGITS_TOLD = 3
"""What a portal's page shows of a document: enough to know one's own, not enough to be somebody."""

ANSWERS_TOLD_MS = 90 * 24 * 3600 * 1000
"""How long a portal is told what became of a request."""

MEMBERS_AT_ONCE = 500
"""Members whose rows are made together."""


def warehouse_pages(office: Office, code: StationCode) -> Iterator[bytes]:
    """The orders that this warehouse has to deliver, until central knows that they are, as pages in JSON."""
    orders = [
        order
        for order in office.store.shelf.orders()
        if order.warehouse == code and order.state in ("confirmed", "dispatched")
    ]
    yield from _page("network", [_network_row(office.programme())])
    yield from _page("delivery", (_delivery_row(office, order) for order in orders))


def _page(table: str, rows: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    return in_pages(table, map(msgspec.json.encode, rows))


def _network_row(programme: Programme) -> NetworkRow:
    return NetworkRow(programme.name, programme.zone)


def _delivery_row(office: Office, order: PrizeOrder) -> DeliveryRow:
    person = delivered_to(office, order)
    return DeliveryRow(
        order=order.order,
        slip=order.slip or 0,
        requested=order.at,
        issued=order.issued or order.at,
        station=order.station,
        station_name=office.store.directory.station_name(order.station),
        prize=order.prize,
        prize_name=order.prize_name or order.prize,
        points=order.points,
        member=person.full_name,
        phone=person.phone,
        address=person.address,
        card=order.card[-CARD_DIGITS_TOLD:] if person.full_name else "",
        dispatched=order.dispatched or Moment(0),
    )


def portal_pages(office: Office, code: StationCode) -> Iterator[bytes]:
    """The pages of the members who have access, the prizes that can be ordered, what became of requests, in JSON."""
    store, programme = office.store, office.programme()
    now = office.clock.now()
    bring_up_to_date(store, now)
    yield from _page("network", [_network_row(programme)])
    prizes = (alone for prize in programme.prizes if "scheduled" in prize.deliveries and (alone := prize.for_points()))
    yield from _page("offer", (OfferRow(p.code, p.name, p.points, p.tiers) for p in prizes))
    granted = store.requests.with_access()
    groups = store.members.groups_around(granted)
    roots = sorted({groups.root_of(account) for account in granted})
    for start in range(0, len(roots), MEMBERS_AT_ONCE):
        some = roots[start : start + MEMBERS_AT_ONCE]
        yield from _page("member", _member_rows(office, groups, some))
        yield from _page("movement", _movements(office, groups, some))
    since = Moment(max(1, now - ANSWERS_TOLD_MS))
    requests = store.requests.of_portal(code, since)
    known = {each for root in roots for each in groups.members_of(root)}
    orders = {order.order: order.state for order in store.shelf.orders_at(code, since)}
    yield from _page("request", (_request_row(request, known, orders) for request in requests))


def _request_row(request: Request, known: set[AccountId], orders: Mapping[OrderNumber, OrderState]) -> RequestRow:
    """What the office wrote is for who has access; a code of its own names nobody."""
    reason = request.reason if request.state == "refused" or request.account in known else ""
    return RequestRow(request.request, request.state, reason, orders.get(OrderNumber(request.request), ""))


def _member_rows(office: Office, groups: Groups, roots: Collection[AccountId]) -> Iterator[MemberRow]:
    """Balance and what expires are those that stations are told: without what is held or granted elsewhere."""
    store, ladder = office.store, office.programme().tiers
    today = local_time(office.clock.now(), office.zone()).date().isoformat()
    cards = _cards(office, groups, roots)
    people = store.kept_of([personal for _, personal, _ in store.directory.accounts(roots)])
    personal = {account: name for account, name, _ in store.directory.accounts(roots)}
    for content in store.told.of_members("account", roots):
        told = msgspec.json.decode(content, type=AccountRow)
        blob = people.get(personal[told.account])
        yield MemberRow(
            told.account,
            cards.get(told.account, ()),
            told.greeting,
            masked(msgspec.json.decode(blob, type=Person)) if blob else "",
            told.balance,
            standing_tier(ladder, decided=told.tier, points=told.qualifying, assigned=told.assigned, today=today),
            told.expiring,
        )


def masked(person: Person) -> str:
    """The document as a page shows it: its type, and its last digits."""
    shown = person.document[-DOCUMENT_DIGITS_TOLD:]
    return f"{person.document_type} ***{shown}".strip() if len(person.document) > DOCUMENT_DIGITS_TOLD else ""


def _cards(office: Office, groups: Groups, roots: Collection[AccountId]) -> dict[AccountId, tuple[CardNumber, ...]]:
    """With which cards members can ask for something: no truck's, none that is lost or blocked."""
    found: dict[AccountId, tuple[CardNumber, ...]] = {}
    for card in office.store.members.cards_of(each for root in roots for each in groups.members_of(root)):
        if (card.role, card.status) == ("holder", "active"):
            root = groups.root_of(card.account)
            found[root] = (*found.get(root, ()), card.card)
    return found


def _movements(office: Office, groups: Groups, roots: Collection[AccountId]) -> Iterator[MovementRow]:
    """The newest movements of each member, newest first. No reference: it may be a reason that somebody wrote."""
    accounts = [each for root in roots for each in groups.members_of(root)]
    rows = [
        MovementRow(groups.root_of(account), line.at, line.station, line.kind, line.points, "")
        for account, _, line in office.store.ledger.newest_movements(accounts, MOVEMENTS_TOLD)
    ]
    rows.reverse()  # what moved in one moment stays in its order
    rows.sort(key=lambda row: (row.account, -row.at))
    for _, own in groupby(rows, key=lambda row: row.account):
        yield from list(own)[:MOVEMENTS_TOLD]
