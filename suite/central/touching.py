"""Whose rows a fact changes: members, cards, or everybody's. Facts in, numbers out."""

from collections.abc import Iterable

import msgspec

from suite.domain.events.base import Event
from suite.domain.events.central import MonthClosed, ProgrammePublished, StationAdded
from suite.domain.events.spending import HoldReleased
from suite.domain.ids import AccountId, CardNumber

FOR_EVERYBODY = (ProgrammePublished, MonthClosed, StationAdded)
"""The rules, what expires next, the names of places."""

AN_ACCOUNT, ACCOUNTS, ROWS = ("account", "into"), ("added", "removed"), ("accounts", "rates", "lots")
A_CARD, CARDS = ("card", "new", "replaces"), ("cards",)
"""How facts name whom they are about; `tests/central/test_telling.py` fails for one that names them otherwise."""


class Touched(msgspec.Struct):
    """What some facts changed. `holds` are places of central's journal, whose members have to be looked up."""

    everybody: bool = False
    accounts: set[AccountId] = msgspec.field(default_factory=set)
    cards: set[CardNumber] = msgspec.field(default_factory=set)
    holds: set[int] = msgspec.field(default_factory=set)

    def note(self, events: Iterable[Event]) -> None:
        """Add what these facts change."""
        for event in events:
            if isinstance(event, FOR_EVERYBODY):
                self.everybody = True
            elif isinstance(event, HoldReleased):
                self.holds.add(event.hold)
            else:
                self._note(event)

    def _note(self, event: Event) -> None:
        for name in AN_ACCOUNT:
            if account := getattr(event, name, 0):
                self.accounts.add(AccountId(account))
        for name in ACCOUNTS:
            self.accounts.update(getattr(event, name, ()))
        for name in ROWS:
            self.accounts.update(row.account for row in getattr(event, name, ()))
        for name in A_CARD:
            if card := getattr(event, name, ""):
                self.cards.add(CardNumber(card))
        for name in CARDS:
            self.cards.update(getattr(event, name, ()))
