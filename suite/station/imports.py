"""Files of a till or of a paper day, taken in batches: each batch is one transaction, and a repeat changes nothing."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from suite.domain.errors import N_, DocumentAlreadyClaimed, ManagerNeeded, Refusal
from suite.domain.ids import DocumentNumber, PrizeCode
from suite.domain.quantities import Centavos
from suite.domain.reversal import Return
from suite.domain.sales import Ticket
from suite.runtime.db import let_others_write
from suite.runtime.safe_text import safe_text
from suite.runtime.table_file import BadRow, Row, SetAside, rows_of
from suite.runtime.typed_text import plain_document
from suite.station.desk import Attendant, CardRead, Desk
from suite.station.pos.till_file import VOUCHER_COLUMNS, Till, read_till_file, refused, voucher_of
from suite.station.returns import check_same_card, take_goods_back, take_ticket_back

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
    beyond: int = 0
    """Vouchers among the taken that passed a limit of spending with no link."""


class _Tally:
    """Counts of one import while it runs."""

    def __init__(self) -> None:
        self.taken = self.known = self.incidents = self.beyond = 0
        self.aside: list[SetAside] = []

    def result(self, header: tuple[str, ...]) -> Imported:
        return Imported(header, self.taken, self.known, self.incidents, tuple(self.aside), self.beyond)


def import_sales(desk: Desk, path: Path, tick: Tick = lambda _: None) -> Imported:
    """Credit the tickets of a till's file. Raises BadInput for a file of another shape, StorageTrouble."""
    file, tally, programme = read_till_file(path, Till(desk.zone(), desk.clock.now())), _Tally(), desk.programme()
    tally.aside += file.set_aside
    for batch in batches(file.tickets):
        with desk.store.writing():
            for ticket, rows in batch:
                try:
                    taken = desk.tickets.take(programme, ticket)
                except Refusal as refusal:
                    tally.aside += refused(rows, refusal)
                    continue
                tally.taken += taken is True
                tally.known += taken is False
                tally.incidents += isinstance(taken, str)
        tick(batch[-1][1][-1].line)
        let_others_write()
    return tally.result(file.header)


def import_returns(desk: Desk, path: Path, manager: Attendant, tick: Tick = lambda _: None) -> Imported:
    """Take back what a till's file states: by its ticket where a column `ticket` names one, else as goods.

    Returns are taken in the file's order. Raises BadInput for a file of another shape, ManagerNeeded.
    """
    if not manager.manager:
        raise ManagerNeeded
    file, tally = read_till_file(path, Till(desk.zone(), desk.clock.now())), _Tally()
    tally.aside += file.set_aside
    for batch in batches(file.tickets):
        with desk.store.writing():
            for ticket, rows in batch:
                try:
                    taken = _take_back(desk, ticket, _ticket_of(rows[0]), manager)
                except BadRow as fault:
                    tally.aside += [SetAside(row.line, fault.reason, fault.facts, row.raw) for row in rows]
                except Refusal as refusal:
                    tally.aside += refused(rows, refusal)
                else:
                    tally.taken += taken
                    tally.known += not taken
        tick(batch[-1][1][-1].line)
        let_others_write()
    return tally.result(file.header)


def _ticket_of(row: Row) -> DocumentNumber | None:
    """The ticket that a return names; None when it names none. Raises BadRow for one that no till prints."""
    written = row.cell("ticket")
    document = plain_document(written)
    if written.strip() and document is None:
        raise BadRow(
            N_("the ticket number {value!r} must be 1 to 40 letters, digits and . _ / : -"), value=safe_text(written)
        )
    return document


def _take_back(desk: Desk, back: Ticket, sold: DocumentNumber | None, manager: Attendant) -> bool:
    """One return, inside the caller's transaction; False when it is known already."""
    read = CardRead(back.card, back.entry)
    amount = Centavos(sum(line.amount for line in back.lines))
    try:
        if sold is not None:
            check_same_card(desk, sold, back.card)
            take_ticket_back(desk, sold, Return(back.at, back.document, manager.number, amount))
            return True
        take_goods_back(desk, read, back.document, back.lines, manager, back.at)
    except DocumentAlreadyClaimed:
        return False
    return True


def import_vouchers(desk: Desk, path: Path, tick: Tick = lambda _: None) -> Imported:
    """Record prizes handed over on paper vouchers while the screen was not at hand, in the file's order."""
    header, rows = rows_of(path, VOUCHER_COLUMNS)
    tally, till = _Tally(), Till(desk.zone(), desk.clock.now())
    for batch in batches(rows):
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
                    tally.taken += bool(taken)
                    tally.known += not taken
                    tally.beyond += isinstance(taken, str)
        tick(batch[-1].line)
        let_others_write()
    return tally.result(header)


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of a transaction's length."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
