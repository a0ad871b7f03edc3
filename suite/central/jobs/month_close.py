"""Month close (CEN-3): tiers, then what expires, for every account at once. A closed month is never edited."""

import msgspec

from suite.central.jobs.corrections import correct
from suite.central.office import Office
from suite.domain.calendar import Month, month_end, month_name
from suite.domain.errors import MonthAlreadyClosed, MonthNotOver, MonthOutOfTurn
from suite.domain.events.base import Event
from suite.domain.events.central import ExpiredPoints, MemberTier, MonthClosed, PointsExpired, TiersDecided
from suite.domain.ids import AccountId, StationCode, TierCode
from suite.domain.lots import ClosedMonth, expired_by, expires_with
from suite.domain.quantities import Points
from suite.domain.tiers import rank, reached

ACCOUNTS_AN_ENTRY = 2000


class Close(msgspec.Struct, frozen=True):
    """A month's close, done or rehearsed. `silent` names stations not heard of since the month ended."""

    month: Month
    accounts: int
    points: Points
    silent: tuple[StationCode, ...]
    climbed: int = 0
    fell: int = 0


def close_month(office: Office, month: Month, *, rehearse: bool = False) -> Close:
    """Close one month. Raises MonthNotOver, MonthAlreadyClosed, MonthOutOfTurn. A rehearsal records nothing."""
    with office.store.transaction():
        check_turn(office, month)
        cutoff = cutoff_of(month, office.programme().expiry_months)
        before = office.store.members.tiers()
        tiers = _tiers(office, month, before)
        expired = _expiring(office, month, cutoff)
        points = Points(sum(row.points for row in expired))
        if not rehearse:
            office.store.append(_facts(office, month, cutoff, tiers, expired))
            # What expired in a month before they left was cancelled when they did: members who are gone have nothing.
            office.store.late |= {row.account for row in expired} & office.store.members.gone()
            correct(office)
        end = month_end(month, office.zone())
        silent = tuple(
            s.code for s in office.store.directory.stations() if s.paired and (s.heard is None or s.heard < end)
        )
        ladder = office.programme().tiers
    base = reached(ladder, 0)
    steps = [rank(ladder, row.tier) - rank(ladder, before.get(row.account, base)) for row in tiers]
    return Close(month, len(expired), points, silent, climbed=sum(s > 0 for s in steps), fell=sum(s < 0 for s in steps))


def _tiers(office: Office, month: Month, before: dict[AccountId, TierCode]) -> list[MemberTier]:
    """The accounts whose tier is another one, by what they earned in the window that ends with the month."""
    programme, groups = office.programme(), office.store.members.groups()
    if not programme.tiers:
        return []
    merged, base = set(groups.merged), reached(programme.tiers, 0)
    earned = groups.summed(office.store.ledger.qualifying(month, programme.tier_months))
    decided = {account: reached(programme.tiers, points) for account, points in earned.items()}
    for account in before.keys() - decided.keys() - merged:
        decided[account] = base
    return [MemberTier(account, tier) for account, tier in sorted(decided.items()) if tier != before.get(account, base)]


def _expiring(office: Office, month: Month, cutoff: Month) -> list[ExpiredPoints]:
    """What every member loses: plain accounts in one pass, merged ones lot by lot."""
    store = office.store
    groups, closes = store.members.groups(), store.ledger.closes()
    rows = store.ledger.expiring(month, cutoff, frozenset(groups.everybody()))
    for root, totals in store.ledger.totals_by_root(groups).items():
        due = expired_by(totals, [*closes, ClosedMonth(month, cutoff)]) - sum(t.expired for t in totals)
        if due > 0:
            rows.append(ExpiredPoints(root, Points(due)))
    return sorted(rows, key=lambda row: row.account)


def due_months(office: Office, through: Month) -> list[Month]:
    """The months that can be closed, oldest first, up to `through`. Before any movement there are none."""
    with office.store.transaction():
        last, first = office.store.ledger.last_closed(), office.store.ledger.first_month()
    start = last + 1 if last is not None else first
    return [] if start is None else [Month(m) for m in range(start, through + 1)]


def check_turn(office: Office, month: Month) -> None:
    """Raises MonthNotOver, MonthAlreadyClosed, MonthOutOfTurn. Call inside a transaction."""
    if office.clock.now() < month_end(month, office.zone()):
        raise MonthNotOver(month=month_name(month))
    last, first = office.store.ledger.last_closed(), office.store.ledger.first_month()
    if last is not None and month <= last:
        raise MonthAlreadyClosed(month=month_name(month))
    due = last + 1 if last is not None else first
    if due is not None and month > due:
        raise MonthOutOfTurn(month=month_name(month), due=month_name(Month(due)))


def cutoff_of(month: Month, expiry_months: int) -> Month:
    """The newest month whose points expire at the close of `month`; the inverse of `lots.expires_with`."""
    cutoff = Month(month - expiry_months)
    assert expires_with(cutoff, expiry_months) == month
    return cutoff


def _facts(
    office: Office, month: Month, cutoff: Month, tiers: list[MemberTier], expired: list[ExpiredPoints]
) -> list[Event]:
    now, by, step = office.clock.now(), office.operator, ACCOUNTS_AN_ENTRY
    changed = [tuple(tiers[i : i + step]) for i in range(0, len(tiers), step)]
    lost = [tuple(expired[i : i + step]) for i in range(0, len(expired), step)]
    points = Points(sum(row.points for row in expired))
    return [
        *(TiersDecided(at=now, by=by, month=month, accounts=chunk) for chunk in changed),
        *(PointsExpired(at=now, by=by, month=month, accounts=chunk) for chunk in lost),
        MonthClosed(at=now, by=by, month=month, accounts=len(expired), points=points, cutoff=cutoff),
    ]
