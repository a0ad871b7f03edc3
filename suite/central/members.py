"""Members and their cards: who is one with whom, who waits, who left, which tier and segments. Questions by name."""

from collections.abc import Callable, Collection, Iterable

import msgspec
from sqlalchemy import Connection, func, or_, select

from suite.central import schema
from suite.central.dialect import Among, is_among
from suite.domain.groups import Groups
from suite.domain.ids import (
    NO_TIER,
    PROVISIONAL,
    AccountId,
    CardNumber,
    PromotionCode,
    SegmentCode,
    StationCode,
    TierCode,
)
from suite.domain.programme import CardRole, CardStatus, Tier
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Moment, Points, Rate
from suite.domain.tiers import Assignment, highest, rank

OWN_NUMBERS = PROVISIONAL // 10
"""Numbers that central gives out stay below; a file may bring longer ones from another system."""


class Membership(msgspec.Struct, frozen=True):
    """What an account is beyond its number: `status` is empty for a member, else `removed` or `rejected`."""

    status: str = ""
    fleet: bool = False
    tier: TierCode = NO_TIER
    assigned: Assignment | None = None


MEMBER = Membership()


class CardState(msgspec.Struct, frozen=True):
    """A card as the office knows it. `account` is 0 while it is only printed; `used` once it earned."""

    card: CardNumber
    account: AccountId
    status: CardStatus
    role: CardRole
    issued: str
    used: bool = True


class Application(msgspec.Struct, frozen=True):
    """An enrolment at a station; `state` is `waiting`, `done`, `rejected` or `gone`."""

    account: AccountId
    station: StationCode
    at: Moment
    card: CardNumber
    personal: str
    consent: str
    state: str


class Proposal(msgspec.Struct, frozen=True):
    """An adjustment that waits for a second person."""

    proposal: int
    account: AccountId
    points: Points
    reason: str
    by: str


class Members:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def groups(self) -> Groups:
        """All merged accounts and whom they belong to."""
        known = schema.merged.c
        rows = self._db.execute(select(known.account, known.parent))
        return Groups({row.account: row.parent for row in rows})

    def membership(self, account: AccountId) -> Membership:
        known = schema.membership
        row = self._db.execute(select(known).where(known.c.account == account)).first()
        return _membership(*row[1:]) if row else MEMBER

    def groups_around(self, accounts: Collection[AccountId]) -> Groups:
        """The groups that some accounts belong to, whole."""
        known, parents = schema.merged.c, dict[AccountId, AccountId]()
        new = set(accounts)
        while new:
            rows = self._db.execute(
                select(known.account, known.parent).where(
                    or_(is_among(known.account, new), is_among(known.parent, new))
                )
            )
            found = {AccountId(row.account): AccountId(row.parent) for row in rows}
            new = {*found, *found.values()} - {*parents, *parents.values()} - new
            parents |= found
        return Groups(parents)

    def memberships(self, among: Among = None) -> dict[AccountId, Membership]:
        """Of all accounts that are more than a plain member without a tier."""
        mine = is_among(schema.membership.c.account, among)
        return {row[0]: _membership(*row[1:]) for row in self._db.execute(select(schema.membership).where(mine))}

    def tiers(self) -> dict[AccountId, TierCode]:
        """The tier that the last close found, of the accounts that have one."""
        known = schema.membership.c
        return {account: tier for account, tier in self._db.execute(select(known.account, known.tier)) if tier}

    def gone(self) -> set[AccountId]:
        """Accounts that left or were rejected."""
        known = schema.membership.c
        return set(self._db.scalars(select(known.account).where(known.status != "")))

    def accounts_with(self, document: str) -> list[AccountId]:
        """The accounts of the people with that document."""
        known = schema.identity.c
        return list(self._db.scalars(select(known.account).where(known.document == document).order_by(known.account)))

    def next_number(self) -> AccountId:
        """The lowest number above all that were given out below `OWN_NUMBERS`."""
        known = schema.account.c
        highest = self._db.scalar(select(func.max(known.account)).where(known.account < OWN_NUMBERS))
        return AccountId((highest or 0) + 1)

    def applications(self, state: str | None = "waiting") -> list[Application]:
        known = schema.application
        query = select(known).order_by(known.c.at, known.c.account)
        rows = self._db.execute(query if state is None else query.where(known.c.state == state))
        return [Application(*row) for row in rows]

    def consents(self, accounts: Iterable[AccountId]) -> list[tuple[AccountId, Moment, str]]:
        """When consent was filed, and what commits to it, oldest first."""
        known = schema.consent
        rows = self._db.execute(select(known).where(known.c.account.in_(list(accounts))).order_by(known.c.at))
        return [tuple(row) for row in rows]

    def blobs_of(self, account: AccountId) -> list[str]:
        """Everything kept about a person: to erase it, all of it must be named."""
        known, applied, filed = schema.account.c, schema.application.c, schema.consent.c
        ordered, arrived, asked = schema.prize_order.c, schema.delivery.c, schema.request.c
        written, opened, card = schema.message.c, schema.incident.c, schema.card.c
        found = [
            *self._db.scalars(select(known.personal).where(known.account == account)),
            *self._db.scalars(select(applied.personal).where(applied.account == account)),
            *self._db.scalars(select(filed.consent).where(filed.account == account)),
            *self._db.scalars(
                select(arrived.receipt)
                .join(schema.prize_order, ordered.order == arrived.order)
                .where(ordered.account == account)
            ),
            *self._db.scalars(select(asked.blob).where(asked.account == account)),
            *self._db.scalars(select(written.note).where(written.account == account)),
            *(
                name
                for row in self._db.execute(
                    select(opened.note, opened.answer)
                    .join(schema.card, card.card == opened.card)
                    .where(card.account == account)
                )
                for name in row
            ),
            *self._db.scalars(select(ordered.place).where(ordered.account == account)),
        ]
        return sorted({name for name in found if name})

    def card_numbers(self, after: CardNumber, limit: int) -> list[CardNumber]:
        """The next cards by number."""
        known = schema.card.c
        return list(self._db.scalars(select(known.card).where(known.card > after).order_by(known.card).limit(limit)))

    def cards(self, since: int = 0, among: Collection[CardNumber] | None = None) -> list[CardState]:
        """Cards by number: those whose state changed after the count `since` (the hot list, MEM-13)."""
        card, earned = schema.card, schema.card_used.c
        query = (
            select(card.c.card, card.c.account, card.c.status, card.c.role, card.c.issued, earned.card.is_not(None))
            .select_from(card.outerjoin(schema.card_used, earned.card == card.c.card))
            .where(card.c.changed > since, is_among(card.c.card, among))
            .order_by(card.c.card)
        )
        rows = self._db.execute(query)
        return [CardState(card, owner, status, role, day, bool(used)) for card, owner, status, role, day, used in rows]

    def card(self, card: CardNumber) -> CardState | None:
        known = schema.card.c
        columns = (known.card, known.account, known.status, known.role, known.issued)
        row = self._db.execute(select(*columns).where(known.card == card)).first()
        return CardState(*row) if row else None

    def cards_of(self, accounts: Iterable[AccountId]) -> list[CardState]:
        known = schema.card.c
        columns = (known.card, known.account, known.status, known.role, known.issued)
        query = select(*columns).where(is_among(known.account, list(accounts))).order_by(known.card)
        return [CardState(*row) for row in self._db.execute(query)]

    def segment(self, code: SegmentCode) -> list[AccountId]:
        known = schema.segment.c
        return list(self._db.scalars(select(known.account).where(known.segment == code).order_by(known.account)))

    def segments(self, among: Among = None) -> dict[AccountId, tuple[SegmentCode, ...]]:
        found: dict[AccountId, tuple[SegmentCode, ...]] = {}
        known = schema.segment.c
        query = select(schema.segment).where(is_among(known.account, among)).order_by(known.segment)
        for segment, account in self._db.execute(query):
            found[account] = (*found.get(account, ()), segment)
        return found

    def personal_rates(self, among: Among = None) -> dict[AccountId, tuple[PersonalRate, ...]]:
        found: dict[AccountId, tuple[PersonalRate, ...]] = {}
        known = schema.personal_rate
        query = select(known).where(is_among(known.c.account, among)).order_by(known.c.promotion)
        for promotion, account, top, bottom in self._db.execute(query):
            found[account] = (*found.get(account, ()), PersonalRate(promotion, Rate(top, bottom)))
        return found

    def first_purchases(self, among: Among = None) -> list[tuple[PromotionCode, AccountId, str]]:
        """The day of the first purchase in the interval of each promotion that asks for one."""
        known = schema.first_purchase.c
        rows = self._db.execute(
            select(known.promotion, known.account, known.day)
            .where(is_among(known.account, among))
            .order_by(known.promotion, known.account)
        )
        return [tuple(row) for row in rows]

    def proposals(self) -> list[Proposal]:
        known = schema.proposal.c
        columns = (known.proposal, known.account, known.points, known.reason, known.by)
        return [Proposal(*row) for row in self._db.execute(select(*columns).where(known.open == 1))]


def of_a_member(ladder: tuple[Tier, ...], accounts: Iterable[Membership], today: str) -> Membership:
    """Accounts that were merged as one member: the highest tier found, the highest given by hand that still holds."""
    own = list(accounts)
    hands = [m.assigned for m in own if m.assigned and m.assigned.until >= today]
    assigned = max(hands, key=lambda hand: rank(ladder, hand.tier), default=None)
    return Membership(tier=highest(ladder, *(m.tier for m in own)), assigned=assigned)


def _membership(status: str, fleet: int, tier: str, assigned: str, until: str) -> Membership:
    hand = Assignment(TierCode(assigned), until) if assigned else None
    return Membership(status, bool(fleet), TierCode(tier), hand)
