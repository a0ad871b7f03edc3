"""One question, asked until its answer is good: what the rarer tasks of a desk are made of."""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.errors import Refusal
from suite.runtime.errors import SuiteError
from suite.runtime.fiscal_qr import QR_MAX
from suite.runtime.texts import say_error
from suite.station.questions import Question
from suite.station.reader.swipe import Scan
from suite.station.screens.base import DeskScreen

Value = TypeVar("Value")
ANSWER_MAX = QR_MAX
"""An invoice's code, pasted where its number is asked; what takes an answer bounds it further."""
LINES_SHOWN = 14


class Answered(NamedTuple, Generic[Value]):
    value: Value


class QuestionScreen(DeskScreen[Answered[Value] | None]):
    """Answers with what the question made of the typed answer, or None for Esc."""

    def __init__(self, question: Question[Value]) -> None:
        super().__init__()
        self._asked = question

    def body(self) -> Iterable[Widget]:
        yield Static(self._asked.title, id="question", markup=False)
        yield Static("\n".join(self._asked.lines[:LINES_SHOWN]), id="choices", markup=False)
        yield Input(max_length=ANSWER_MAX, password=self._asked.secret, id="answer")

    @on(Input.Submitted)
    def answered(self, event: Input.Submitted) -> None:
        self._take(lambda: self._asked.take(event.value))

    def swiped(self, scan: Scan | None) -> bool:
        """A card was swiped; whether this question is for one."""
        swiped = self._asked.swiped
        if swiped is not None:
            self._take(lambda: swiped(scan))
        return swiped is not None

    def _take(self, make: Callable[[], Value]) -> None:
        try:
            value = make()
        except (Refusal, SuiteError) as refusal:
            self.say(say_error(refusal), "bad")
            self.clear_input()
        else:
            self.dismiss(Answered(value))
