"""What the screens of a desk have in common: the frame around one question, and the way back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from suite.station.widgets.frame import Banner, KeyLine, Mood, TopLine

if TYPE_CHECKING:
    from suite.station.app import StationApp

Result = TypeVar("Result")
IDLE_SECONDS = 20.0
"""A screen left alone goes back to the swipe: the next customer must not see the last one's balance."""


class DeskScreen(Screen[Result]):
    """One task. Subclasses give `body` and answer the input; `auto_return` screens leave by themselves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]
    auto_return: ClassVar[bool] = False
    _leaving: Timer | None = None

    @property
    def station(self) -> "StationApp":
        return cast("StationApp", self.app)

    def body(self) -> Iterable[Widget]:
        """The widgets between the top line and the message."""
        return ()

    def compose(self) -> ComposeResult:
        yield TopLine(self.station.desk)
        with Vertical(id="body"):
            for widget in self.body():
                yield Center(widget)
        yield Banner()
        yield KeyLine()

    def on_screen_resume(self) -> None:
        self.query_one(TopLine).refresh()
        if self.auto_return:
            self._leaving = self.set_timer(IDLE_SECONDS, self.action_back)

    def on_screen_suspend(self) -> None:
        if self._leaving is not None:
            self._leaving.stop()

    def say(self, text: str, mood: Mood = "idle") -> None:
        """Show one message."""
        self.query_one(Banner).show(text, mood)

    def remark(self, text: str, mood: Mood = "idle") -> bool:
        """Show what the PC has to tell by itself, unless an answer to the attendant stands; whether it is shown."""
        banner = self.query_one(Banner)
        if not banner.may_be_replaced:
            return False
        banner.show(text, mood)
        banner.may_be_replaced = True
        return True

    def hush(self) -> None:
        """Take the message away."""
        self.query_one(Banner).show("")

    def action_back(self) -> None:
        """Leave without an answer."""
        if self.is_current:
            self.dismiss(None)

    def clear_input(self) -> None:
        """Make ready for the next answer."""
        for field in self.query(Input):
            field.value = ""
            field.focus()
