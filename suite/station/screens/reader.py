"""Trying the card reader: what came, how it was understood, how fast. Nothing of it is recorded."""

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from suite.domain.errors import N_
from suite.runtime.texts import say
from suite.station.reader.burst import Outcome
from suite.station.screens.base import DeskScreen
from suite.station.ways.report import Report, Typing, lines_of, pasted, report_of
from suite.station.ways.setup import Way
from suite.station.widgets.card_input import CardInput

ANSWER_MAX = 40


class ReaderScreen(DeskScreen[None]):
    """Shows each reading until Enter alone or Esc; swipes do nothing else here."""

    def __init__(self) -> None:
        super().__init__()
        self._typing = Typing()

    def body(self) -> Iterable[Widget]:
        yield Static(say(N_("TRY THE READER")), id="question", markup=False)
        yield Static(say(N_("Swipe a card or read a code. Nothing is recorded.")), classes="hint", markup=False)
        yield Static("", id="rows", markup=False)
        yield Static(say(N_("Enter or Esc to go back")), classes="hint", markup=False)
        yield CardInput(password=True, max_length=ANSWER_MAX, id="answer")

    def told(self, outcome: Outcome, way: Way, at: float) -> None:
        """Show a reading: a swipe at once, what a person types when it ends."""
        if whole := self._typing.add(outcome, at):
            self._show(report_of(whole, way, self.station.desk))

    def _show(self, report: Report) -> None:
        self.query_one("#rows", Static).update("\n".join(lines_of(report)))

    async def entered(self, value: str) -> bool:
        """Enter alone leaves."""
        if not value:
            return self.answer(None)
        if self.query_one(CardInput).pasted:
            self._show(pasted(value))
        self.clear_input()
        return False
