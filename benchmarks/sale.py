"""P3: one sale, decided, appended, projected and committed, against a bare durable commit of one row."""

import tempfile
from pathlib import Path

from benchmarks.measuring import percentile, seconds, show
from suite.runtime.db import open_database, writing
from tests.factories import ANA, World

SALES = 3000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        site = World(Path(name)).pair("E1")
        bare = open_database(Path(name) / "bare.db", bytes(32))
        bare.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)")

        def commit(number: int) -> None:
            with writing(bare):
                bare.execute("INSERT INTO t VALUES (?, ?)", (number, bytes(200)))

        floor, ours = [], []
        for n in range(SALES):
            floor.append(seconds(lambda n=n: commit(n)))
            ours.append(seconds(lambda n=n: site.sell(ANA, f"T-{n}")))
        rows = []
        for percent in (50, 99):
            low, high = percentile(floor, percent), percentile(ours, percent)
            rows.append((f"floor: bare durable commit, p{percent}", f"{low * 1e6:,.0f} µs", "1.00"))
            rows.append((f"one sale, p{percent}", f"{high * 1e6:,.0f} µs", f"{high / low:.2f} × the floor"))
        rows.append(("p99 of a sale over its p50", "", f"{percentile(ours, 99) / percentile(ours, 50):.1f} ×"))
        show(f"Commit of one sale, {SALES:,} of them, encrypted, WAL FULL", rows)
