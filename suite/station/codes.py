"""The withdrawal code of an order (PRZ-8), made again from the journal whenever it is asked for."""

from suite.domain.events.station import PrizeRequested
from suite.domain.withdrawal import Withdrawal
from suite.station.store import StationStore
from suite.sync.withdrawal import withdrawal_code


def code_of(store: StationStore, event: object, seq: int) -> str:
    """The code of the order at a place of this journal; empty for what has none. Raises NotSetUp."""
    if not isinstance(event, PrizeRequested) or not event.collect:
        return ""
    key, _ = store.withdrawal_key()
    return withdrawal_code(key, event.card, Withdrawal(event.issuer, seq, event.prize, event.collect))
