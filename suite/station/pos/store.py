"""What the POS stated, beside the journal: files that were taken, sales that wait for a swipe, and the setup.

No facts: a sale becomes one when it is claimed, and whether it was claimed is asked of the journal's own table. So
nothing here can contradict the journal, and what is lost comes again with the POS's files (ADR 0019).
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import msgspec

from suite.domain.ids import DocumentNumber
from suite.domain.quantities import Moment
from suite.runtime.db import Connection
from suite.station.pos.sale import Kind, PosSale
from suite.station.pos.setup import PosSetup

COLUMNS = "document, number, completes, kind, at, content"
CLAIMED = "SELECT 1 FROM ticket c WHERE c.credited = 1 AND c.document IN (t.document, t.completes)"
REPLACED = "SELECT 1 FROM pos_ticket later WHERE later.completes = t.number AND later.document <> t.document"
WAITING = f"t.kind IN ('sale', 'completion') AND NOT EXISTS ({CLAIMED}) AND NOT EXISTS ({REPLACED})"


class PosTicket(msgspec.Struct, frozen=True):
    """One sale of the POS. `document` names it for ever; `number` is on its receipt, `completes` on an earlier one."""

    document: DocumentNumber
    number: DocumentNumber
    completes: str
    kind: Kind
    at: Moment
    sale: PosSale


class TakenFile(msgspec.Struct, frozen=True):
    """A file and what became of it."""

    name: str
    at: Moment
    sales: int
    why: str
    """Why it was refused; empty for one that was taken."""


class PosStore:
    """Questions to the tables of the POS, and what is written to them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    # The setup

    def setup(self) -> PosSetup:
        """What this station was told about its POS."""
        row = self._db.execute("SELECT content FROM pos_setup").fetchone()
        return msgspec.json.decode(row[0], type=PosSetup) if row else PosSetup()

    def tell(self, setup: PosSetup) -> None:
        self._db.execute("INSERT OR REPLACE INTO pos_setup VALUES (1, ?)", (msgspec.json.encode(setup),))

    # Files

    def is_taken(self, digest: bytes) -> bool:
        row = self._db.execute("SELECT 1 FROM pos_file WHERE digest = ? AND why = ''", (digest,))
        return row.fetchone() is not None

    def keep_file(self, digest: bytes, file: TakenFile) -> None:
        row = (digest, file.name, file.at, file.sales, file.why)
        self._db.execute("INSERT OR REPLACE INTO pos_file VALUES (?, ?, ?, ?, ?)", row)

    def files(self, limit: int) -> list[TakenFile]:
        """The newest files first."""
        rows = self._db.execute("SELECT name, at, sales, why FROM pos_file ORDER BY at DESC, name LIMIT ?", (limit,))
        return [TakenFile(*row) for row in rows]

    # Sales

    def keep(self, ticket: PosTicket) -> bool:
        """Write what the POS says of a sale; whether it is news."""
        content = msgspec.json.encode(ticket.sale)
        row = self._db.execute("SELECT content FROM pos_ticket WHERE document = ?", (ticket.document,)).fetchone()
        if row and row[0] == content:
            return False
        self._db.execute(
            "INSERT OR REPLACE INTO pos_ticket VALUES (?, ?, ?, ?, ?, ?)",
            (ticket.document, ticket.number, ticket.completes, ticket.kind, ticket.at, content),
        )
        return True

    def find(self, written: str) -> PosTicket | None:
        """The sale of a number, as its invoice or its receipt has it; for a prepay, its completion."""
        row = self._db.execute(
            f"""SELECT {COLUMNS} FROM pos_ticket WHERE document = ?1 OR number = ?1 OR completes = ?1
            ORDER BY (completes = ?1) DESC, at DESC LIMIT 1""",  # noqa: S608 -- names of our own
            (written,),
        ).fetchone()
        return _ticket(row) if row else None

    def before(self, ticket: PosTicket) -> PosSale | None:
        """The prepay that a completion names, when the POS told it."""
        if not ticket.completes:
            return None
        row = self._db.execute(
            f"SELECT {COLUMNS} FROM pos_ticket WHERE number = ? LIMIT 1",  # noqa: S608 -- names of our own
            (ticket.completes,),
        ).fetchone()
        return _ticket(row).sale if row else None

    def waiting(self, since: Moment) -> Iterator[PosTicket]:
        """Sales of that time on that nobody claimed and no later one completes, newest first."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM pos_ticket t WHERE t.at >= ? AND {WAITING} ORDER BY t.at DESC, t.document",  # noqa: S608 -- names of our own
            (since,),
        )
        return (_ticket(row) for row in rows)

    def same_sale(self, document: DocumentNumber) -> list[DocumentNumber]:
        """Every number under which the POS knows the sale of this number, the number itself first.

        A receipt's number that the POS gave to several sales names none of them.
        """
        names, asked = {document: None}, set[str]()
        while missing := [name for name in names if name not in asked]:
            asked.update(missing)
            for name in missing:
                for row in self._named(name):
                    more = {row.document: None, DocumentNumber(row.completes): None}
                    if len(self._named(row.number, only_number=True)) == 1:
                        more[row.number] = None
                    if name in more:
                        names |= {each: None for each in more if each}
        return list(names)

    def _named(self, name: str, *, only_number: bool = False) -> list["_Names"]:
        where = "number = ?1" if only_number else "document = ?1 OR number = ?1 OR completes = ?1"
        rows = self._db.execute(f"SELECT document, number, completes FROM pos_ticket WHERE {where}", (name,))  # noqa: S608 -- names of our own
        return [_Names(*row) for row in rows]

    def mend(self, damaged: Collection[str], *, setup: bool) -> None:
        """Drop what was damaged, and forget which files were taken: put into the folder again, they bring it back."""
        self._db.executemany("DELETE FROM pos_ticket WHERE document = ?", [(document,) for document in damaged])
        if damaged:
            self._db.execute("DELETE FROM pos_file")
        if setup:
            self._db.execute("DELETE FROM pos_setup")

    def forget(self, until: Moment) -> int:
        """Sales older than that leave the table, claimed or not; how many."""
        return int(self._db.execute("DELETE FROM pos_ticket WHERE at < ?", (until,)).rowcount)


class _Names(NamedTuple):
    document: DocumentNumber
    number: DocumentNumber
    completes: str


def _ticket(row: tuple[str, str, str, Kind, int, bytes]) -> PosTicket:
    document, number, completes, kind, at, content = row
    sale = msgspec.json.decode(content, type=PosSale)
    return PosTicket(DocumentNumber(document), DocumentNumber(number), completes, kind, Moment(at), sale)
