"""What has to hold after any fault: all that was confirmed is there, nothing is torn, and central takes the export."""

from dataclasses import dataclass, field
from pathlib import Path

from suite.central.merge import Merged, _Delivery
from suite.runtime.clock import StoppedClock
from suite.runtime.db import damage_in, open_reader
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.station import courier
from suite.station.inspection import Inspection
from suite.sync.registry import keys_of
from tests.faults.scripted_day import NOON, SALES


@dataclass
class Notes:
    """What a day confirmed before it ended."""

    sales: list[str] = field(default_factory=list)
    prizes: int = 0
    files: list[Path] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def notes_of(path: Path) -> Notes:
    notes = Notes()
    for line in path.read_text().splitlines() if path.exists() else []:
        word, _, rest = line.partition(" ")
        if word == "SALE":
            notes.sales.append(rest)
        elif word == "PRIZE":
            notes.prizes += 1
        elif word == "FILE":
            notes.files.append(Path(rest))
        else:
            notes.troubles.append(line)
    return notes


class RolledBack(Exception):
    """The end of a transaction that was only a question."""


def faults_after(home: Home, notes: Notes, office) -> list[str]:
    """Everything that does not hold in that folder; empty when all is well. Opens the station as people would."""
    node = courier.open_station(home)
    store = node.store
    try:
        found = [f"lost: {document}" for document in notes.sales if store.ticket(document) is None]
        handed = sum(1 for seq in range(1, store.verify() + 1) if type(store.event_at(seq)).__name__ == "PrizeRedeemed")
        if handed < notes.prizes:
            found.append(f"lost: {notes.prizes - handed} prizes")
        if damage := damage_in(store._db):
            found.append(f"damaged: {damage}")
        reader = open_reader(home.database, load_node_secrets(home.keys).database_key())
        logs = [own.log for own in node.identity.incarnations]
        inspection = Inspection(reader, logs, keys_of(node.trust.registries()))
        looked_at = [*inspection.journals(), *inspection.tables(), *inspection.told()]
        found += [f"torn: {finding.words()}" for finding in looked_at if not finding.good]
        found += [f"missing: {part}" for part in inspection.missing_parts()]
        reader.close()
        exported = courier.export(node, StoppedClock(NOON))
        contents = [exported.content] if exported else []
        contents += [path.read_bytes() for path in notes.files]
        found += [f"refused: {reason}" for content in contents if (reason := _refusal(office, content))]
        return found
    finally:
        store.close()


def _refusal(office, content: bytes) -> str:
    """What central would say to a bundle; it forgets it again."""
    said = ""
    try:
        with office.store.transaction():
            delivery = _Delivery(office, despite_clock=True)
            taken = delivery.take("bundle", content)
            said = "" if isinstance(taken, Merged) else str(taken.refusal)
            office.store.project(delivery.facts)
            raise RolledBack
    except RolledBack:
        return said


ALL_SALES = [f"D-{n}" for n in range(SALES)]
