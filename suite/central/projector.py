"""What facts change is gathered here and written together, each table once and in its order, however many facts.

Sums (balances, months, accruals, stock) are gathered; facts whose effect depends on what was there before (a
settlement, a slip) first write what was gathered. `projections` says what each kind of fact changes.
"""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, func, insert, literal, or_, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, add_or_sum, run_many
from suite.domain.calendar import Month, MonthFinder
from suite.domain.events.base import Event
from suite.domain.ids import AccountId, StationCode
from suite.domain.lots import CREDITED, EARNED, EXPIRED, QUALIFYING, MovementKind
from suite.domain.programme import Programme
from suite.domain.quantities import Moment

OWN_JOURNAL = 0
"""Central's own journal in `movement.journal`."""

SAVING_UP = ("earned", "spent", "expired")
BELONGING = ("lot", "used", "qualifying")


class Fact(msgspec.Struct, frozen=True, gc=False):
    """An admitted fact and where it stands."""

    journal: int
    station: StationCode
    seq: int
    event: Event
    count: int = 0
    """Its place in the order of admission."""


CREDITABLE = ("unknown-card", "blocked-card", "unknown-product")
"""Incidents that a later credit of the same ticket resolves by itself."""


class Projector:
    """Gathers and writes what facts change. Call `flush` before reading any table it writes.

    `late` gathers the accounts whose closed months have to be looked at again: something came in that belongs to one,
    or accounts became one or several. `now` is the place of the fact being projected, in the order of admission.
    """

    def __init__(self, connection: Connection) -> None:
        self.db = connection
        self.late: set[AccountId] = set()
        self._programme: Programme | None = None
        self._months: MonthFinder | None = None
        self._closed: Month | None = None
        self.moves: list[tuple[Any, ...]] = []
        self._displaced = False
        self.accruals: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self.stock: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self.claims: list[tuple[Any, ...]] = []
        self.claimed: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        """Points of claimed invoices, by document, station and product."""
        self.shown: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        """How often messages were said, by account and message."""
        self.used_cards: set[str] = set()
        self._waiting: set[tuple[str, str]] | None = None
        self._claimed: dict[StationCode, dict[str, int]] | None = None
        self.now = 0
        self.unindexed: list[tuple[AccountId, str]] = []
        self.accounts: list[tuple[Any, ...]] = []
        self.cards: list[tuple[Any, ...]] = []
        self.spent: list[tuple[Any, ...]] = []
        self.returned: list[tuple[Any, ...]] = []
        self._granted: set[str] | None = None

    def flush(self) -> None:
        """Write everything gathered so far."""
        run_many(self.db, add_or_replace(schema.account, "personal"), self.accounts)
        run_many(self.db, add_or_replace(schema.card, "account", "status", "role", "issued", "changed"), self.cards)
        run_many(self.db, add_or_replace(schema.card_used), [(card,) for card in sorted(self.used_cards)])
        run_many(self.db, add_or_replace(schema.claim), self.claims)
        if self.moves:
            self._write_moves()
        self._write_spent()
        sums_of = (
            (schema.accrual, self.accruals),
            (schema.stock, self.stock),
            (schema.claim_points, self.claimed),
            (schema.message_shown, self.shown),
        )
        for table, sums in sums_of:
            statement = add_or_sum(table, table.columns.keys()[-1])
            run_many(self.db, statement, [(*key, number) for key, number in sorted(sums.items())])
            sums.clear()
        for rows in (self.accounts, self.cards, self.claims, self.moves, self.used_cards, self.spent, self.returned):
            rows.clear()

    def _write_spent(self) -> None:
        """Prizes that left, and those that came back."""
        run_many(self.db, add_or_replace(schema.spent), self.spent)
        for seq, journal, redemption in self.returned:
            known = schema.spent.c
            mine = (known.journal == journal) & (known.seq == redemption)
            self.db.execute(update(schema.spent).where(mine).values(back=seq))

    @property
    def granted(self) -> set[str]:
        """The stations that ever had a grant."""
        if self._granted is None:
            self._granted = set(self.db.scalars(select(schema.granted.c.station).distinct()))
        return self._granted

    # Points

    def move(
        self,
        fact: Fact,
        account: AccountId,
        at: Moment,
        kind: MovementKind,
        points: int,
        reference: str,
        *,
        month: Month | None = None,
        effect: Month | None = None,
    ) -> None:
        """Points of an account, moved in `month` and belonging to the month `effect` (`lots.MonthTotals`)."""
        moved = self.months.month_of(at) if month is None else month
        belongs = moved if effect is None else effect
        if belongs != moved:
            self._displaced = True
        self.moves.append((account, at, fact.journal, fact.seq, kind, points, reference, moved, belongs))

    def _write_moves(self) -> None:
        """Movements, months and balances from one staged batch: the engine sorts and sums it, each table in order."""
        staged = schema.staged_move
        staged.create(self.db)
        run_many(self.db, insert(staged), self.moves)
        move, total = staged.c, func.sum(staged.c.points)
        names = schema.movement.columns.keys()
        moves = select(*(move[name] for name in names)).order_by(move.account, move.at, move.journal, move.seq)
        self.db.execute(insert(schema.movement).from_select(names, moves))
        if self._displaced:
            self._add_months(move.month, SAVING_UP)
            self._add_months(move.effect, BELONGING)
        else:
            self._add_months(move.month, SAVING_UP + BELONGING)
        self._add_sums(schema.account, ("balance",), select(move.account, literal(""), total), move.account)
        self._find_late()
        self._find_visits()
        staged.drop(self.db)
        self._displaced = False

    def _add_months(self, month: ColumnElement[Any], names: tuple[str, ...]) -> None:
        """Add the staged points to the months in which they moved, or to which they belong."""
        move = schema.staged_move.c
        total = func.sum(move.points)
        kinds = {
            "earned": total.filter(move.kind.in_(EARNED)),
            "spent": -total.filter(move.kind.not_in(EARNED + EXPIRED)),
            "expired": -total.filter(move.kind.in_(EXPIRED)),
            "lot": total.filter(move.kind.in_(CREDITED)),
            "used": -total.filter(move.kind.not_in(CREDITED + EXPIRED)),
            "qualifying": total.filter(move.kind.in_(QUALIFYING)),
        }
        columns = [func.coalesce(sums, 0) if name in names else literal(0) for name, sums in kinds.items()]
        self._add_sums(schema.account_month, names, select(move.account, month, *columns), move.account, month)

    def _add_sums(self, table: Table, names: tuple[str, ...], sums: Select[Any], *keys: ColumnElement[Any]) -> None:
        """Add grouped sums to a table, in the order of its key. Moves of no points leave no trace in it."""
        grouped = sums.where(schema.staged_move.c.points != 0).group_by(*keys).order_by(*keys)
        self.db.execute(add_or_sum(table, *names).from_select(table.columns.keys(), grouped))

    def _find_late(self) -> None:
        """Accounts whose closed months are no longer what their closes saw, and accounts that left and still move."""
        move, known = schema.staged_move.c, schema.membership.c
        left = move.account.in_(select(known.account).where(known.status != ""))
        closed = Month(0) if self.closed is None else self.closed
        late = or_(move.effect <= closed, move.month <= closed) & move.kind.not_in(EXPIRED)
        self.late.update(self.db.scalars(select(move.account).where(left | late).distinct()))

    def _find_visits(self) -> None:
        """Which accounts ever moved at a station: it is told what they do elsewhere."""
        move, journal = schema.staged_move.c, schema.journal.c
        here = schema.staged_move.join(schema.journal, journal.journal == move.journal)
        pairs = select(move.account, journal.station).select_from(here).where(move.journal != OWN_JOURNAL).distinct()
        self.db.execute(add_or_replace(schema.visited).from_select(schema.visited.columns.keys(), pairs))

    @property
    def closed(self) -> Month | None:
        """The last closed month."""
        if self._closed is None:
            self._closed = self.db.scalar(select(func.max(schema.closed_month.c.month)))
        return self._closed

    @property
    def programme(self) -> Programme:
        """The rules in force at this point of the replay."""
        if self._programme is None:
            content = self.db.scalar(
                select(schema.programme.c.content).order_by(schema.programme.c.version.desc()).limit(1)
            )
            assert content is not None, "the programme is the first fact of a network"
            self._programme = msgspec.json.decode(content, type=Programme)
        return self._programme

    @property
    def zone(self) -> ZoneInfo:
        return self.months.zone

    @property
    def months(self) -> MonthFinder:
        if self._months is None:
            self._months = MonthFinder(ZoneInfo(self.programme.zone))
        return self._months

    def insert(self, table: Table, *row: Any) -> None:  # noqa: ANN401 -- one value a column, as typed as the table
        """Write one row, or leave the one that is there."""
        run_many(self.db, add_or_replace(table), [row])

    def open_incident(self, fact: Fact, kind: str, at: Moment, document: str, card: str, note: str = "") -> None:
        """Something that waits for a person. `note` is the commitment of what somebody wrote about it."""
        followed = (1, note, "", "", 0)
        self.insert(schema.incident, fact.journal, fact.seq, fact.station, at, kind, document, card, *followed)

    def is_doubled(self, fact: Fact, document: str) -> bool:
        """Whether another line of the station credited this ticket: typed again after a disk was restored or copied.

        Asked of every sale, so stations of one line cost a look into a dictionary.
        """
        if self._claimed is None:
            self._claimed = self._tickets_of_parted()
        tickets = self._claimed.get(fact.station)
        return tickets is not None and tickets.setdefault(document, fact.journal) != fact.journal

    def _tickets_of_parted(self) -> dict[StationCode, dict[str, int]]:
        """The credited tickets of the stations that wrote more than one line, and the line of each."""
        self.flush()
        line, move = schema.journal.c, schema.movement.c
        several = select(line.station).group_by(line.station).having(func.count() > 1)
        parted = {s: dict[str, int]() for s in self.db.scalars(several)}
        if parted:
            rows = self.db.execute(
                select(line.station, move.reference, move.journal)
                .join(schema.movement, move.journal == line.journal)
                .where(line.station.in_(several), move.kind == "sale")
                .order_by(move.journal)
            )
            for station, document, journal in rows:
                parted[station].setdefault(document, journal)
        return parted

    def forget_lines(self) -> None:
        """A journal began or parted."""
        self._claimed = None

    def waiting_tickets(self) -> set[tuple[str, str]]:
        if self._waiting is None:
            known = schema.incident.c
            waiting = (known.open == 1) & known.kind.in_(CREDITABLE)
            rows = self.db.execute(select(known.station, known.document).where(waiting))
            self._waiting = {(station, document) for station, document in rows}
        return self._waiting

    def forget_programme(self) -> None:
        """Another programme was published."""
        self._months = self._programme = None

    def forget_closed(self) -> None:
        """Another month was closed."""
        self._closed = None
