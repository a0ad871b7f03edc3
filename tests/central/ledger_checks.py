"""What must always be true of central's ledger, computed apart from the code that keeps it."""

from collections import defaultdict

from suite.central.reports import all_open_lots
from suite.domain.events import access, claims
from suite.domain.events import central as c
from suite.domain.events import station as s
from suite.domain.lots import expired_by

SIGNS = {
    s.SaleReversed: -1,
    s.GoodsReturned: -1,
    s.PrizeRedeemed: -1,
    s.PrizeRequested: -1,
    s.RedemptionReversed: +1,
    c.PointsAdjusted: +1,
    c.FleetInvoiceCredited: +1,
    c.PointsCancelled: -1,
    c.OrderCancelled: +1,
    access.PrizeOrdered: -1,
    claims.TicketContested: -1,
}


def replayed(office):
    """Balances by account, straight from the journals: no table is asked. A ticket counts on one line of a station."""
    sums, claimed = defaultdict(int), {}
    for batch in office.store.history.facts():
        for fact in batch:
            event = fact.event
            if isinstance(event, s.SaleRecorded):
                line = claimed.setdefault((fact.station, event.document), fact.journal)
                sums[event.account] += event.points if line == fact.journal else 0
            elif type(event) in SIGNS:
                sums[event.account] += SIGNS[type(event)] * event.points
            elif isinstance(event, c.PointsExpired | c.ExpiryCorrected):
                for row in event.accounts:
                    sums[row.account] -= row.points
            elif isinstance(event, c.OpeningLoaded):
                for lot in event.lots:
                    sums[lot.account] += lot.points
    return {account: points for account, points in sums.items() if points}


def check(office):
    """Sum of the ledger = replay of the journals; what expired = what should have; balances = lots − debts."""
    with office.store.transaction():
        balances = {a: b for a, _, b in office.store.directory.accounts() if b}
        assert balances == replayed(office)
        groups, closes = office.store.members.groups(), office.store.ledger.closes()
        gone = office.store.members.gone()
        everybody = [a for a, _, _ in office.store.directory.accounts()]
        standing = {}
        for root in {groups.root_of(a) for a in everybody}:
            totals = office.store.ledger.totals_of(groups.members_of(root))
            balance = sum(t.earned - t.spent - t.expired for t in totals)
            assert balance == office.store.ledger.balance_of(groups.members_of(root))
            assert balance == sum(t.lot - t.used - t.expired for t in totals)
            assert sum(t.expired for t in totals) == expired_by(totals, closes), root
            assert not (root in gone and balance), "who left has no points"
            standing[root] = balance
    if office.store.late:
        raise AssertionError("late accounts are left over")
    return standing


def check_lots(office, standing):
    """Open lots explain every balance that is no debt."""
    lots = defaultdict(int)
    for lot in all_open_lots(office):
        lots[lot.account] += lot.remaining
    assert dict(lots) == {root: balance for root, balance in standing.items() if balance > 0}
