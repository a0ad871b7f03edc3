"""Files of a till or of a paper day, taken in batches: each batch is one transaction, and a repeat changes nothing."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from suite.domain.errors import Refusal
from suite.domain.ids import PrizeCode
from suite.runtime.db import let_others_write
from suite.runtime.table_file import BadRow, SetAside, rows_of
from suite.station.desk import Desk
from suite.station.pos_file import VOUCHER_COLUMNS, Till, read_till_file, refused, voucher_of

BATCH = 100
"""Tickets a transaction: some 20 ms, so that the screen beside it never waits long."""

T = TypeVar("T")
Tick = Callable[[int], None]


class Imported(msgspec.Struct, frozen=True):
    """What a file brought, in tickets (or vouchers), and the rows set aside under the file's own header."""

    header: tuple[str, ...]
    taken: int
    known: int
    incidents: int
    set_aside: tuple[SetAside, ...]


class _Tally:
    """Counts of one import while it runs."""

    def __init__(self) -> None:
        self.taken = self.known = self.incidents = 0
        self.aside: list[SetAside] = []

    def result(self, header: tuple[str, ...]) -> Imported:
        return Imported(header, self.taken, self.known, self.incidents, tuple(self.aside))


def import_sales(desk: Desk, path: Path, tick: Tick = lambda _: None) -> Imported:
    """Credit the tickets of a till's file. Raises BadInput for a file of another shape, StorageTrouble."""
    file, tally, programme = read_till_file(path, Till(desk.zone(), desk.clock.now())), _Tally(), desk.programme()
    tally.aside += file.set_aside
    for batch in _batches(file.tickets):
        with desk.store.writing():
            for ticket, rows in batch:
                try:
                    taken = desk.take_ticket(programme, ticket)
                except Refusal as refusal:
                    tally.aside += refused(rows, refusal)
                    continue
                tally.taken += taken is True
                tally.known += taken is False
                tally.incidents += isinstance(taken, str)
        tick(batch[-1][1][-1].line)
        let_others_write()
    return tally.result(file.header)


def import_vouchers(desk: Desk, path: Path, tick: Tick = lambda _: None) -> Imported:
    """Record prizes handed over on paper vouchers while the screen was not at hand, in the file's order."""
    header, rows = rows_of(path, VOUCHER_COLUMNS)
    tally, till = _Tally(), Till(desk.zone(), desk.clock.now())
    for batch in _batches(rows):
        with desk.store.writing():
            for row in batch:
                try:
                    at, document, card, prize = voucher_of(row, till)
                    taken = desk.take_voucher(PrizeCode(prize), card, document, at)
                except BadRow as fault:
                    tally.aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
                except Refusal as refusal:
                    tally.aside += refused((row,), refusal)
                else:
                    tally.taken += taken
                    tally.known += not taken
        tick(batch[-1].line)
        let_others_write()
    return tally.result(header)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
