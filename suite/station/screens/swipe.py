"""The screen that waits for a card: the desk between two customers."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from suite.domain.errors import N_, NotACard, Refusal
from suite.domain.events.station import EntryMode
from suite.runtime.texts import say, say_error, say_many
from suite.station.pos.pending import pending
from suite.station.screens.base import DeskScreen
from suite.station.widgets.card_input import CardInput

CARD_MAX = 19

LETTERING = r"""
   ██████    ████    ██    ██      ██  ████████
 ██        ██    ██  ████  ██      ██  ██
 ██        ████████  ██ ██ ██      ██  ██████
 ██        ██    ██  ██  ████  ██  ██  ██
   ██████  ██    ██  ██    ██    ████  ████████
""".strip("\n")


class SwipeScreen(DeskScreen[None]):
    """Asks for a swipe; a number may be typed or pasted as well, and is recorded as that."""

    def body(self) -> Iterable[Widget]:
        yield Static(LETTERING, id="lettering", markup=False)
        yield Static(say(N_("SWIPE THE CARD")), id="question", markup=False)
        yield Static(say(N_("or type its number and press Enter")), classes="hint", markup=False)
        yield CardInput(max_length=CARD_MAX, id="answer")
        yield Static("", id="last", markup=False)

    def on_mount(self) -> None:
        self.show_last()

    def on_screen_resume(self) -> None:
        self.clear_input()
        self.show_last()
        if warning := self.station.warning():
            self.say(warning, "bad")
        super().on_screen_resume()

    def show_last(self) -> None:
        """Remind of the last operation, also after a power cut: it is read from the journal."""
        last = self.station.desk.last_operation()
        text = say(N_("Last operation: {words}"), words=self.station.words_of(last)) if last else ""
        count = len(pending(self.station.desk))
        waits = say_many("{count} sale of the POS waits", "{count} sales of the POS wait", count) if count else ""
        self.query_one("#last", Static).update("\n".join(filter(None, (text, waits))))

    async def entered(self, value: str) -> bool:
        """See DeskScreen."""
        if not value:
            return False
        try:
            entry: EntryMode = "paste" if self.query_one(CardInput).pasted else "keyed"
            read = self.station.desk.keyed_card(value, entry)
        except Refusal as refusal:
            return self.refuse(say_error(refusal))
        self.station.serve(read)
        return True

    @on(CardInput.PastedTooMuch)
    def pasted_too_much(self) -> None:
        self.refuse(say_error(NotACard()))

    def action_back(self) -> None:
        """There is nowhere to go back to."""
        self.hush()
        self.clear_input()
