"""Enrolling a member at the desk, with no link (MEM-1), and giving a lost card's place to another one (MEM-13)."""

import msgspec

from suite.domain.calendar import local_time
from suite.domain.errors import N_, CardNotFree, NotThere, Phrase
from suite.domain.events.limits import PROVISIONAL_BLOCK
from suite.domain.events.station import CardReplaced, MemberApplied
from suite.domain.ids import PROVISIONAL, AccountId, AttendantNumber, CardNumber
from suite.domain.personal import Consent, Person, check_consent
from suite.runtime.errors import BadInput, NotSetUp
from suite.runtime.identity import checked_document
from suite.station.beside import keep_beside
from suite.station.desk import CardRead, Desk

KEYS_A_BLOCK = 10
"""A PC that was restored does not give out a number twice: each of its keys has its own tenth of the block."""


class Enrolled(msgspec.Struct, frozen=True):
    """An enrolment, on disk: the member can earn at once. `account` is provisional until central confirms."""

    reference: str
    account: AccountId
    card: CardNumber
    person: Person
    consent: Consent
    day: str


class Replaced(msgspec.Struct, frozen=True):
    """A card that gave way to another, on disk; without `new` it is only reported lost."""

    reference: str
    member: str
    card: CardNumber
    new: CardNumber


def enrol(desk: Desk, read: CardRead, attendant: AttendantNumber, person: Person, consent: Consent) -> Enrolled:
    """Enrol somebody under a provisional number, with a card nobody has.

    Raises CardNotFree, ConsentMissing, BadDocument, BadInput.
    """
    if not person.surname or not (person.document or person.phone):
        raise BadInput(N_("An enrolment needs a surname and a document or a telephone."))
    check_consent(consent)
    kind, number = checked_document(person.document_type, person.document)
    person = msgspec.structs.replace(person, document_type=kind, document=number)
    store, now = desk.store, desk.clock.now()
    day = local_time(now, desk.zone()).date().isoformat()
    consent = msgspec.structs.replace(consent, day=consent.day or day, terms=desk.programme().version)
    with store.writing():
        check_free(desk, read.card)
        station, count = store.cards.next_provisional()
        if not station:
            raise NotSetUp(N_("This station has no number yet for new members. Import a new bundle of central first."))
        taken = (store.incarnation - 1) % KEYS_A_BLOCK * PROVISIONAL_BLOCK // KEYS_A_BLOCK + count
        account = AccountId(PROVISIONAL + station * PROVISIONAL_BLOCK + taken + 1)
        names = [keep_beside(store, value) for value in (person, consent)]
        entry = store.append(
            MemberApplied(
                at=now,
                account=account,
                card=read.card,
                personal=names[0],
                consent=names[1],
                entry=read.entry,
                attendant=attendant,
            )
        )
    return Enrolled(desk.reference(entry), account, read.card, person, consent, day)


def replace_card(desk: Desk, old: CardNumber, new: CardNumber | None, attendant: AttendantNumber) -> Replaced:
    """Report a card lost; with `new`, a card of the box takes over. The old one still earns and cannot redeem.

    Raises UnknownCard, TruckCard, NotThere for a card that is not active, CardNotFree.
    """
    store = desk.store
    with store.writing():
        standing = store.cards.standing(old)
        if standing.status != "active" and not (standing.status == "lost" and new):
            raise NotThere(what=Phrase(N_("active card")), name=old)
        if new is not None:
            check_free(desk, new)
        entry = store.append(
            CardReplaced(
                at=desk.clock.now(),
                card=old,
                account=standing.account,
                new=new or CardNumber(""),
                role=standing.role,
                attendant=attendant,
            )
        )
    return Replaced(desk.reference(entry), standing.member, old, new or CardNumber(""))


def check_free(desk: Desk, card: CardNumber) -> None:
    """Raises CardNotFree for a card that somebody has already."""
    known = desk.store.cards.find(card)
    if known is not None and known.status != "issued":
        raise CardNotFree(card=card)
