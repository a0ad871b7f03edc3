"""Personal data on its way to central: kept beside the journal, of which the journal holds a commitment."""

import msgspec

from suite.journal.entry import commitment
from suite.runtime.secrets import random_bytes
from suite.station.store import StationStore


def keep_beside(store: StationStore, value: msgspec.Struct) -> str:
    """Keep the value until central has it. Returns what an entry may hold of it. Call inside `writing`."""
    blob, salt = msgspec.json.encode(value), random_bytes()
    name = commitment(salt, blob)
    store.cards.keep(name, salt, blob)
    return name
