"""Keeping the ledger what it would be had everything come in time (CEN-3). Closes are never edited: entries compensate.

Called inside the transaction of whatever may reach into a closed month: a merge, an opening balance, members made one.
"""

import msgspec

from suite.central.office import Office
from suite.domain.calendar import Month
from suite.domain.events.central import ExpiredPoints, ExpiryCorrected, PointsCancelled
from suite.domain.ids import AccountId
from suite.domain.lots import expired_by
from suite.domain.quantities import Points

ACCOUNTS_AN_ENTRY = 2000


class Corrected(msgspec.Struct, frozen=True):
    """What late facts changed: accounts, points that expired after all, points given back."""

    accounts: int = 0
    expired: int = 0
    given_back: int = 0


def correct(office: Office) -> Corrected:
    """Post what closed months would have done otherwise, and cancel what came in for members who left."""
    store = office.store
    late, groups = set(store.late), store.members.groups()
    store.late.clear()
    if not late:
        return Corrected()
    rows = _differences(office, {groups.root_of(account) for account in late})
    now, by, last = office.clock.now(), office.operator, store.ledger.last_closed()
    if rows:
        assert last is not None, "nothing expires before a first close"
        chunks = [tuple(rows[i : i + ACCOUNTS_AN_ENTRY]) for i in range(0, len(rows), ACCOUNTS_AN_ENTRY)]
        month = Month(last + 1)
        store.append([ExpiryCorrected(at=now, by=by, month=month, accounts=chunk) for chunk in chunks])
    gone = {groups.root_of(account) for account in late} & store.members.gone()
    left = [(root, store.ledger.balance_of(groups.members_of(root))) for root in sorted(gone)]
    store.append([PointsCancelled(at=now, by=by, account=root, points=points) for root, points in left if points])
    store.late.clear()
    return Corrected(
        len(rows), sum(r.points for r in rows if r.points > 0), -sum(r.points for r in rows if r.points < 0)
    )


def correct_everybody(office: Office) -> Corrected:
    """The same for all accounts: after an upgrade from a release whose closes did not look back."""
    with office.store.transaction():
        office.store.late |= {account for account, _, _ in office.store.directory.accounts()}
        return correct(office)


def _differences(office: Office, roots: set[AccountId]) -> list[ExpiredPoints]:
    store, found = office.store, list[ExpiredPoints]()
    closes, groups = store.ledger.closes(), store.members.groups()
    for root in sorted(roots):
        totals = store.ledger.totals_of(groups.members_of(root))
        difference = expired_by(totals, closes) - sum(t.expired for t in totals)
        if difference:
            found.append(ExpiredPoints(root, Points(difference)))
    return found
