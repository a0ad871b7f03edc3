"""Statistics straight from the journals (CEN-8): a fold over the facts, so that every figure can be traced."""

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from suite.central.office import Office
from suite.central.projector import Fact
from suite.domain.calendar import Month, local_time, month_name, month_of
from suite.domain.earning import EarnedLine
from suite.domain.events.station import SaleRecorded
from suite.domain.ids import AccountId
from suite.domain.lots import Lot, MonthTotals, expires_with, open_lots, pooled

Dimension = Literal["station", "card", "account", "product", "day", "month"]
DIMENSIONS: tuple[Dimension, ...] = ("station", "card", "account", "product", "day", "month")


class SalesRow(msgspec.Struct):
    """Sales under one key. With `product` among the dimensions a ticket counts under each of its products."""

    tickets: int = 0
    lines: int = 0
    quantity: int = 0
    amount: int = 0
    points: int = 0


def sales_by(
    office: Office, dimensions: tuple[Dimension, ...], month: Month | None = None
) -> dict[tuple[str, ...], SalesRow]:
    """All sales ever merged, or of one month, summed by the dimensions, in the order of their keys."""
    rows: dict[tuple[str, ...], SalesRow] = {}
    with office.store.transaction():
        key_of = _key_maker(office, dimensions)
        for fact, sale in _sales(office, month):
            touched = set[tuple[str, ...]]()
            for line in sale.lines:
                key = key_of(fact, sale, line)
                row = rows.setdefault(key, SalesRow())
                row.tickets += key not in touched
                touched.add(key)
                row.lines += 1
                row.quantity += line.quantity
                row.amount += line.amount
                row.points += line.points
    return dict(sorted(rows.items()))


def _sales(office: Office, month: Month | None) -> Iterator[tuple[Fact, SaleRecorded]]:
    zone = office.zone()
    for batch in office.store.history.facts():
        for fact in batch:
            if isinstance(fact.event, SaleRecorded) and (month is None or month_of(fact.event.at, zone) == month):
                yield fact, fact.event


def _key_maker(
    office: Office, dimensions: tuple[Dimension, ...]
) -> Callable[[Fact, SaleRecorded, EarnedLine], tuple[str, ...]]:
    zone = office.zone()
    makers: dict[Dimension, Callable[[Fact, SaleRecorded, EarnedLine], str]] = {
        "station": lambda fact, _sale, _line: fact.station,
        "card": lambda _fact, sale, _line: sale.card,
        "account": lambda _fact, sale, _line: str(sale.account),
        "product": lambda _fact, _sale, line: line.product,
        "day": lambda _fact, sale, _line: local_time(sale.at, zone).date().isoformat(),
        "month": lambda _fact, sale, _line: month_name(month_of(sale.at, zone)),
    }
    chosen = [makers[dimension] for dimension in dimensions]
    return lambda fact, sale, line: tuple(make(fact, sale, line) for make in chosen)


class AccountMonth(msgspec.Struct, frozen=True):
    """One account in one month: what moved, and the balance at its close."""

    account: int
    month: str
    earned: int
    spent: int
    expired: int
    balance: int


def account_months(office: Office, month: Month | None = None) -> list[AccountMonth]:
    """Every account and month in which something moved, with the running balance; or one month only."""
    found, running, current = [], 0, None
    with office.store.transaction():
        for account, totals in office.store.ledger.month_totals():
            running = running if account == current else 0
            current = account
            running += totals.earned - totals.spent - totals.expired
            moved = totals.earned or totals.spent or totals.expired
            if moved and month in (None, totals.month):
                found.append(
                    AccountMonth(
                        account, month_name(totals.month), totals.earned, totals.spent, totals.expired, running
                    )
                )
    return found


class OpenLot(msgspec.Struct, frozen=True):
    """Points of one account still open: when they were earned, and at which close they go."""

    account: int
    earned: str
    remaining: int
    expires_at_close_of: str


def all_open_lots(office: Office) -> list[OpenLot]:
    """Every open lot of the network, by member and age: the explanation of each balance (PTS-10)."""
    by_account: dict[AccountId, list[MonthTotals]] = {}
    with office.store.transaction():
        months, groups = office.programme().expiry_months, office.store.members.groups()
        for account, totals in office.store.ledger.month_totals():
            by_account.setdefault(groups.root_of(account), []).append(totals)
        for root in groups.roots:
            by_account[root] = pooled([by_account.get(root, [])])
    return [_open_lot(account, lot, months) for account, totals in by_account.items() for lot in open_lots(totals)]


def _open_lot(account: int, lot: Lot, months: int) -> OpenLot:
    due = expires_with(lot.earned_in, months)
    return OpenLot(account, month_name(lot.earned_in), lot.remaining, month_name(due))
