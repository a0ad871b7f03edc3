"""Cards: printed for a station's box, issued, blocked, lost, replaced (MEM-5, MEM-6, MEM-7, MEM-13)."""

from collections.abc import Sequence

from suite.central.office import Office
from suite.domain.errors import N_, CardNotFree, CardTaken, NotThere, Phrase, TooManyCards
from suite.domain.events.central import AttendantCardDeclared
from suite.domain.events.members import CardIssued, CardMarked, CardsPrinted
from suite.domain.ids import AccountId, AttendantNumber, CardNumber, StationCode
from suite.domain.programme import CardRole, CardStatus
from suite.domain.standing import check_format

CARDS_AN_ENTRY = 5000


def print_cards(office: Office, station: StationCode, cards: Sequence[CardNumber]) -> int:
    """Cards of nobody yet for a station's box. Raises NotThere, NotACard, CardTaken."""
    with office.store.transaction():
        if office.store.directory.station(station) is None:
            raise NotThere(what=Phrase(N_("station")), name=station)
        known = {c.card: c for c in office.store.members.cards()}
        rules = office.programme().cards
        for card in cards:
            check_format(card, rules)
            if card in known:
                raise CardTaken(card=card, account=known[card].account)
        now, by = office.clock.now(), office.operator
        chunks = [tuple(cards[i : i + CARDS_AN_ENTRY]) for i in range(0, len(cards), CARDS_AN_ENTRY)]
        office.store.append([CardsPrinted(at=now, by=by, station=station, cards=chunk) for chunk in chunks])
    return len(cards)


def issue_card(office: Office, card: CardNumber, account: AccountId, role: CardRole) -> None:
    """Another card for a member, as many as the programme allows (MEM-6); a truck's card for a fleet (MEM-7).

    Raises NotThere, MemberIsRemoved, NotACard, CardNotFree, TooManyCards.
    """
    with office.store.transaction():
        accounts = office.member(account)
        rules = office.programme().cards
        check_format(card, rules)
        known = office.store.members.card(card)
        if known and known.status != "issued":
            raise CardNotFree(card=card)
        held = [c for c in office.store.members.cards_of(accounts) if c.status == "active"]
        if len(held) >= rules.cards_per_account:
            raise TooManyCards(account=str(account), limit=rules.cards_per_account)
        office.record(lambda at, by: CardIssued(at=at, by=by, card=card, account=account, role=role))


def mark_card(office: Office, card: CardNumber, status: CardStatus) -> None:
    """Block a card, report it lost, or make it active again. Raises NotThere."""
    with office.store.transaction():
        found = office.store.members.card(card)
        if found is None or not found.account:
            raise NotThere(what=Phrase(N_("card")), name=card)
        office.member(found.account)
        office.record(lambda at, by: CardMarked(at=at, by=by, card=card, status=status))


def replace_card(office: Office, old: CardNumber, new: CardNumber) -> AccountId:
    """Another card takes over the account of a lost one (MEM-5). Raises NotThere, NotACard, CardNotFree."""
    with office.store.transaction():
        found = office.store.members.card(old)
        if found is None or not found.account:
            raise NotThere(what=Phrase(N_("card")), name=old)
        office.member(found.account)
        check_format(new, office.programme().cards)
        other = office.store.members.card(new)
        if other and other.status != "issued":
            raise CardNotFree(card=new)
        now, by = office.clock.now(), office.operator
        if found.status != "blocked":
            office.record(lambda at, by: CardMarked(at=at, by=by, card=old, status="replaced"))
        office.store.append(
            [
                CardIssued(
                    at=now,
                    by=by,
                    card=new,
                    account=found.account,
                    role=found.role,
                    issued=found.issued,
                    replaces=old,
                )
            ]
        )
    return found.account


def declare_card(
    office: Office, station: StationCode, attendant: AttendantNumber, card: CardNumber, *, removed: bool = False
) -> None:
    """Say that a card is an attendant's own or a relative's (STA-11), or no longer is. Raises NotThere."""
    with office.store.transaction():
        if not any(each.attendant == attendant for each in office.store.directory.attendants(station)):
            raise NotThere(what=Phrase(N_("attendant")), name=attendant)
        if office.store.members.card(card) is None:
            raise NotThere(what=Phrase(N_("card")), name=card)
        if ((attendant, card) in office.store.directory.declared(station)) != removed:
            return
        office.record(
            lambda at, by: AttendantCardDeclared(
                at=at, by=by, station=station, attendant=attendant, card=card, withdrawn=removed
            )
        )
