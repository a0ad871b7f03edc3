"""Files of the POS taken: read whole, kept as waiting sales, credited by themselves where they carry a card of ours.

A file is taken once, by its content. A batch is one transaction, so that the desk beside it never waits long; what a
power cut leaves half done is done again, and changes nothing twice.
"""

import hashlib
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.keeping import DAY_MS
from suite.domain.programme import Programme
from suite.domain.quantities import Moment
from suite.domain.sales import Ticket
from suite.runtime.db import let_others_write
from suite.runtime.errors import BadInput
from suite.runtime.files import read_whole
from suite.runtime.hostile_xml import XML_MAX
from suite.runtime.safe_text import safe_text
from suite.runtime.table_file import SetAside
from suite.runtime.texts import say_error
from suite.station.desk import Desk
from suite.station.imports import batches
from suite.station.pos.claimable import Claimable, card_on, claimable, ticket_of, without_strangers
from suite.station.pos.columns import read_columns
from suite.station.pos.naxml import read_naxml
from suite.station.pos.poslog import read_poslog
from suite.station.pos.sale import PosSale
from suite.station.pos.setup import PosSetup
from suite.station.pos.store import PosTicket, TakenFile

WHY_MAX = 300
KEPT_DAYS = 90
"""How long a sale of the POS stays beside the journal, claimed or not."""


class PosFile(msgspec.Struct, frozen=True):
    """A file taken apart by its adapter; rows of a CSV file that are wrong stand aside."""

    digest: bytes
    sales: list[PosSale]
    header: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


class Taken(msgspec.Struct, frozen=True):
    """What a file brought, in sales."""

    name: str
    new: int = 0
    known: int = 0
    void: int = 0
    credited: int = 0
    incidents: int = 0
    impossible: int = 0
    """Sales with a number or a time that no till prints; they are left where they are, in the file."""

    header: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


def read_file(path: Path, setup: PosSetup) -> PosFile:
    """The sales of one file. Raises BadInput, `unfinished` where its end is missing."""
    content = read_whole(path, XML_MAX)
    digest = hashlib.sha256(content).digest()
    if setup.format == "csv":
        found = read_columns(content, Path(safe_text(path.name)), setup)
        return PosFile(digest, found.sales, found.header, found.set_aside)
    sales = read_naxml(content) if setup.format == "naxml" else read_poslog(content)
    strange = next((sale.store for sale in sales if setup.store and sale.store != setup.store), None)
    if strange is not None:
        raise BadInput(
            N_("It holds sales of store {found!r}, and the store of this station is {store!r}."),
            found=strange,
            store=setup.store,
        )
    return PosFile(digest, sales)


def take_file(desk: Desk, setup: PosSetup, name: str, file: PosFile) -> Taken | None:
    """Keep the file's sales, and credit those that carry a card; None for a file that was taken before."""
    store, now = desk.store, desk.clock.now()
    if store.pos.is_taken(file.digest):
        return None
    programme = desk.programme()
    zone = ZoneInfo(programme.zone)
    counts = dict.fromkeys(("new", "known", "void", "credited", "incidents", "impossible"), 0)
    fresh = list[PosTicket]()
    for batch in batches(file.sales):
        with store.writing():
            for sale in batch:
                ticket = ticket_of(without_strangers(sale, programme.cards), zone, now)
                if ticket is None or sale.kind == "void":
                    counts["void" if ticket else "impossible"] += 1
                    continue
                is_new = store.pos.keep(ticket)
                counts["new" if is_new else "known"] += 1
                fresh.append(ticket)
        let_others_write()
    credited, incidents = credit_cards(desk, setup, programme, fresh)
    with store.writing():
        store.pos.keep_file(file.digest, TakenFile(name, now, counts["new"] + counts["known"], ""))
        store.pos.forget(Moment(now - KEPT_DAYS * DAY_MS))
    counts |= {"credited": credited, "incidents": incidents}
    return Taken(name, **counts, header=file.header, set_aside=file.set_aside)


def refuse_file(desk: Desk, path: Path, why: BadInput) -> str:
    """Remember that a file was refused. The sentence of why."""
    sentence = safe_text(say_error(why), WHY_MAX)
    digest = hashlib.sha256(safe_text(path.name).encode() + sentence.encode()).digest()
    with desk.store.writing():
        desk.store.pos.keep_file(digest, TakenFile(safe_text(path.name), desk.clock.now(), 0, sentence))
    return sentence


def credit_cards(desk: Desk, setup: PosSetup, programme: Programme, tickets: list[PosTicket]) -> tuple[int, int]:
    """Credit the sales on which the POS names a card of ours: how many were credited, how many became incidents."""
    credited = incidents = 0
    for batch in batches(tickets):
        with desk.store.writing():
            for ticket in batch:
                if ticket.kind == "prepay":
                    continue
                before = desk.store.pos.before(ticket)
                card = card_on(ticket.sale, before, programme.cards)
                found = claimable(ticket, before, setup, programme) if card else None
                if card is None or found is None:
                    continue
                stated = Ticket(ticket.at, ticket.document, card, found.lines, "file", pos=True)
                try:
                    taken = desk.tickets.take(programme, stated)
                except Refusal:
                    continue  # no ticket a till would print: it waits with the others, where a person sees it
                credited += taken is True
                incidents += isinstance(taken, str)
        let_others_write()
    return credited, incidents


def waiting(desk: Desk, since: Moment, limit: int) -> list[Claimable]:
    """The sales of that time on that can be claimed, newest first, at most so many."""
    setup, programme = desk.store.pos.setup(), desk.programme()
    found = list[Claimable]()
    for ticket in desk.store.pos.waiting(since):
        each = claimable(ticket, desk.store.pos.before(ticket), setup, programme)
        if each is not None and desk.tickets.claimed_as(ticket.document) is None:
            found.append(each)
            if len(found) == limit:
                break
    return found
