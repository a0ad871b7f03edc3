"""Answers to "why": one ticket decided again, one member's coming expiries and tier (PTS-10, PTS-11)."""

import msgspec

from suite.central.members import of_a_member
from suite.central.office import Office
from suite.domain.calendar import Month, local_time, month_of
from suite.domain.earning import Earned
from suite.domain.errors import N_, NotThere, Phrase
from suite.domain.events.station import SaleRecorded
from suite.domain.ids import AccountId, DocumentNumber, StationCode, TierCode
from suite.domain.lots import Expiring, calendar, window
from suite.domain.programme import Programme
from suite.domain.quantities import Points
from suite.domain.sales import explain
from suite.domain.tiers import NextTier, next_tier, reached, standing_tier


class Explained(msgspec.Struct, frozen=True):
    """A ticket as its station recorded it, and as its ruleset decides it on the same inputs."""

    sale: SaleRecorded
    earned: Earned
    programme: Programme


def explain_ticket(office: Office, station: StationCode, document: DocumentNumber) -> Explained:
    """Why a ticket earned what it did. Raises NotThere."""
    with office.store.transaction():
        programmes = {p.version: p for p in office.store.directory.programmes()}
        for batch in office.store.history.facts():
            for fact in batch:
                sale = fact.event
                if isinstance(sale, SaleRecorded) and (fact.station, sale.document) == (station, document):
                    programme = programmes.get(sale.version, office.programme())
                    return Explained(sale, explain(programme, sale, station), programme)
    raise NotThere(what=Phrase(N_("ticket")), name=document)


class MemberCalendar(msgspec.Struct, frozen=True):
    """A member's balance, tier, and what goes at every coming close if nothing is spent."""

    balance: Points
    tier: TierCode
    qualifying: int
    expiring: tuple[Expiring, ...]
    next_tier: NextTier | None


def calendar_of(office: Office, account: AccountId) -> MemberCalendar:
    """The whole calendar of a member, merged accounts as one. Raises NotThere."""
    with office.store.transaction():
        return member_calendar(office, account)


def member_calendar(office: Office, account: AccountId) -> MemberCalendar:
    """The same inside the caller's transaction."""
    if office.store.directory.account(account) is None:
        raise NotThere(what=Phrase(N_("member")), name=str(account))
    groups, programme, now = office.store.members.groups(), office.programme(), office.clock.now()
    root = groups.root_of(account)
    accounts = groups.members_of(root)
    totals = office.store.ledger.totals_of(accounts)
    this_month = month_of(now, office.zone())
    last = office.store.ledger.last_closed()
    points = window(totals, last=this_month, months=programme.tier_months)
    today = local_time(now, office.zone()).date().isoformat()
    own = of_a_member(programme.tiers, map(office.store.members.membership, accounts), today)
    tier = standing_tier(programme.tiers, decided=own.tier, points=points, assigned=own.assigned, today=today)
    after = last if last is not None else Month(min((t.month for t in totals), default=this_month) - 1)
    return MemberCalendar(
        office.store.ledger.balance_of(accounts),
        tier,
        points,
        tuple(calendar(totals, after=after, expiry_months=programme.expiry_months)),
        next_tier(programme.tiers, tier, points),
    )


def tier_list(office: Office) -> list[tuple[AccountId, TierCode]]:
    """The tier that the last close found for each member."""
    with office.store.transaction():
        decided, merged = office.store.members.tiers(), set(office.store.members.groups().merged)
        base = reached(office.programme().tiers, 0)
        accounts = [account for account, _, _ in office.store.directory.accounts() if account not in merged]
    return [(account, decided.get(account, base)) for account in accounts]
