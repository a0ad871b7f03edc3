"""The lines every screen has: who and how fresh at the top, one message in words and colour, the keys at the bottom."""

from typing import Literal

from textual.app import RenderResult
from textual.widget import Widget
from textual.widgets import Static

from suite.domain.errors import N_
from suite.runtime.texts import say
from suite.station.desk import Desk
from suite.station.link_state import link_words

Mood = Literal["idle", "good", "bad"]

KEYS = (
    ("F1", N_("Help")),
    ("F2", N_("Sale")),
    ("F3", N_("Prize")),
    ("F4", N_("Moves")),
    ("F5", N_("Copy")),
    ("F6", N_("Stock")),
    ("F7", N_("Member")),
    ("F8", N_("Undo")),
    ("F9", N_("Shift")),
    ("F10", N_("Leave")),
)
"""Never renumbered: fingers learn them. F10 is also Ctrl+Q, for terminals that keep F10 to themselves."""


def key_line() -> str:
    """The keys as they stand at the foot of every screen."""
    return " ".join(f"{key}{say(label)}" for key, label in KEYS)


class TopLine(Widget):
    """Programme and station on the left, the state of the link on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def render(self) -> RenderResult:
        left = f" {self._desk.programme().name} · {self._desk.name()}"
        right = f"{link_words(self._desk.link())} "
        room = max(1, self.size.width - len(right) - 1)
        from textual.content import Content

        return Content(f"{left[:room]:<{room}} {right}")


class Banner(Static):
    """One message across the screen: its words say it, its colour only helps."""

    def __init__(self) -> None:
        super().__init__("", markup=False, classes="idle")
        self._shown: tuple[str, Mood] = ("", "idle")
        self.may_be_replaced = True

    def show(self, text: str, mood: Mood = "idle") -> None:
        """Replace the message. A bad one rings three times, a good one once."""
        self.may_be_replaced = not text
        if (text, mood) != self._shown:
            self._shown = text, mood
            self.set_classes(mood)
            self.update(text, layout=False)  # its two lines are always there
        for _ in range({"idle": 0, "good": 1, "bad": 3}[mood]):
            self.app.bell()


class KeyLine(Static):
    """The function keys, always in the same place."""

    def __init__(self) -> None:
        super().__init__(key_line(), markup=False)
