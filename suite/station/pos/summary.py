"""What files of a POS come to, before anything is taken: the till's own totals, and what counting twice would make.

A prepay's completion states the whole ticket again. So events that a later one names as its original are left out of
the net; and an event that was read twice counts once.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from suite.station.pos.sale import PosSale


class Grade(msgspec.Struct, frozen=True):
    """A fuel over all sales."""

    store: str
    grade: str
    name: str
    lines: int
    millilitres: int
    centavos: int


class Account(msgspec.Struct, frozen=True):
    """An account of a points programme over the sales that stand."""

    store: str
    account: str
    tickets: int
    earned: int
    redeemed: int


class Event(msgspec.Struct, frozen=True):
    """One sale, and whether a completion stands in its place."""

    sale: PosSale
    superseded: bool


class Summary(msgspec.Struct, frozen=True):
    """All of it. `naive` sums count a prepay and its completion both."""

    read: int
    duplicates: int
    events: tuple[Event, ...]
    absent: int
    """Completions whose prepay is in none of the files."""

    grades: tuple[Grade, ...]
    tenders: tuple[tuple[str, int], ...]
    accounts: tuple[Account, ...]
    naive: tuple[int, int]
    net: tuple[int, int]
    total: int


def summary_of(sales: Iterable[PosSale]) -> Summary:
    """The totals of these sales, in whatever order they were read."""
    by_key, read = dict[tuple[str, str], PosSale](), 0
    for sale in sales:
        by_key[sale.store, sale.number] = sale
        read += 1
    named = {(sale.store, sale.completes) for sale in by_key.values() if sale.completes}
    events = tuple(Event(sale, key in named) for key, sale in sorted(by_key.items()))
    accounts = tuple(_accounts(event.sale for event in events if not event.superseded))
    claimed = [row for event in events for row in event.sale.loyalty]
    return Summary(
        read,
        read - len(by_key),
        events,
        len(named - by_key.keys()),
        tuple(_grades(by_key.values())),
        tuple(_tenders(by_key.values())),
        accounts,
        (sum(row.earned for row in claimed), sum(row.redeemed for row in claimed)),
        (sum(row.earned for row in accounts), sum(row.redeemed for row in accounts)),
        sum(sale.total for sale in by_key.values()),
    )


def _accounts(sales: Iterable[PosSale]) -> Iterable[Account]:
    sums = defaultdict[tuple[str, str], list[int]](lambda: [0, 0, 0])
    for sale in sales:
        for row in sale.loyalty:
            mine = sums[sale.store, row.account]
            mine[0], mine[1], mine[2] = mine[0] + 1, mine[1] + row.earned, mine[2] + row.redeemed
    return (Account(*key, *numbers) for key, numbers in sorted(sums.items()))


def _grades(sales: Iterable[PosSale]) -> Iterable[Grade]:
    sums = defaultdict[tuple[str, str, str], list[int]](lambda: [0, 0, 0])
    for sale in sales:
        for line in sale.lines:
            if line.kind == "fuel" and not line.voided:
                mine = sums[sale.store, line.code, line.name]
                mine[0], mine[1], mine[2] = mine[0] + 1, mine[1] + line.quantity, mine[2] + line.amount
    return (Grade(*key, *numbers) for key, numbers in sorted(sums.items()))


def _tenders(sales: Iterable[PosSale]) -> Iterable[tuple[str, int]]:
    sums = defaultdict[str, int](int)
    for sale in sales:
        for paid in sale.tenders:
            sums[paid.means] += paid.amount
    return sorted(sums.items())
