"""P1, P2: 100,000 sealed entries from 10 stations: verified, admitted, projected, durable; and their size."""

import os
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.measuring import interleaved, seconds, show
from suite.central.merge import Merged, merge
from suite.central.office import Office
from suite.domain.earning import EarnedLine
from suite.domain.events.station import SaleRecorded
from suite.domain.ids import CENTRAL
from suite.journal.admission import RUN_ENTRIES_MAX, run_to_bytes, seal_run
from suite.journal.chain import heads
from suite.journal.codec import encode
from suite.journal.entry import START, Tip
from suite.runtime.paths import Home
from suite.runtime.secrets import random_bytes
from suite.station import courier
from suite.sync.bundle import Core, close_bundle
from suite.sync.frames import RUN, Frame
from tests.factories import TOML, World

STATIONS, ENTRIES, MEMBERS = 10, 10_000, 50_000
DAY = 500
PRICES = {"2": 1267, "cafe": 3200}


class Prepared:
    """A central with ten paired stations, and each one's journal as bundles and as ready rows."""

    def __init__(self, folder: Path) -> None:
        stations = "".join(f'[[stations]]\ncode = "S{n:02d}"\nname = "Estación {n}"\n' for n in range(STATIONS))
        self.world = World(folder, toml=TOML.split("[[stations]]")[0] + stations)
        self.bodies: list[bytes] = []
        self.bundles = [self._station(folder, n) for n in range(STATIONS)]
        self.day = len(self._bundle(self.first, [self.first_bodies[0], *self.first_bodies[1 : DAY + 1]]))

    def _station(self, folder: Path, number: int) -> bytes:
        invited = self.world.office.invite(f"S{number:02d}")
        home = Home(folder / f"S{number:02d}")
        self.world.office.approve(courier.join(home, invited.content, invited.code.reveal(), self.world.clock).content)
        node = courier.open_station(home)
        bodies = [node.membership.genesis.encode(), *(encode(sale(number, n)) for n in range(ENTRIES))]
        self.bodies += bodies[1:]
        self.first, self.first_bodies = node, bodies
        return self._bundle(node, bodies)

    def _bundle(self, node: courier.Station, bodies: list[bytes]) -> bytes:
        invitation, tip, frames = node.membership.invitation, START, []
        for start in range(0, len(bodies), RUN_ENTRIES_MAX):
            part = bodies[start : start + RUN_ENTRIES_MAX]
            frames.append(Frame(RUN, run_to_bytes(seal_run(node.identity.current.signer, node.store.log, tip, part))))
            tip = Tip(tip.seq + len(part), heads(tip, part)[-1])
        core = Core(
            1,
            invitation.network,
            node.store.log.hex(),
            invitation.station,
            invitation.log,
            CENTRAL,
            self.world.clock.now(),
        )
        return close_bundle(core, frames, to_box=bytes.fromhex(node.trust.current().box), file_key=random_bytes(32))

    def forget(self) -> None:
        """Central as it was before any bundle came."""
        with self.world.office.store.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM run")
            self.world.office.store.rebuild()
        with self.world.office.store.transaction() as connection:
            connection.exec_driver_sql("SELECT 1")


def sale(station: int, number: int) -> SaleRecorded:
    """A sale like those of a real day: members come back, quantities and prices vary."""
    mixed = (number * 7919 + station * 104_729) % MEMBERS
    member = 1 + (mixed % 10_000 if number % 5 else mixed)
    product = "cafe" if number % 9 == 0 else "2"
    millis = 1000 if product == "cafe" else 5_000 + (number * 731) % 55_000
    amount = millis * PRICES[product] // 10
    line = EarnedLine(product, millis, amount, amount // 100, "everything")
    return SaleRecorded(
        at=1_792_000_000_000 + number * 61_000 + (number * 7) % 997,
        document=f"B{station:04d}-{40_000 + number:08d}",
        card=f"604633{member:09d}0",
        account=member,
        lines=(line,),
        points=line.points,
        version=1,
        attendant=f"{1 + number % 8:02d}",
    )


def take(office: Office, bundles: list[bytes]) -> float:
    named = [(str(n), bundle) for n, bundle in enumerate(bundles)]
    found: list[object] = []
    spent = seconds(lambda: found.extend(merge(office, named).results))
    assert all(isinstance(result, Merged) for result in found), found
    return spent


def plain_database(folder: Path) -> sqlite3.Connection:
    path = folder / f"floor-{os.urandom(4).hex()}.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-65536")
    return connection


def floor_of_bytes(folder: Path, bodies: list[bytes]) -> float:
    """The same bytes inserted and nothing else: no check, no table but one, no encryption."""
    connection = plain_database(folder)
    connection.execute("CREATE TABLE entry (station INT, seq INT, body BLOB, PRIMARY KEY (station, seq)) WITHOUT ROWID")
    rows = [(n // ENTRIES, n % ENTRIES, body) for n, body in enumerate(bodies)]

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")

    spent = seconds(insert)
    connection.close()
    return spent


def floor_of_rows(folder: Path) -> float:
    """Ready-made movements and balances inserted and nothing else (performance.md, P1)."""
    connection = plain_database(folder)
    connection.execute(
        "CREATE TABLE movement (account INT, at INT, journal INT, seq INT, kind TEXT, points INT, reference TEXT, "
        "PRIMARY KEY (account, at, journal, seq)) WITHOUT ROWID"
    )
    connection.execute("CREATE TABLE account (account INTEGER PRIMARY KEY, balance INT)")
    sales = [(s, n, sale(s, n)) for s in range(STATIONS) for n in range(ENTRIES)]
    moves = sorted((e.account, e.at, s, n, "sale", e.points, e.document) for s, n, e in sales)
    sums: dict[int, int] = {}
    for move in moves:
        sums[move[0]] = sums.get(move[0], 0) + move[5]

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?)", moves)
        connection.executemany(
            "INSERT INTO account VALUES (?, ?) ON CONFLICT (account) "
            "DO UPDATE SET balance = balance + excluded.balance",
            sorted(sums.items()),
        )
        connection.execute("COMMIT")

    spent = seconds(insert)
    connection.close()
    return spent


def ratios(found: dict[str, float]) -> str:
    return f"{found['rows'] / found['ours']:.2f} of rows, {found['bytes'] / found['ours']:.2f} of bytes"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared = Prepared(folder)
        office = prepared.world.office

        def ours() -> float:
            prepared.forget()
            return take(office, prepared.bundles)

        found = interleaved(
            {
                "rows": lambda: floor_of_rows(folder),
                "bytes": lambda: floor_of_bytes(folder, prepared.bodies),
                "ours": ours,
                "again": lambda: take(office, prepared.bundles),
            }
        )
        entries = STATIONS * ENTRIES
        show(
            f"Merge of {entries:,} entries from {STATIONS} stations, empty central (median of 5)",
            [
                ("floor: ready rows (movement + balance), plain SQLite", f"{entries / found['rows']:,.0f}/s", "1.00"),
                (
                    "floor: the same bytes inserted, plain SQLite",
                    f"{entries / found['bytes']:,.0f}/s",
                    f"{found['rows'] / found['bytes']:.2f}",
                ),
                (
                    "ours: open, verify, admit, project, durable, encrypted",
                    f"{entries / found['ours']:,.0f}/s",
                    ratios(found),
                ),
                (
                    "the same bundles again",
                    f"{found['again']:.3f} s",
                    f"{found['again'] / found['ours']:.2f} of the first time",
                ),
                ("bundle of a day of 500 sales", f"{prepared.day:,} B", f"{prepared.day / DAY:.1f} B an entry"),
                (
                    "bundle of 10,000 sales",
                    f"{len(prepared.bundles[0]):,} B",
                    f"{len(prepared.bundles[0]) / ENTRIES:.1f} B an entry",
                ),
            ],
        )
