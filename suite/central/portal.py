"""What the office does about portals: who has a page there, and what becomes of what is asked for (WEB-2 to WEB-4).

Each use case is one transaction; an accepted request is done by the same rules as when it is asked for anywhere else.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import astuple

from suite.central.beside import blobs_of
from suite.central.documents import person_of
from suite.central.explaining import member_calendar
from suite.central.office import Office
from suite.central.people import let_go
from suite.central.projector import Fact
from suite.central.requests import Request
from suite.central.spending import free_points
from suite.central.telling import forget_erased
from suite.domain.errors import N_, AlreadyThere, DeliveryNotOffered, NotThere, Phrase, TruckCard, UnknownCard
from suite.domain.events.access import (
    PortalAccessGranted,
    PortalAccessWithdrawn,
    PrizeOrdered,
    RequestAccepted,
    RequestRejected,
)
from suite.domain.events.members import ProfileChanged
from suite.domain.events.portal import Asked
from suite.domain.ids import AccountId, CardNumber, OrderNumber, RequestNumber
from suite.domain.personal import DeliveryPlace, Profile
from suite.domain.quantities import Points
from suite.domain.redemption import may_spend
from suite.domain.request_errors import PriceRose, RequestAnswered, RequestUnreadable
from suite.domain.standing import CardStanding
from suite.runtime.errors import BadInput
from suite.runtime.identity import checked_document
from suite.runtime.safe_text import safe_text
from suite.runtime.secrets import random_bytes


class Visitor(msgspec.Struct, frozen=True):
    """A member whose page portals hold."""

    account: AccountId
    name: str


class Wish(msgspec.Struct, frozen=True):
    """A request as a person decides on it: whose it is, and what goes with it; empty once that was erased."""

    request: Request
    member: str
    place: DeliveryPlace | None = None
    profile: Profile | None = None


# Access (WEB-2)


def grant_access(office: Office, card: CardNumber) -> AccountId:
    """The member who holds a card gets a page at the network's portals.

    Raises UnknownCard, TruckCard, MemberIsRemoved, AlreadyThere.
    """
    with office.store.transaction():
        everyone = _holder(office, card)
        if set(everyone) & set(office.store.requests.with_access()):
            raise AlreadyThere(what=Phrase(N_("portal access of card")), name=card)
        office.record(lambda at, by: PortalAccessGranted(at=at, by=by, account=everyone[0]))
    return everyone[0]


def withdraw_access(office: Office, card: CardNumber, reason: str) -> AccountId:
    """No portal holds the member's page any more. Raises UnknownCard, TruckCard, MemberIsRemoved, NotThere."""
    with office.store.transaction():
        everyone = _holder(office, card)
        granted = [account for account in everyone if account in office.store.requests.with_access()]
        if not granted:
            raise NotThere(what=Phrase(N_("portal access of card")), name=card)
        now, by = office.clock.now(), office.operator
        office.store.append([PortalAccessWithdrawn(at=now, by=by, account=each, reason=reason) for each in granted])
    return everyone[0]


def _holder(office: Office, card: CardNumber) -> tuple[AccountId, ...]:
    """The accounts of the member who holds a card, in whatever state it is."""
    found = office.store.members.card(card)
    if found is None or not found.account:
        raise UnknownCard(card=card)
    if found.role == "truck":
        raise TruckCard(card=card)
    return office.member(found.account)


def visitors(office: Office) -> list[Visitor]:
    """The members who have access, by number."""
    with office.store.transaction():
        groups = office.store.members.groups()
        roots = sorted({groups.root_of(account) for account in office.store.requests.with_access()})
        return [Visitor(account, person_of(office, account).full_name) for account in roots]


# Requests (WEB-3, WEB-4)


def wishes(office: Office, *, everything: bool = False) -> list[Wish]:
    """What waits for an answer, oldest first; or all that was ever asked for."""
    with office.store.transaction():
        found = office.store.requests.every() if everything else office.store.requests.waiting()
        return [_wish(office, request) for request in found]


def _wish(office: Office, request: Request) -> Wish:
    member, blob = person_of(office, request.account).full_name, office.store.kept(request.blob)
    if blob is None or request.kind == "leave":
        return Wish(request, member)
    if request.kind == "prize":
        return Wish(request, member, place=msgspec.json.decode(blob, type=DeliveryPlace))
    return Wish(request, member, profile=_cut(msgspec.json.decode(blob, type=Profile)))


def _cut(profile: Profile) -> Profile:
    """No text longer than one that is typed here: the portal's PC may be anybody's."""
    return Profile(*(safe_text(text) for text in astuple(profile)))


def accept(office: Office, number: RequestNumber, reason: str) -> Request:
    """Do what was asked for, and say so. Returns the answered request.

    Raises NotThere, RequestAnswered, RequestUnreadable, and what is raised where a station or the office does the same.
    """
    with office.store.transaction():
        request = _waiting(office, number)
        _carry_out(office, request, reason)
        office.record(lambda at, by: RequestAccepted(at=at, by=by, request=number, reason=reason))
        answered = _find(office, number)
    office.store.overwrite_traces()
    return answered


def reject(office: Office, number: RequestNumber, reason: str) -> Request:
    """Do nothing, say so, and erase what went with the request. Raises NotThere, RequestAnswered."""
    with office.store.transaction():
        request = _waiting(office, number)
        office.record(lambda at, by: RequestRejected(at=at, by=by, request=number, reason=reason))
        office.store.forget([request.blob])
        answered = _find(office, number)
    office.store.overwrite_traces()
    return answered


def _find(office: Office, number: RequestNumber) -> Request:
    found = office.store.requests.find(number)
    if found is None:
        raise NotThere(what=Phrase(N_("request")), name=number)
    return found


def _waiting(office: Office, number: RequestNumber) -> Request:
    found = _find(office, number)
    if found.state != "waiting":
        raise RequestAnswered(request=number)
    return found


def _carry_out(office: Office, request: Request, reason: str) -> None:
    if request.kind == "prize":
        _order(office, request)
    elif request.kind == "profile":
        _change(office, request)
    else:
        let_go(office, request.account, reason)


def _order(office: Office, request: Request) -> None:
    """The prize as a station would order it: balance, holds, tier, catalogue, the state of the card (PRZ-3)."""
    if office.store.kept(request.blob) is None:
        raise RequestUnreadable(request=request.request)
    named = office.programme().prize(request.prize)
    prize = named.for_points()
    if prize is None:
        raise DeliveryNotOffered(prize=named.name)
    if prize.points > request.points:
        raise PriceRose(prize=prize.name, price=prize.points, shown=request.points)
    standing = _standing(office, request)
    may_spend(standing, prize, "scheduled")
    office.record(
        lambda at, by: PrizeOrdered(
            at=at,
            by=by,
            order=OrderNumber(request.request),
            station=request.portal,
            account=standing.account,
            card=request.card,
            prize=prize.code,
            points=prize.points,
        )
    )


def _standing(office: Office, request: Request) -> CardStanding:
    """The card and the account behind it, as central knows them. Raises UnknownCard, MemberIsRemoved."""
    found, everyone = office.store.members.card(request.card), office.member(request.account)
    if found is None or found.account not in everyone:
        raise UnknownCard(card=request.card)
    return CardStanding(
        card=request.card,
        account=everyone[0],
        member="",
        status=found.status,
        balance=Points(free_points(office, everyone)),
        as_of=office.clock.now(),
        role=found.role,
        tier=member_calendar(office, everyone[0]).tier,
    )


def _change(office: Office, request: Request) -> None:
    """The member's data is other from here on, and what it was is erased (WEB-3)."""
    blob, everyone = office.store.kept(request.blob), office.member(request.account)
    if blob is None:
        raise RequestUnreadable(request=request.request)
    change = _cut(msgspec.json.decode(blob, type=Profile))
    person = change.applied_to(person_of(office, everyone[0]))
    if not person.surname:
        raise BadInput(N_("The surname is empty."))
    if change.document or change.document_type:
        kind, number = checked_document(person.document_type, person.document)
        person = msgspec.structs.replace(person, document_type=kind, document=number)
        others = set(office.store.members.accounts_with(number)) - set(everyone)
        if others and number:
            raise AlreadyThere(what=Phrase(N_("member")), name=str(min(others)))
    found = office.store.directory.account(everyone[0])
    personal = office.store.keep(msgspec.json.encode(person), random_bytes())
    office.record(lambda at, by: ProfileChanged(at=at, by=by, account=everyone[0], personal=personal))
    office.store.forget([request.blob, *([found[0]] if found else [])])
    forget_erased(office)


def forget_refused(office: Office, facts: Sequence[Fact]) -> None:
    """Keep nothing of what goes with new requests that are none for the office. Call inside a transaction."""
    for fact in facts:
        if isinstance(fact.event, Asked):
            found = office.store.requests.find(fact.event.request)
            kept = found.blob if found and found.state == "waiting" else ""
            office.store.forget([name for name, _ in blobs_of(fact.event) if name != kept])
