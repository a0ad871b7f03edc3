"""The long runs: `make soak`, or some of them and less of each: `make soak ARGS="--share 0.01 lives kills"`.

Two run at a time, each a test with `CANJE_LONG` set to how many cases it shall try. Figures are printed as they come.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PARTS = {
    "lives": (100_000, "tests/sim/test_simulation.py::test_many_more_lives"),
    "cuts": (1_000_000, "tests/faults/test_power_cut.py::test_no_power_cut_loses_what_was_confirmed"),
    "cuts-devices": (2_000, "tests/faults/test_power_cut_on_devices.py"),
    "cuts-central": (10_000, "tests/faults/test_power_cut_at_central.py"),
    "kills": (20_000, "tests/faults/test_kill.py"),
    "calls": (1, "tests/faults/test_syscalls.py"),
    "flips": (10_000, "tests/faults/test_disk_full.py::test_every_flipped_byte_of_the_file_is_noticed"),
    "mutations": (100_000, "tests/fuzz"),
    "lots": (1_000_000, "tests/domain/test_lots.py -k dice"),
    "lots-drawn": (20_000, "tests/domain/test_lots.py"),
    "splitting": (100_000, "tests/domain/test_splitting.py"),
    "spending": (1, "tests/domain/test_spending_model.py"),
    "ledger-machine": (5_000, "tests/central/test_ledger_machine.py"),
    "spending-machine": (5_000, "tests/central/test_spending_machine.py"),
}
"""By name: how many cases of it are asked for, and the test that tries them."""


def run(name: str, share: float, seed: int) -> bool:
    """One part. Whether nothing was found."""
    full, test = PARTS[name]
    cases, began = max(1, round(full * share)), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *test.split()],
        env={**os.environ, "CANJE_LONG": str(cases), "CANJE_SEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    print(f"{name:<18}{cases:>10} cases {seconds:>9.0f} s  {'clean' if not done.returncode else 'FAILED'}", flush=True)
    if done.returncode:
        Path(f"soak-{name}.log").write_text(done.stdout + done.stderr)
        print(f"{'':<18}see soak-{name}.log", flush=True)
    return not done.returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="how much of each run, 1 for all")
    parser.add_argument("--seed", type=int, default=0, help="other dice; lives: how many were lived by earlier runs")
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], help="which runs; all when none is named")
    asked = parser.parse_args()
    with ThreadPoolExecutor(max_workers=2) as two:
        clean = list(two.map(lambda name: run(name, asked.share, asked.seed), asked.part or PARTS))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
