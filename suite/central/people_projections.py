"""What facts about people change at central: members and their documents, cards, groups, segments, rates, tiers."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, run_many
from suite.central.projector import Fact, Projector
from suite.domain.calendar import local_time
from suite.domain.events import central as facts
from suite.domain.events import members
from suite.domain.events.base import Event
from suite.domain.events.station import CardReplaced, MemberApplied
from suite.domain.ids import AccountId, CardNumber
from suite.domain.personal import Person
from suite.domain.programme import CardRole
from suite.domain.quantities import Moment

ASKED_AT_ONCE = 500
"""Commitments in one question: engines limit the parameters of a statement."""


def day_of(to: Projector, at: Moment) -> str:
    """The day of a moment on the programme's wall clock, ISO 8601."""
    return local_time(at, to.zone).date().isoformat()


def member_enrolled(to: Projector, event: members.MemberEnrolled, fact: Fact) -> None:
    to.accounts.append((event.account, event.personal, 0))
    to.unindexed.append((event.account, event.personal))
    if event.fleet:
        _membership(to, event.account, fleet=1)


def member_applied(to: Projector, event: MemberApplied, fact: Fact) -> None:
    """A provisional member with a card, until central decides. A card of somebody else's becomes an incident."""
    known = schema.application.c
    if to.db.scalar(select(known.account).where(known.account == event.account)) is not None:
        to.open_incident(fact, "card-conflict", event.at, "", event.card)
        return
    to.accounts.append((event.account, event.personal, 0))
    to.unindexed.append((event.account, event.personal))
    row = (event.account, fact.station, event.at, event.card, event.personal, event.consent, "waiting")
    to.insert(schema.application, *row)
    to.insert(schema.consent, event.account, event.at, event.consent)
    _link(to, fact, event.card, event.account, event.at, "holder")


def _link(
    to: Projector, fact: Fact, card: CardNumber, account: AccountId, at: Moment, role: CardRole, issued: str = ""
) -> None:
    """A card that a station handed out; the first hand it came into keeps it."""
    to.flush()
    known = to.db.execute(select(schema.card.c.account, schema.card.c.status).where(schema.card.c.card == card)).first()
    if known is None or known.status == "issued":
        gone = to.db.scalar(select(schema.membership.c.status).where(schema.membership.c.account == account))
        to.cards.append((card, account, "blocked" if gone else "active", role, issued or day_of(to, at), to.now))
        if gone:
            to.open_incident(fact, "card-conflict", at, "", card)
    elif root_of(to, known.account) != root_of(to, account):
        to.open_incident(fact, "card-conflict", at, "", card)


def root_of(to: Projector, account: AccountId) -> AccountId:
    """The account that stands for a member today. Call `flush` before."""
    known = schema.merged.c
    while (parent := to.db.scalar(select(known.parent).where(known.account == account))) is not None:
        account = AccountId(parent)
    return account


def card_replaced(to: Projector, event: CardReplaced, fact: Fact) -> None:
    """Another card for a lost one, in its role and of its age; only for a card of that member, else an incident."""
    to.flush()
    known = schema.card.c
    old = to.db.execute(
        select(known.account, known.status, known.role, known.issued).where(known.card == event.card)
    ).first()
    if old is None or not old.account or root_of(to, old.account) != root_of(to, event.account):
        to.open_incident(fact, "card-conflict", event.at, "", event.card)
        return
    if old.status in ("active", "lost"):
        status = "replaced" if event.new else "lost"
        to.db.execute(update(schema.card).where(known.card == event.card).values(status=status, changed=to.now))
    if event.new:
        _link(to, fact, event.new, old.account, event.at, old.role, old.issued)
        to.used_cards.add(event.new)


def profile_changed(to: Projector, event: members.ProfileChanged, fact: Fact) -> None:
    """New data of a person in all their accounts that share it: a confirmed member's provisional one does."""
    to.flush()
    known, document = schema.account.c, schema.identity.c
    before = to.db.scalar(select(known.personal).where(known.account == event.account))
    same = known.account == event.account if not before else known.personal == before
    accounts = list(to.db.scalars(select(known.account).where(same)))
    to.db.execute(update(schema.account).where(same).values(personal=event.personal))
    to.db.execute(delete(schema.identity).where(document.account.in_(accounts)))
    to.unindexed = [row for row in to.unindexed if row[0] not in accounts]
    to.unindexed += ((account, event.personal) for account in accounts)


def consent_given(to: Projector, event: members.ConsentGiven, fact: Fact) -> None:
    to.insert(schema.consent, event.account, event.at, event.consent)


def cards_printed(to: Projector, event: members.CardsPrinted, fact: Fact) -> None:
    to.cards += ((card, 0, "issued", "holder", "", to.now) for card in event.cards)


def card_issued(to: Projector, event: members.CardIssued, fact: Fact) -> None:
    issued = event.issued or day_of(to, event.at)
    to.cards.append((event.card, event.account, "active", event.role, issued, to.now))
    if event.replaces:
        to.used_cards.add(event.replaces)
        to.used_cards.add(event.card)


def card_blocked(to: Projector, event: members.CardBlocked, fact: Fact) -> None:
    _mark(to, event.card, "blocked")


def card_marked(to: Projector, event: members.CardMarked, fact: Fact) -> None:
    _mark(to, event.card, event.status)


def _mark(to: Projector, card: CardNumber, status: str) -> None:
    to.flush()
    to.db.execute(update(schema.card).where(schema.card.c.card == card).values(status=status, changed=to.now))


def accounts_merged(to: Projector, event: members.AccountsMerged, fact: Fact) -> None:
    """Only who belongs to whom changes: movements stay where they are, so that it can be undone."""
    to.flush()
    run_many(to.db, add_or_replace(schema.merged, "parent"), [(event.account, event.into)])
    known = schema.application.c
    to.db.execute(
        update(schema.application).where(known.account == event.account, known.state == "waiting").values(state="done")
    )
    to.late.update((event.account, event.into))


def accounts_unmerged(to: Projector, event: members.AccountsUnmerged, fact: Fact) -> None:
    to.flush()
    known = schema.merged.c
    parent = to.db.scalar(select(known.parent).where(known.account == event.account))
    to.db.execute(delete(schema.merged).where(known.account == event.account))
    applied = schema.application.c
    mine = (applied.account == event.account) & (applied.state == "done")
    to.db.execute(update(schema.application).where(mine).values(state="waiting"))
    to.late.add(event.account)
    if parent is not None:
        to.late.add(parent)


def application_rejected(to: Projector, event: members.ApplicationRejected, fact: Fact) -> None:
    known = schema.application.c
    to.db.execute(update(schema.application).where(known.account == event.account).values(state="rejected"))
    _leave(to, event.account, "rejected", event.at)


def member_removed(to: Projector, event: members.MemberRemoved, fact: Fact) -> None:
    known = schema.application.c
    to.db.execute(
        update(schema.application).where(known.account == event.account, known.state == "waiting").values(state="gone")
    )
    _leave(to, event.account, "removed", event.at)


def _leave(to: Projector, account: AccountId, status: str, at: Moment) -> None:
    """Cards blocked, documents out of the index, no portal; what is left of the points is for central to cancel."""
    to.flush()
    card = schema.card.c
    mine = (card.account == account) & (card.status != "blocked")
    to.db.execute(update(schema.card).where(mine).values(status="blocked", changed=to.now))
    known = schema.account
    personal = select(known.c.personal).where(known.c.account == account).scalar_subquery()
    same = select(known.c.account).where(known.c.personal == personal, known.c.personal != "")
    to.db.execute(delete(schema.identity).where(schema.identity.c.account.in_(same)))
    to.db.execute(delete(schema.segment).where(schema.segment.c.account == account))
    to.db.execute(delete(schema.profile_answer).where(schema.profile_answer.c.account == account))
    to.db.execute(delete(schema.portal_access).where(schema.portal_access.c.account == account))
    asked = (schema.request.c.account == account) & (schema.request.c.state == "waiting")
    to.db.execute(update(schema.request).where(asked).values(state="gone", answered=at))
    _membership(to, account, status=status)
    to.late.add(account)


def segment_changed(to: Projector, event: members.SegmentChanged, fact: Fact) -> None:
    run_many(to.db, add_or_replace(schema.segment), [(event.segment, account) for account in event.added])
    known = schema.segment.c
    for account in event.removed:
        to.db.execute(delete(schema.segment).where(known.segment == event.segment, known.account == account))


def personal_rates_set(to: Projector, event: members.PersonalRatesSet, fact: Fact) -> None:
    rows = [(event.promotion, own.account, own.rate.numerator, own.rate.denominator) for own in event.rates]
    run_many(to.db, add_or_replace(schema.personal_rate, "numerator", "denominator"), rows)


def tiers_decided(to: Projector, event: facts.TiersDecided, fact: Fact) -> None:
    rows = [(row.account, "", 0, row.tier, "", "") for row in event.accounts]
    run_many(to.db, add_or_replace(schema.membership, "tier"), rows)


def tier_assigned(to: Projector, event: facts.TierAssigned, fact: Fact) -> None:
    _membership(to, event.account, assigned=event.tier, until=event.until)


def _membership(to: Projector, account: AccountId, **changed: Any) -> None:  # noqa: ANN401 -- columns of several types
    values = {"account": account, "status": "", "fleet": 0, "tier": "", "assigned": "", "until": "", **changed}
    run_many(to.db, add_or_replace(schema.membership, *changed), [tuple(values.values())])


def index_people(to: Projector, people: Sequence[tuple[AccountId, str]]) -> None:
    """Find members by document from here on. Personal data that was erased is no longer there to be found."""
    vault = schema.vault.c
    for start in range(0, len(people), ASKED_AT_ONCE):
        some = people[start : start + ASKED_AT_ONCE]
        asked = vault.commitment.in_({personal for _, personal in some})
        rows = to.db.execute(select(vault.commitment, vault.blob).where(asked))
        documents = {name: msgspec.json.decode(blob, type=Person).document for name, blob in rows}
        named = sorted((documents[name], account) for account, name in some if documents.get(name))
        run_many(to.db, add_or_replace(schema.identity), named)


PEOPLE_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    MemberApplied: member_applied,
    CardReplaced: card_replaced,
    members.MemberEnrolled: member_enrolled,
    members.ProfileChanged: profile_changed,
    members.ConsentGiven: consent_given,
    members.CardsPrinted: cards_printed,
    members.CardIssued: card_issued,
    members.CardBlocked: card_blocked,
    members.CardMarked: card_marked,
    members.AccountsMerged: accounts_merged,
    members.AccountsUnmerged: accounts_unmerged,
    members.ApplicationRejected: application_rejected,
    members.MemberRemoved: member_removed,
    members.SegmentChanged: segment_changed,
    members.PersonalRatesSet: personal_rates_set,
    facts.TiersDecided: tiers_decided,
    facts.TierAssigned: tier_assigned,
}
