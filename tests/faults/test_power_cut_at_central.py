"""The power fails while central merges and backs up: what was confirmed is there, a copy by its name is whole."""

import shutil
import sys
from pathlib import Path

import pytest

from suite.central.backup import BACKUP_SUFFIX, inspect_copy
from suite.central.doctor import examine_content
from suite.central.office import open_office
from suite.runtime.errors import StorageTrouble
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from tests.factories import ANA, World
from tests.faults.conftest import dice_of, long_run
from tests.faults.lossy_disk import Disk
from tests.faults.test_power_cut import contents_of, materialise
from tests.faults.tracing import needs_strace, record

STATES = 15
SCRIPT = Path(__file__).parent / "scripted_office.py"


@pytest.fixture
def office_day(tmp_path):
    """A closed central in a folder of its own, and a bundle that it does not know yet."""
    world = World(tmp_path)
    site = world.pair("E1")
    for n in range(5):
        site.sell(ANA, f"A-{n}")
    bundle = tmp_path / "bundle"
    bundle.write_bytes(world.bundle("E1"))
    site.node.store.close()
    world.office.store.close()
    folder = tmp_path / "day"
    (folder / "copies").mkdir(parents=True)
    shutil.copytree(tmp_path / "central", folder / "central")
    return world, folder, bundle


def faults_at_central(folder: Path, world, told: dict[str, list[str]]) -> list[str]:
    """What does not hold there: counts and copies that were told, every journal and table, every copy with a name."""
    secrets = load_node_secrets(Home(folder / "central").keys)
    office = open_office(Home(folder / "central"), world.clock, "tester")
    try:
        with office.store.transaction():
            count = office.store.count()
        found = [f"lost facts after {count}"] if count < max(map(int, told["COUNT"]), default=0) else []
        scratch = folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        findings = examine_content(office.store, scratch, secrets.database_key(), world.clock)
        found += [finding.words() for finding in findings if not finding.good]
    finally:
        office.store.close()
    copies = {path.name: path for path in (folder / "copies").glob(f"*{BACKUP_SUFFIX}")}
    found += [f"lost copy {path}" for path in told["BACKUP"] if Path(path).name not in copies]
    for path in copies.values():
        try:
            inspect_copy(path, secrets)
        except StorageTrouble as trouble:
            found.append(f"torn copy: {trouble}")
    return found


@needs_strace
def test_no_power_cut_tears_a_backup_or_loses_a_merge(office_day, tmp_path, fast_folder):
    world, folder, bundle = office_day
    notes, disk = tmp_path / "notes", Disk(contents_of(folder))
    command = [sys.executable, str(SCRIPT), str(folder), str(bundle), str(notes)]
    calls = record(command, folder, notes, tmp_path / "strace.log")
    dice, told, broken = dice_of(20261122), {"COUNT": [], "BACKUP": []}, []
    cuts = sorted(dice.choices(range(len(calls)), k=long_run(STATES)))

    for place, call in enumerate(calls):
        if call.path != str(notes):
            disk.feed(call)
        elif call.kind == "write":
            word, _, rest = call.content.decode().strip().partition(" ")
            told[word].append(rest)
        for _ in range(cuts.count(place)):
            materialise(disk.after_a_cut(dice), folder, fast_folder)
            (fast_folder / "copies").mkdir(exist_ok=True)
            broken += [f"call {place}: {fault}" for fault in faults_at_central(fast_folder, world, told)]

    assert broken == []
    assert (len(told["COUNT"]), len(told["BACKUP"])) == (3, 2)
