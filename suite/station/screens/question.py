"""One question, asked until its answer is good: what the tasks of a desk are made of."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.errors import Refusal
from suite.runtime.errors import SuiteError
from suite.runtime.fiscal_qr import QR_MAX
from suite.runtime.texts import say_error
from suite.station.interview import Question
from suite.station.reader.swipe import Scan
from suite.station.screens.base import DeskScreen

ANSWER_MAX = QR_MAX
"""An invoice's code, pasted where its number is asked; what takes an answer bounds it further."""
ROOM = 13
"""Lines of 80 × 24 that are left for what stands below the question, and then for what was answered before."""


class Answered(NamedTuple):
    """An answer that was good, whatever it is."""

    value: Any


class QuestionScreen(DeskScreen[Answered]):
    """Answers with what the question made of what was typed or swiped."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = Question("", str)

    def ask(self, question: Question[Any]) -> None:
        """Make ready to put a question."""
        self._asked = question
        self.renew()

    def body(self) -> Iterable[Widget]:
        yield Static("", id="question", markup=False)
        yield Static("", id="choices", markup=False)
        yield Input(max_length=ANSWER_MAX, id="answer")
        yield Static("", id="so-far", markup=False)

    def put(self) -> None:
        """See DeskScreen."""
        asked = self._asked
        self.query_one("#question", Static).update(asked.title)
        self.query_one("#choices", Static).update("\n".join(asked.lines[:ROOM]))
        so_far = asked.so_far[-max(1, ROOM - 1 - len(asked.lines)) :]
        self.query_one("#so-far", Static).update("\n".join(so_far))
        self.query_one("#so-far").display = bool(so_far)
        self.query_one(Input).password = asked.secret
        if asked.warning:
            self.say(asked.warning, "bad")

    async def entered(self, value: str) -> bool:
        """See DeskScreen."""
        return self._take(lambda: self._asked.take(value))

    def swiped(self, scan: Scan | None) -> bool:
        """A card was swiped; whether this question is for one."""
        swiped = self._asked.swiped
        if swiped is not None:
            self._take(lambda: swiped(scan))
        return swiped is not None

    def _take(self, make: Callable[[], Any]) -> bool:
        try:
            value = make()
        except (Refusal, SuiteError) as refusal:
            return self.refuse(say_error(refusal))
        return self.answer(Answered(value))
