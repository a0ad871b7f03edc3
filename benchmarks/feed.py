"""P8, P10: what stations are told: everything at first, a day's change, and nothing new over the link."""

import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import insert

from benchmarks.measuring import interleaved, seconds, show
from benchmarks.merge import ENTRIES, Prepared, take
from suite.central import schema
from suite.central.feeds import export_feed
from suite.domain.calendar import Month, month_named
from suite.domain.events.central import ExpiredPoints, ExpiryCorrected
from suite.domain.events.node import Mark
from suite.domain.ids import AccountId, StationCode
from suite.domain.quantities import Points
from suite.runtime.paths import Home
from suite.station import courier
from suite.sync.frames import QUICK_LEVEL, zstd
from tests.factories import World
from tests.link.doors import door_of, exchange_with

MEMBERS, FULL = 50_000, 1_000_000
AT_ONCE = 50_000
DAY_PERCENT = 5
E1 = StationCode("E1")
REPEATED = 20
PAUSE_SECONDS = 0.02
HISTORY = 2
"""Stations with ten thousand entries each, for the longer history."""


def network(folder: Path, members: int) -> tuple[World, courier.Station]:
    """A central with so many members, a card each and points of two months, and a paired station without data."""
    world, home = World(folder), Home(folder / "E1")
    invited = world.office.invite(E1)
    world.office.approve(courier.join(home, invited.content, invited.code.reveal(), world.clock).content)
    node = courier.open_station(home, world.clock)
    month = month_named("2026-10")
    for first in range(10, members + 10, AT_ONCE):
        fill(world, range(first, min(first + AT_ONCE, members + 10)), month)
    return world, node


def fill(world: World, accounts: range, month: Month) -> None:
    """Projections as a history would have left them."""
    with world.office.store.transaction() as db:
        db.execute(
            insert(schema.account),
            [{"account": n, "personal": "", "balance": n * 2_654_435_761 % 9973} for n in accounts],
        )
        cards = ({"card": f"604633{n:010d}", "account": n, "status": "active", "role": "holder"} for n in accounts)
        db.execute(insert(schema.card), [{**card, "issued": "2026-01-01", "changed": 1} for card in cards])
        for back in (0, 11):
            sums = {"earned": 20, "spent": 0, "expired": 0, "lot": 20 + back, "used": 0, "qualifying": 20}
            months = [{"account": n, "month": month - back, **sums} for n in accounts]
            db.execute(insert(schema.account_month), months)


def a_day(world: World, members: int, turn: int) -> int:
    """One member in twenty moved points, as central is told of it: by facts. Returns how many."""
    moved = range(10 + turn, 10 + members, 100 // DAY_PERCENT)
    month = month_named("2026-10")
    rows = [ExpiredPoints(AccountId(n), Points(1)) for n in moved]
    with world.office.store.transaction():
        chunks = [tuple(rows[i : i + 2000]) for i in range(0, len(rows), 2000)]
        world.office.store.append(
            [ExpiryCorrected(at=world.clock.now(), by="b", month=month, accounts=chunk) for chunk in chunks]
        )
    return len(moved)


# The floors


def bare_select(world: World) -> float:
    """The same rows read and compressed, nothing else."""

    def work() -> None:
        with world.office.store.transaction():
            told = world.office.store.told
            plain = b",".join(row for page in ("account", "card") for row in told.rows(StationCode(""), page))
        zstd.compress(plain, QUICK_LEVEL)

    return seconds(work)


def bare_upsert(folder: Path, members: int) -> float:
    """As many rows of the same columns into a plain database, no check, no encryption."""
    connection = sqlite3.connect(folder / f"floor-{os.urandom(4).hex()}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-65536")
    columns = "a INTEGER PRIMARY KEY, b INT, c TEXT, d TEXT, e INT, f TEXT, g TEXT, h TEXT, i TEXT"
    connection.execute(f"CREATE TABLE a ({columns})")
    connection.execute("CREATE TABLE c (a TEXT PRIMARY KEY, b INT, c TEXT, d TEXT, e TEXT, f INT) WITHOUT ROWID")
    accounts = [(n, n, "", "", 20, "[]", "[[24321,31]]", "[]", "null") for n in range(10, members + 10)]
    cards = [(f"604633{n:010d}", n, "active", "holder", "2026-01-01", 0) for n in range(10, members + 10)]

    def work() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO a VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", accounts)
        connection.executemany("INSERT OR REPLACE INTO c VALUES (?, ?, ?, ?, ?, ?)", cards)
        connection.execute("COMMIT")

    spent = seconds(work)
    connection.close()
    return spent


# What is measured


def measure_feeds(members: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world, node = network(folder, members)
        world.clock.moment += 1
        first: list[bytes] = []
        made = seconds(lambda: first.append(export_feed(world.office, E1).content))
        shutil.copytree(folder / "E1", folder / "again")
        loaded = seconds(lambda: courier.take(node, first[0], world.clock.now()))
        memory = memory_of_loading(folder, first[0])
        rows, size = 2 * members, len(first[0])
        show(
            f"The first feed of {members:,} members and as many cards",
            [
                ("made from nothing: every row, then the bundle", f"{made:.2f} s", ""),
                *built(world, folder, members, loaded),
                ("size", f"{size / 1e6:.1f} MB", f"{size / rows:.1f} B a row"),
                ("highest memory of `canje station import`", f"{memory:.0f} MiB", ""),
            ],
        )
        days(world, node, members)


def memory_of_loading(folder: Path, feed: bytes) -> float:
    """The same feed taken by a command, in a program of its own, at another copy of the station. In MiB."""
    (folder / "feed.csb").write_bytes(feed)
    line = [
        sys.executable,
        "-m",
        "suite",
        "station",
        "--home",
        str(folder / "again"),
        "import",
        str(folder / "feed.csb"),
    ]
    environment = {**os.environ, "CANJE_CLOCK": "2026-10-15T10:00:00-03:00"}
    highest = 0
    with subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:  # its own peak: what the system sums up for a child holds its parent's too
            found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child.pid}/status").read_text())
            highest = max(highest, int(found[1]) if found else 0)
            time.sleep(PAUSE_SECONDS)
    assert child.returncode == 0, "the command took it"
    return highest / 1024


def built(world: World, folder: Path, members: int, loaded: float) -> list[tuple[str, str, str]]:
    """Another bundle of everything, for the station did not say what it has; against its floors."""
    whole = {"build": lambda: seconds(lambda: export_feed(world.office, E1)), "select": lambda: bare_select(world)}
    found = interleaved(whole, runs=3)
    floor = bare_upsert(folder, members)
    return [
        (
            "the bundle from rows that stand there",
            f"{found['build']:.2f} s",
            f"{found['build'] / found['select']:.2f} × select + compress",
        ),
        ("bare SELECT + compress", f"{found['select']:.2f} s", ""),
        ("loaded at the station, durable", f"{loaded:.2f} s", f"{loaded / floor:.2f} × bare upsert"),
        ("bare bulk upsert", f"{floor:.2f} s", ""),
    ]


def days(world: World, node: courier.Station, members: int) -> None:
    """A delta of a day, three times: made and taken."""
    made, taken, sizes, changed = list[float](), list[float](), list[int](), 0
    for turn in range(3):
        marked(world, node)
        changed = a_day(world, members, turn)
        world.clock.moment += 1
        begun = time.perf_counter()
        delta = export_feed(world.office, E1).content
        made.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        courier.take(node, delta, world.clock.now())
        taken.append(time.perf_counter() - begun)
        sizes.append(len(delta))
    size = statistics.median(sizes)
    rows = [
        (what, f"{statistics.median(times):.2f} s", f"{statistics.median(times) / changed * 1e6:.0f} µs a member")
        for what, times in (("made", made), ("taken", taken))
    ]
    show(
        f"A day's delta: {changed:,} of {members:,} members",
        [*rows, ("size", f"{size / 1e3:.0f} kB", f"{size / changed:.1f} B a member")],
    )


def marked(world: World, node: courier.Station) -> None:
    """The station tells central which feed it has."""
    state = node.store.feed_state()
    assert state is not None, "the first feed is here"
    with node.store.writing():
        node.store.append(Mark(at=world.clock.now(), feed=state.name, feed_count=state.count, era=state.era))
        node.store.witness.refuse_feed("base")
    exported = courier.export(node, world.clock)
    assert exported is not None, "there is a mark to carry"
    world.merge(exported.content)


# Nothing new


class Nothing(BaseHTTPRequestHandler):
    """A server that does nothing: what a round trip costs."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def round_trip(address: str) -> float:
    """A bundle's bytes to a server that does nothing, and its answer."""
    request = urllib.request.Request(address, data=b"x" * 700)

    def ask() -> None:
        with urllib.request.urlopen(request) as answer:
            answer.read()

    return seconds(ask)


def measure_nothing_new() -> None:
    """An exchange that brings nothing, with a short history at central and with a long one."""
    with tempfile.TemporaryDirectory() as name, ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as nothing:
        threading.Thread(target=nothing.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{nothing.server_address[1]}/"
        prepared = Prepared(Path(name))
        world = prepared.world
        world.office.add_station(E1, "E1", None)
        world.pair(E1)
        rows = []
        for entries in (0, HISTORY * ENTRIES):
            if entries:
                take(world.office, prepared.bundles[:HISTORY])
            with door_of(world) as door:
                world.clock.moment += 1
                exchange_with(world, E1, door.url)
                found = interleaved(
                    {
                        "nothing": lambda: nothing_new(world, door.url),
                        "trip": lambda: statistics.median(round_trip(address) for _ in range(REPEATED)),
                    }
                )
            ratio = f"{found['nothing'] / found['trip']:.1f} × round trip"
            rows.append((f"with {entries:,} entries at central", f"{found['nothing'] * 1000:.2f} ms", ratio))
        nothing.shutdown()
        show("An exchange with nothing new, over the loopback", [*rows, round_trip_row(found["trip"])])


def round_trip_row(spent: float) -> tuple[str, str, str]:
    return "a round trip to a server that does nothing", f"{spent * 1000:.2f} ms", ""


def nothing_new(world: World, url: str) -> float:
    """The median of some exchanges; the clock moves, so that the door lets all of them in."""

    def one() -> float:
        world.clock.moment += 10_000
        return seconds(lambda: exchange_with(world, E1, url))

    return statistics.median(one() for _ in range(REPEATED))


def main() -> None:
    measure_feeds(FULL if "--full" in sys.argv else MEMBERS)
    measure_nothing_new()
