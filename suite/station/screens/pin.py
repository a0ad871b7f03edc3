"""Who is at the desk: the attendant's code, asked at every swipe (STA-2), never shown."""

import asyncio
from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.errors import N_, AttendantIsLocked, Refusal
from suite.domain.pins import ATTENDANT_DIGITS, PIN_DIGITS
from suite.runtime.errors import SuiteError
from suite.runtime.texts import say, say_error
from suite.station.desk import Attendant
from suite.station.screens.base import DeskScreen


class PinScreen(DeskScreen[Attendant]):
    """Answers with the attendant whose code was right, or None for Esc."""

    def __init__(self) -> None:
        super().__init__()
        self._about = ""

    def ask(self, about: str) -> None:
        """Make ready to ask for a card or a task, named in a line above the question."""
        self._about = about
        self.renew()

    def put(self) -> None:
        """See DeskScreen."""
        self.query_one("#about", Static).update(self._about, layout=False)

    def body(self) -> Iterable[Widget]:
        yield Static("", id="about", classes="hint", markup=False)
        yield Static(say(N_("ATTENDANT CODE AND PIN")), id="question", markup=False)
        yield Static(say(N_("2 digits of the attendant and 6 of the PIN, then Enter")), classes="hint", markup=False)
        yield Input(password=True, max_length=ATTENDANT_DIGITS + PIN_DIGITS, id="answer")

    async def entered(self, value: str) -> bool:
        """See DeskScreen."""
        try:
            attendant = await asyncio.to_thread(self.station.desk.check_pin, value)
        except AttendantIsLocked as refusal:
            return self.give_up(refusal)
        except (Refusal, SuiteError) as refusal:
            return self.refuse(say_error(refusal))
        return self.answer(attendant)
