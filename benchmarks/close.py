"""P4: a month's close (tiers, then expiry) and the liability, embedded and encrypted, beside the same sums elsewhere.

Central holds `history` as its projector wrote it, and every month but the last ones is closed. Then some closes are
measured in turn, each between the sums that it must find: SQLite's own over a plain copy, of the movements and of the
months, and DuckDB's over the movements. Whatever ours records must be what DuckDB found, to the row. `--full` adds a
network of 1,000,000 members to that of 100,000, and how much longer it took.
"""

import csv
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path

import duckdb

from benchmarks.history import FIRST, JOURNALS, MONTHS, Move, history
from benchmarks.measuring import RUNS, interleaved, seconds, show
from suite.central.jobs.month_close import Close, close_month, cutoff_of
from suite.central.liability import CLOSES_LOOKED_AT, Liability, liability
from suite.central.projector import Fact, Projector
from suite.domain.calendar import Month, month_name, month_start
from suite.domain.events.central import ExpiredPoints, MonthClosed, PointsExpired
from suite.domain.ids import StationCode
from suite.domain.lots import CREDITED, EXPIRED, QUALIFYING
from suite.domain.quantities import Points
from suite.domain.tiers import reached
from tests.factories import TOML, World

SMALL, FULL = 100_000, 1_000_000
MOVES_A_MEMBER = 10
BYTES_A_MOVE = 300
"""On disk: the encrypted file and its log, the plain copy, the rows as text; measured, then rounded up."""

EXPIRY_MONTHS, TIER_MONTHS = 24, 12
TIERS = '[[tiers]]\ncode = "{}"\nname = "{}"\npoints = {}\n'
LADDER = "".join(TIERS.format(*tier) for tier in (("classic", "Classic", 0), ("silver", "Silver", 1000)))
LADDER += TIERS.format("gold", "Gold", 5000)
TEXT = TOML.replace("expire_after_months = 12", f"expire_after_months = {EXPIRY_MONTHS}") + LADDER
ACCOUNTS_A_BATCH = 20_000

MEASURED = Month(FIRST + MONTHS - RUNS)
"""The first measured close; those after it follow month by month."""

SETTLED = Month(FIRST + EXPIRY_MONTHS - 2)
"""Nothing expires up to this close: it stands for all before it."""

LOT, LOT_ONLY, RETURN, SPENT, GONE = range(5)
"""What peers hold in the place of a kind, so that they compare numbers: `part <= 1` is credited to a lot and so on."""

MOVEMENTS = """
    SELECT account,
        coalesce(sum(points) FILTER (WHERE month <= CASE WHEN part <= 1 THEN {cutoff} ELSE {last} END), 0) AS due,
        sum(points) FILTER (WHERE (part = 0 OR part = 2) AND month > {before} AND month <= {last}) AS earned
    FROM mov GROUP BY account"""
BY_MONTH = """
    SELECT account, sum(CASE WHEN month <= {cutoff} THEN lot - used - expired
                             WHEN month <= {last} THEN -used - expired ELSE 0 END) AS due,
        sum(CASE WHEN month > {before} AND month <= {last} THEN qualifying END) AS earned
    FROM months GROUP BY account"""
IN_ALL = "SELECT count(*) FILTER (WHERE due > 0), sum(due) FILTER (WHERE due > 0), sum(earned) FROM ({sums}) AS sums"
MAKE_MONTHS = """
    INSERT INTO months SELECT account, month, sum(CASE WHEN part <= 1 THEN points ELSE 0 END),
        -sum(CASE WHEN part IN (2, 3) THEN points ELSE 0 END), -sum(CASE WHEN part = 4 THEN points ELSE 0 END),
        sum(CASE WHEN part IN (0, 2) THEN points ELSE 0 END)
    FROM mov GROUP BY account, month"""
OPEN_LOTS = """
    WITH gone AS (SELECT account, -sum(points) FILTER (WHERE part > 1) AS gone FROM mov GROUP BY account),
    lots AS (SELECT account, month, sum(points) AS lot FROM mov WHERE part <= 1 GROUP BY account, month),
    running AS (SELECT account, month, lot, sum(lot) OVER (PARTITION BY account ORDER BY month) AS upto FROM lots)
    SELECT month, sum(least(lot, upto - coalesce(gone, 0))) FROM running JOIN gone USING (account)
    WHERE upto > coalesce(gone, 0) AND lot > 0 GROUP BY month ORDER BY month"""
DEBTS = "SELECT coalesce(-sum(b), 0) FROM (SELECT sum(points) AS b FROM mov GROUP BY account) AS t WHERE b < 0"
OVERDUE = """
    SELECT coalesce(sum(points) FILTER (WHERE part <= 1 AND month > {due_after} AND month <= {cutoff}), 0),
        coalesce(-sum(points) FILTER (WHERE part = 4 AND month > {lost_after} AND month <= {last}), 0) FROM mov"""


def part_of(kind: str) -> int:
    if kind in EXPIRED:
        return GONE
    if kind in CREDITED:
        return LOT if kind in QUALIFYING else LOT_ONLY
    return RETURN if kind in QUALIFYING else SPENT


def asked(sql: str, month: Month) -> str:
    """A question about the close of a month."""
    cutoff = cutoff_of(month, EXPIRY_MONTHS)
    looked = {"due_after": cutoff - CLOSES_LOOKED_AT, "lost_after": month - CLOSES_LOOKED_AT}
    return sql.format(last=month, cutoff=cutoff, before=month - TIER_MONTHS, **looked)


class Peers:
    """The movements in DuckDB, in memory; and as a plain SQLite file, with their months."""

    def __init__(self, folder: Path, rows: Path) -> None:
        self.duck = duckdb.connect()
        self.duck.execute("CREATE TABLE mov (account INTEGER, month INTEGER, part TINYINT, points INTEGER)")
        self.plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
        for rule in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"):
            self.plain.execute(f"PRAGMA {rule}")
        self.plain.execute(
            "CREATE TABLE mov (account INT, n INT, month INT, part INT, points INT, PRIMARY KEY (account, n)) "
            "WITHOUT ROWID"
        )
        self.plain.execute(
            "CREATE TABLE months (account INT, month INT, lot INT, used INT, expired INT, qualifying INT, "
            "PRIMARY KEY (account, month)) WITHOUT ROWID"
        )
        self._moves = 0
        self._take(rows)
        self.plain.execute(MAKE_MONTHS)

    def _take(self, path: Path) -> None:
        self.duck.execute(f"COPY mov FROM '{path}' (HEADER false)")
        with path.open(newline="") as file:
            rows = ((account, n, *rest) for n, (account, *rest) in enumerate(csv.reader(file), start=self._moves))
            self.plain.execute("BEGIN")
            self.plain.executemany("INSERT INTO mov VALUES (?, ?, ?, ?, ?)", rows)
            self.plain.execute("COMMIT")
        self._moves = self.duck.execute("SELECT count(*) FROM mov").fetchone()[0]

    def close(self, path: Path, month: Month, expired: list[ExpiredPoints]) -> None:
        """Take what a close wrote."""
        if not expired:
            return
        with path.open("w", newline="") as file:
            csv.writer(file).writerows((row.account, month, GONE, -row.points) for row in expired)
        self._take(path)
        self.plain.execute("BEGIN")
        self.plain.executemany(
            "INSERT INTO months VALUES (?, ?, 0, 0, ?, 0) "
            "ON CONFLICT (account, month) DO UPDATE SET expired = expired + excluded.expired",
            [(row.account, month, row.points) for row in expired],
        )
        self.plain.execute("COMMIT")

    def liability(self, month: Month) -> tuple[list[tuple[str, int]], int, int, int]:
        """Open points by month, debts, and what fell due and what expired at the last closes."""
        lots = [(month_name(Month(m)), points) for m, points in self.duck.execute(OPEN_LOTS).fetchall()]
        debts = self.duck.execute(DEBTS).fetchone()[0]
        return lots, debts, *self.duck.execute(asked(OVERDUE, month)).fetchone()


class Network:
    """A central with so many members, all its closes up to the measured ones, and its peers."""

    def __init__(self, folder: Path, members: int) -> None:
        folder.mkdir()
        self.members, self.folder, self.moves = members, folder, 0
        self.office = World(folder, toml=TEXT).office
        rows = folder / "rows.csv"
        with rows.open("w", newline="") as file:
            self._fill(csv.writer(file))
        with self.office.store.transaction():
            now, by = self.office.clock.now(), self.office.operator
            cutoff = cutoff_of(SETTLED, EXPIRY_MONTHS)
            self.office.store.append(
                [MonthClosed(at=now, by=by, month=SETTLED, accounts=0, points=Points(0), cutoff=cutoff)]
            )
        self.month = Month(SETTLED + 1)
        self.peers = Peers(folder, rows)
        while self.month < MEASURED:
            self.close()
        self.found = self._liability = None

    def _fill(self, rows) -> None:
        """Movements through the projector, account by account: it stages a batch and sums it in SQL."""
        with self.office.store.transaction():
            zone = self.office.zone()
        moves = history(self.members, lambda month: month_start(month, zone))
        for _, batch in groupby(moves, key=lambda move: move.account // ACCOUNTS_A_BATCH):
            moved = list(batch)
            with self.office.store.transaction() as connection:
                projector = Projector(connection)
                accounts = dict.fromkeys(map(attrgetter("account"), moved))
                projector.accounts += ((account, f"{account:064x}", 0) for account in accounts)
                self._project(projector, moved)
                projector.flush()
            rows.writerows((m.account, m.effect, part_of(m.kind), m.points) for m in moved)

    def _project(self, projector: Projector, moves: list[Move]) -> None:
        for m in moves:
            self.moves += 1
            journal = 1 + self.moves % JOURNALS
            fact = Fact(journal, StationCode("E1"), self.moves, None)
            document = f"B{journal:04d}-{self.moves:08d}"
            projector.move(fact, m.account, m.at, m.kind, m.points, document, month=m.month, effect=m.effect)

    # The cases; a round ends with the next month

    def plain(self, sums: str) -> float:
        return self._sums(self.peers.plain, sums)

    def duck(self) -> float:
        return self._sums(self.peers.duck, MOVEMENTS)

    def _sums(self, engine: sqlite3.Connection | duckdb.DuckDBPyConnection, sums: str) -> float:
        """The sums alone, of all members, and of them only the totals: nothing is fetched row by row."""
        sql, found = asked(IN_ALL.format(sums=sums), self.month), []
        spent = seconds(lambda: found.extend(engine.execute(sql).fetchone()))
        self.found = self.found or found
        assert found == self.found, "the same sums over the same rows"
        return spent

    def rehearse(self) -> float:
        return seconds(lambda: close_month(self.office, self.month, rehearse=True))

    def close(self) -> float:
        """Close the month, hold what was recorded against DuckDB, and let the peers know of it."""
        before, done = self._last(), list[Close]()
        spent = seconds(lambda: done.append(close_month(self.office, self.month)))
        self.done = done[0]
        expired = list(self._expired(before))
        self._check(expired)
        self.peers.close(self.folder / "expired.csv", self.month, expired)
        self.month, self.found = Month(self.month + 1), None
        return spent

    def _last(self) -> int:
        with self.office.store.transaction():
            return self.office.store.tip().seq

    def _expired(self, before: int) -> Iterator[ExpiredPoints]:
        """What central's journal says since that entry."""
        with self.office.store.transaction():
            events = [self.office.store.own_event(n)[1] for n in range(before + 1, self.office.store.tip().seq + 1)]
        return chain.from_iterable(event.accounts for event in events if isinstance(event, PointsExpired))

    def _check(self, expired: list[ExpiredPoints]) -> None:
        rows = self.peers.duck.execute(asked(MOVEMENTS, self.month) + " ORDER BY account").fetchall()
        assert [(row.account, row.points) for row in expired] == [(a, due) for a, due, _ in rows if due > 0]
        with self.office.store.transaction():
            ladder, tiers = self.office.programme().tiers, self.office.store.members.tiers()
        base = reached(ladder, 0)
        assert all(tiers.get(account, base) == reached(ladder, max(0, earned or 0)) for account, _, earned in rows)

    def liability(self) -> float:
        """Asked after the close, so of the month before."""
        found = list[Liability]()
        spent = seconds(lambda: found.append(liability(self.office)))
        one = found[0]
        self._liability = ([(row.earned, row.points) for row in one.lots], one.debts, one.due, one.expired)
        return spent

    def duck_liability(self) -> float:
        found = []
        spent = seconds(lambda: found.append(self.peers.liability(Month(self.month - 1))))
        assert found == [self._liability], "the same liability from the same rows"
        return spent


def cases(network: Network) -> dict:
    """In this order: the close ends the month that the sums before it are about."""
    return {
        (network.members, "mov"): lambda: network.plain(MOVEMENTS),
        (network.members, "months"): lambda: network.plain(BY_MONTH),
        (network.members, "duck"): network.duck,
        (network.members, "decide"): network.rehearse,
        (network.members, "close"): network.close,
        (network.members, "liability"): network.liability,
        (network.members, "duck liability"): network.duck_liability,
    }


def show_one(network: Network, found: dict[str, float], prepared: float) -> None:
    def row(what: str, name: str, *floors: tuple[str, str]) -> tuple[str, str, str]:
        ratios = [f"{found[name] / found[floor]:.2f} × {called}" for floor, called in floors]
        return what, f"{found[name] * 1e3:,.0f} ms", ", ".join(ratios) or "1.00"

    sums, done = (("months", "the months"), ("mov", "the movements"), ("duck", "DuckDB")), network.done
    show(
        f"Close of a month, {network.members:,} members, {network.moves:,} movements: {done.accounts:,} lose points, "
        f"{done.climbed + done.fell:,} change tier (median of {RUNS} closes in turn; prepared in {prepared:.0f} s)",
        [
            row("floor: the sums alone, plain SQLite, months", "months"),
            row("floor: the sums alone, plain SQLite, movements by member", "mov"),
            row(f"peer: the sums alone, DuckDB {duckdb.__version__}, in memory", "duck"),
            row("a rehearsal: decide, and record nothing", "decide", *sums),
            row("the close: tiers, expiry, recorded, durable, encrypted", "close", *sums),
            row("peer: open lots by month, debts, breakage, DuckDB", "duck liability"),
            row("the liability", "liability", ("duck liability", "DuckDB")),
        ],
    )


def show_growth(small: Network, full: Network, found: dict) -> None:
    names = ("months", "mov", "duck", "decide", "close", "liability", "duck liability")
    grown = [(name, found[full.members, name] / found[small.members, name]) for name in names]
    show(
        f"From {small.moves:,} to {full.moves:,} movements ({full.moves / small.moves:.2f} ×)",
        [(name, "", f"{ratio:.2f} ×") for name, ratio in grown],
    )


def main() -> None:
    sizes = (SMALL, FULL) if "--full" in sys.argv else (SMALL,)
    with tempfile.TemporaryDirectory() as name:
        need = sum(sizes) * MOVES_A_MEMBER * BYTES_A_MOVE
        if shutil.disk_usage(name).free < need:
            sys.exit(f"{name} has no room for {need / 1e9:.1f} GB: point TMPDIR to a disk that has.")
        networks, prepared = [], []
        for members in sizes:
            start = time.perf_counter()
            networks.append(Network(Path(name) / str(members), members))
            prepared.append(time.perf_counter() - start)
        found = interleaved({key: case for network in networks for key, case in cases(network).items()})
        for network, spent in zip(networks, prepared, strict=True):
            mine = {case: time for (members, case), time in found.items() if members == network.members}
            show_one(network, mine, spent)
        if len(networks) > 1:
            show_growth(*networks, found)
