"""Facts and projections turned into the values that paper and pages show. No drawing here, no rule either."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from suite.central.explaining import member_calendar
from suite.central.members import MEMBER
from suite.central.office import Office
from suite.central.shelf import PrizeOrder
from suite.domain.calendar import Month, local_time, month_name
from suite.domain.documents import DeliverySlip, EnrolmentForm, Inquiry, MemberRow, Statement, StatementLine
from suite.domain.errors import N_, MonthNotSettled, NotThere, OrderAlreadyServed, OrderHeld, Phrase, TruckCard
from suite.domain.events.central import DeliverySlipIssued, StationSettled
from suite.domain.ids import PROVISIONAL, AccountId, CardNumber, OrderNumber, StationCode
from suite.domain.personal import Consent, DeliveryPlace, Person
from suite.domain.quantities import Points
from suite.domain.tiers import reached
from suite.domain.withdrawal import OrderIsCollected
from suite.journal.entry import Entry

MOVEMENTS_SHOWN = 30
HEAD_DIGITS = 12
NO_WAREHOUSE = StationCode("")
"""The office delivers a prize itself."""
FORGOTTEN = Person("", "")
"""What is left of a person whose data was erased."""


def statements(office: Office, month: Month, station: StationCode | None = None) -> list[Statement]:
    """The settlements of a month as first made: printing again gives the same. Raises MonthNotSettled, NotThere."""
    with office.store.transaction():
        if not office.store.ledger.is_settled(month):
            raise MonthNotSettled(month=month_name(month))
        settled = [office.store.own_event(seq) for seq in office.store.ledger.settlements(month)]
        found = [
            _statement(entry, event)
            for entry, event in settled
            if isinstance(event, StationSettled) and station in (None, event.station)
        ]
    if not found:
        raise NotThere(what=Phrase(N_("settlement of")), name=station or month_name(month))
    return found


def _statement(entry: Entry, event: StationSettled) -> Statement:
    return Statement(
        network=event.network,
        currency=event.currency,
        month=month_name(event.month),
        station=event.station,
        station_name=event.station_name,
        point_value=event.point_value,
        lines=tuple(
            StatementLine(line.name, month_name(line.month), line.points, line.amount, late=line.month < event.month)
            for line in event.lines
        ),
        points=event.points,
        amount=event.amount,
        settled_on=date.fromisoformat(event.day),
        entry=f"central {entry.seq} {entry.head.hex()[:HEAD_DIGITS]}",
    )


def issue_slip(office: Office, number: OrderNumber, warehouse: StationCode = NO_WAREHOUSE) -> DeliverySlip:
    """The slip of a scheduled prize: confirmed and numbered the first time, the same ever after (PRZ-3).

    A `warehouse` gets the order with its next bundle, and prints the slip. Raises NotThere, OrderAlreadyServed,
    OrderIsCollected, and OrderHeld while the account owes points.
    """
    with office.store.transaction():
        if warehouse and office.store.directory.kind_of(warehouse) != "warehouse":
            raise NotThere(what=Phrase(N_("warehouse")), name=warehouse)
        order = _order(office, number)
        if order.collect:
            raise OrderIsCollected(order=number)
        if order.cancelled or (warehouse and order.slip is not None and order.warehouse != warehouse):
            raise OrderAlreadyServed(order=number)
        if order.slip is None:
            groups = office.store.members.groups()
            balance = office.store.ledger.balance_of(groups.members_of(groups.root_of(order.account)))
            if balance < 0:
                raise OrderHeld(order=number, balance=balance)
            slip, name = office.store.shelf.next_slip(), office.programme().prize(order.prize).name
            office.record(
                lambda at, by: DeliverySlipIssued(
                    at=at, by=by, order=number, slip=slip, prize_name=name, warehouse=warehouse
                )
            )
            order = _order(office, number)
        return _slip(office, order)


def _order(office: Office, number: OrderNumber) -> PrizeOrder:
    order = office.store.shelf.order(number)
    if order is None:
        raise NotThere(what=Phrase(N_("order")), name=number)
    return order


def _slip(office: Office, order: PrizeOrder) -> DeliverySlip:
    assert order.slip is not None, "an issued order has its slip"
    person, zone, programme = delivered_to(office, order), office.zone(), office.programme()
    return DeliverySlip(
        network=programme.name,
        slip=order.slip,
        order=order.order,
        requested_at=local_time(order.at, zone),
        issued_on=local_time(order.issued or order.at, zone).date(),
        station=order.station,
        station_name=office.store.directory.station_name(order.station),
        member=person.full_name,
        document=f"{person.document_type} {person.document}".strip(),
        phone=person.phone,
        address=person.address,
        card=order.card,
        prize_code=order.prize,
        prize=order.prize_name or order.prize,
        points=order.points,
    )


def person_of(office: Office, account: AccountId) -> Person:
    """The person behind an account; nobody's data when it was erased or never known."""
    found = office.store.directory.account(account)
    blob = office.store.kept(found[0]) if found else None
    return msgspec.json.decode(blob, type=Person) if blob else FORGOTTEN


def delivered_to(office: Office, order: PrizeOrder) -> Person:
    """The member whose prize it is, with the place that they named where they ordered it."""
    person, asked = person_of(office, order.account), office.store.requests.find(order.order)
    if order.here and person != FORGOTTEN:
        return msgspec.structs.replace(person, address=office.store.directory.station_name(order.station))
    named = order.place or (asked.blob if asked else "")
    blob = office.store.kept(named) if named else None
    if blob is None:
        return person
    place = msgspec.json.decode(blob, type=DeliveryPlace)
    return msgspec.structs.replace(person, address=place.address, phone=place.phone or person.phone)


STATUSES = {"": N_("member"), "removed": N_("removed"), "rejected": N_("rejected")}


def member_list(office: Office, search: str = "") -> list[MemberRow]:
    """Every member, or those whose name, document or card holds `search` (MEM-8); merged accounts as one."""
    wanted = search.casefold()
    with office.store.transaction():
        store = office.store
        groups, memberships, kept = store.members.groups(), store.members.memberships(), store.kept_people()
        accounts, merged = store.directory.accounts(), set(groups.merged)
        balances = groups.summed((a, balance) for a, _, balance in accounts)
        by_card = {groups.root_of(c.account) for c in store.members.cards() if wanted and wanted in c.card}
        rows, base = [], reached(office.programme().tiers, 0)
        for account, personal, _ in accounts:
            if account in merged:
                continue
            person = msgspec.json.decode(kept[personal], type=Person) if personal in kept else FORGOTTEN
            own = memberships.get(account, MEMBER)
            status = N_("provisional") if account >= PROVISIONAL and not own.status else STATUSES[own.status]
            tier = own.tier or base
            row = MemberRow(account, person.full_name, person.document, tier, Points(balances[account]), status)
            if not wanted or account in by_card or wanted in f"{row.name} {row.document}".casefold():
                rows.append(row)
    return rows


def consent_form(office: Office, account: AccountId) -> EnrolmentForm:
    """The copy of what a member signed last (MEM-4). Raises NotThere."""
    with office.store.transaction():
        groups, programme, now = office.store.members.groups(), office.programme(), office.clock.now()
        accounts = groups.members_of(groups.root_of(account))
        signed = [office.store.kept(name) for _, _, name in office.store.members.consents(accounts)]
        found = [msgspec.json.decode(blob, type=Consent) for blob in signed if blob]
        if not found:
            raise NotThere(what=Phrase(N_("consent of member")), name=str(account))
        consent, person = found[-1], person_of(office, account)
        cards = office.store.members.cards_of(accounts)
    return EnrolmentForm(
        network=programme.name,
        form=consent.form,
        station_name="",
        printed_on=local_time(now, ZoneInfo(programme.zone)).date(),
        account=account,
        provisional=account >= PROVISIONAL,
        member=person.full_name,
        document=f"{person.document_type} {person.document}".strip(),
        phone=person.phone,
        address=person.address,
        card=cards[-1].card if cards else CardNumber(""),
        marketing=consent.marketing,
        terms=consent.terms,
        signed_on=consent.day,
        signature=consent.signature,
    )


def inquiry(office: Office, *, account: AccountId | None, card: CardNumber | None) -> Inquiry:
    """What the web inquiry shows of one member (WEB-1). Raises NotThere, TruckCard."""
    with office.store.transaction():
        if account is None and card is not None:
            found_card = office.store.members.card(card)
            if found_card and found_card.role == "truck":
                raise TruckCard(card=card)
            account = office.store.directory.account_of(card)
        groups = office.store.members.groups()
        account = groups.root_of(account) if account is not None else None
        found = office.store.directory.account(account) if account is not None else None
        if account is None or found is None:
            raise NotThere(what=Phrase(N_("card") if card else N_("member")), name=card or str(account))
        person, coming = person_of(office, account), member_calendar(office, account)
        ladder = {tier.code: tier.name for tier in office.programme().tiers}
        return Inquiry(
            account=account,
            name=person.full_name,
            document=f"{person.document_type} {person.document}".strip(),
            balance=office.store.ledger.balance_of(groups.members_of(account)),
            as_of=office.clock.now(),
            movements=tuple(office.store.ledger.movements(groups.members_of(account), MOVEMENTS_SHOWN)),
            tier=ladder.get(coming.tier, coming.tier),
            next_tier=coming.next_tier.tier.name if coming.next_tier else "",
            missing=coming.next_tier.missing if coming.next_tier else Points(0),
            expiring=coming.expiring,
        )
