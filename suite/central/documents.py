"""Facts and projections turned into the values that paper and pages show. No drawing here, no rule either."""

from datetime import date

import msgspec

from suite.central.office import Office
from suite.central.shelf import PrizeOrder
from suite.domain.calendar import Month, local_time, month_name
from suite.domain.documents import DeliverySlip, Inquiry, Statement, StatementLine
from suite.domain.errors import N_, MonthNotSettled, NotThere, OrderHeld, Phrase
from suite.domain.events.central import DeliverySlipIssued, StationSettled
from suite.domain.ids import AccountId, CardNumber, OrderNumber, StationCode
from suite.domain.personal import Person
from suite.journal.entry import Entry

MOVEMENTS_SHOWN = 30
HEAD_DIGITS = 12
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


def issue_slip(office: Office, number: OrderNumber) -> DeliverySlip:
    """The slip of a scheduled prize: confirmed and numbered the first time, the same ever after (PRZ-3).

    Raises NotThere, and OrderHeld while the account owes points.
    """
    with office.store.transaction():
        order = _order(office, number)
        if order.slip is None:
            _, balance = office.store.directory.account(order.account) or ("", 0)
            if balance < 0:
                raise OrderHeld(order=number, balance=balance)
            slip, name = office.store.shelf.next_slip(), office.programme().prize(order.prize).name
            office.record(lambda at, by: DeliverySlipIssued(at=at, by=by, order=number, slip=slip, prize_name=name))
            order = _order(office, number)
        return _slip(office, order)


def _order(office: Office, number: OrderNumber) -> PrizeOrder:
    for order in office.store.shelf.orders():
        if order.order == number:
            return order
    raise NotThere(what=Phrase(N_("order")), name=number)


def _slip(office: Office, order: PrizeOrder) -> DeliverySlip:
    assert order.slip is not None, "an issued order has its slip"
    assert order.issued is not None, "an issued order has its moment"
    person, zone, programme = person_of(office, order.account), office.zone(), office.programme()
    return DeliverySlip(
        network=programme.name,
        slip=order.slip,
        order=order.order,
        requested_at=local_time(order.at, zone),
        issued_on=local_time(order.issued, zone).date(),
        station=order.station,
        station_name=office.store.directory.station_name(order.station),
        member=person.full_name,
        document=f"{person.document_type} {person.document}".strip(),
        phone=person.phone,
        address=person.address,
        card=order.card,
        prize_code=order.prize,
        prize=order.prize_name,
        points=order.points,
    )


def person_of(office: Office, account: AccountId) -> Person:
    """The person behind an account; nobody's data when it was erased or never known."""
    found = office.store.directory.account(account)
    blob = office.store.kept(found[0]) if found else None
    return msgspec.json.decode(blob, type=Person) if blob else FORGOTTEN


def inquiry(office: Office, *, account: AccountId | None, card: CardNumber | None) -> Inquiry:
    """What the web inquiry shows of one member (WEB-1). Raises NotThere."""
    with office.store.transaction():
        if account is None and card is not None:
            account = office.store.directory.account_of(card)
        found = office.store.directory.account(account) if account is not None else None
        if account is None or found is None:
            raise NotThere(what=Phrase(N_("card") if card else N_("member")), name=card or account)
        person = person_of(office, account)
        return Inquiry(
            account=account,
            name=person.full_name,
            document=f"{person.document_type} {person.document}".strip(),
            balance=found[1],
            as_of=office.clock.now(),
            movements=tuple(office.store.ledger.movements(account, MOVEMENTS_SHOWN)),
        )
