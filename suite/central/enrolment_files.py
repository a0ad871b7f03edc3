"""Members and cards from CSV files (MEM-3). Rows are taken or set aside; loading a file twice changes nothing.

Members: member, surname, name, document_type, document, phone, address, fleet (all but two may be absent).
Cards: card, member, issued (a day), role (holder or truck); the last two may be absent.
"""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from suite.central.office import Office
from suite.domain.errors import N_, BadDocument, CardTaken, MemberIsRemoved, NotACard, TooManyCards
from suite.domain.events.base import Event
from suite.domain.events.members import CardIssued, MemberEnrolled
from suite.domain.ids import CARD_PATTERN, AccountId, CardNumber
from suite.domain.personal import Person
from suite.domain.programme import CardRole
from suite.domain.standing import check_format
from suite.runtime.identity import checked_document
from suite.runtime.safe_text import NAME_MAX, safe_text
from suite.runtime.secrets import random_bytes
from suite.runtime.table_file import BadRow, Row, SetAside, rows_of

MEMBER_DIGITS_MAX = 15
BATCH = 5000
"""Members written in one go; between two of them the journal is whole."""


class Loaded(msgspec.Struct, frozen=True):
    """What a file brought: rows taken, rows known already, rows set aside under the file's own header."""

    header: tuple[str, ...]
    taken: int
    known: int
    set_aside: tuple[SetAside, ...]


def load_members(office: Office, path: Path, tick: Callable[[int], None] = lambda _: None) -> Loaded:
    """Enrol the file's members. Raises BadInput for a file of another shape."""
    header, rows = rows_of(path, ("member", "surname"))
    with office.store.transaction():
        there: set[int] = {account for account, _, _ in office.store.directory.accounts()}
        people, known, aside = list[tuple[AccountId, Person, bool]](), 0, list[SetAside]()
        for row in rows:
            tick(row.line)
            try:
                account, person, fleet = member_number(row), _person(row), _is_yes(row.cell("fleet"))
            except BadRow as fault:
                aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
                continue
            known += account in there
            if account not in there:
                there.add(account)
                people.append((account, person, fleet))
        for start in range(0, len(people), BATCH):
            _enrol(office, people[start : start + BATCH])
    return Loaded(header, len(people), known, tuple(aside))


def _enrol(office: Office, people: list[tuple[AccountId, Person, bool]]) -> None:
    names = office.store.keep_all([(random_bytes(), msgspec.json.encode(person)) for _, person, _ in people])
    now, by = office.clock.now(), office.operator
    facts: list[Event] = [
        MemberEnrolled(at=now, by=by, account=account, personal=name, fleet=fleet)
        for (account, _, fleet), name in zip(people, names, strict=True)
    ]
    office.store.append(facts)


def load_cards(office: Office, path: Path, tick: Callable[[int], None] = lambda _: None) -> Loaded:
    """Issue the file's cards to members that are enrolled. Raises BadInput for a file of another shape."""
    header, rows = rows_of(path, ("card", "member"))
    with office.store.transaction():
        register = _CardRegister(office)
        known, aside = 0, list[SetAside]()
        for row in rows:
            tick(row.line)
            try:
                known += not register.issue(_card(row), member_number(row), _role(row), _day(row))
            except BadRow as fault:
                aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
            except (CardTaken, MemberIsRemoved, TooManyCards, NotACard) as refusal:
                aside.append(SetAside(row.line, refusal.text, refusal.numbers, row.raw))
        office.store.append(register.facts)
    return Loaded(header, len(register.facts), known, tuple(aside))


class _CardRegister:
    """Which card belongs to whom, and how many each account has, while a file is read."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._format = office.programme().cards
        cards = office.store.members.cards()
        self._owner = {c.card: c.account for c in cards if c.status != "issued"}
        self._held: dict[AccountId, int] = {account: 0 for account, _, _ in office.store.directory.accounts()}
        for known in cards:
            if known.status == "active":
                self._held[known.account] = self._held.get(known.account, 0) + 1
        self._gone = office.store.members.gone()
        self.facts: list[Event] = []

    def issue(self, card: CardNumber, account: AccountId, role: CardRole, issued: str) -> bool:
        """True when issued now, False when it was. Raises BadRow, CardTaken, TooManyCards, NotACard."""
        check_format(card, self._format)
        owner = self._owner.get(card)
        if owner == account:
            return False
        if owner is not None:
            raise CardTaken(card=card, account=owner)
        if account in self._gone:
            raise MemberIsRemoved(account=str(account))
        if account not in self._held:
            raise BadRow(N_("there is no member {member}; load the members first"), member=account)
        if self._held[account] >= self._format.cards_per_account:
            raise TooManyCards(account=str(account), limit=self._format.cards_per_account)
        self._owner[card] = account
        self._held[account] += 1
        now, by = self._office.clock.now(), self._office.operator
        self.facts.append(CardIssued(at=now, by=by, card=card, account=account, role=role, issued=issued))
        return True


def member_number(row: Row) -> AccountId:
    """The member's number in a row. Raises BadRow."""
    written = row.cell("member")
    if not re.fullmatch(f"[0-9]{{1,{MEMBER_DIGITS_MAX}}}", written) or not int(written):
        raise BadRow(N_("the member number {value!r} is not 1 to 15 digits"), value=safe_text(written))
    return AccountId(int(written))


def _card(row: Row) -> CardNumber:
    written = row.cell("card")
    if not re.fullmatch(CARD_PATTERN, written):
        raise BadRow(N_("the card is not 4 to 19 digits"))
    return CardNumber(written)


def _role(row: Row) -> CardRole:
    written = row.cell("role") or "holder"
    if written not in ("holder", "truck"):
        raise BadRow(N_("the role {value!r} is neither holder nor truck"), value=safe_text(written))
    return "truck" if written == "truck" else "holder"


def _day(row: Row) -> str:
    written = row.cell("issued")
    try:
        return date.fromisoformat(written).isoformat() if written else ""
    except ValueError:
        raise BadRow(N_("the day {value!r} is not like 2026-11-30"), value=safe_text(written)) from None


def _is_yes(written: str) -> bool:
    return written.strip().lower() in ("1", "yes", "true", "si", "sí")


def _person(row: Row) -> Person:
    surname, name = safe_text(row.cell("surname")), safe_text(row.cell("name"))
    if not surname:
        raise BadRow(N_("the surname is empty"))
    try:
        kind, number = checked_document(row.cell("document_type"), row.cell("document"))
    except BadDocument as refusal:
        raise BadRow(refusal.text, **refusal.numbers) from None
    return Person(
        surname,
        name,
        kind,
        number,
        safe_text(row.cell("phone"), 40),
        safe_text(row.cell("address"), NAME_MAX),
    )
