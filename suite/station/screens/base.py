"""What the screens of a desk have in common: the frame around one question, its one answer, and the way back."""

import asyncio
from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from suite.domain.errors import Refusal
from suite.station.widgets.frame import Banner, KeyLine, Mood, TopLine

if TYPE_CHECKING:
    from suite.station.app import StationApp

Result = TypeVar("Result")
IDLE_SECONDS = 20.0
"""A screen left alone goes back to the swipe: the next customer must not see the last one's balance."""


class DeskScreen(Screen[Result]):
    """One task. Subclasses give `body` and what is `entered`; `auto_return` screens leave by themselves.

    Who shows a screen waits for its `answer`; until the next one stands in its place it is in sight, and hears nothing.
    What a visit needs is made once and filled in anew: to compose takes longer than all else of a visit, and what
    was composed and thrown away stays in Textual's caches, a thousand widgets of it (`StylesCache.get_inner_outer`).
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]
    auto_return: ClassVar[bool] = False
    hears_ahead: ClassVar[bool] = True
    """Whether what was typed before this screen came is meant for it. Not for one that has to be seen first."""
    _leaving: Timer | None = None
    _waiting: "asyncio.Future[Result | None] | None" = None

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

    def put(self) -> None:
        """Fill in what is to be shown now."""

    def renew(self) -> None:
        """Make ready to be shown again with something else; a screen that never was shown fills itself in."""
        if self.is_mounted:
            self.hush()
            self.put()
            self.clear_input()

    def on_mount(self) -> None:
        self.put()

    def on_screen_resume(self) -> None:
        self.query_one(TopLine).refresh()
        if self.auto_return:
            self._leaving = self.set_timer(IDLE_SECONDS, self.action_back)
        self.station.let_keys_in(forget=not self.hears_ahead)

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

    # Its answer

    def awaited(self) -> "asyncio.Future[Result | None]":
        """The answer that is to come, None for a screen that is left. Ask once each time it is shown."""
        self._waiting = asyncio.get_running_loop().create_future()
        return self._waiting

    def answer(self, result: Result | None) -> bool:
        """Give the answer; another screen is to come. One that nobody waits for, like the help, is taken away."""
        self.station.hold_keys()
        if self._waiting is None:
            self.dismiss(result)
        elif not self._waiting.done():
            self._waiting.set_result(result)
        return True

    def give_up(self, refusal: Refusal) -> bool:
        """What was asked for cannot be: who shows this screen is told in place of an answer."""
        self.station.hold_keys()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(refusal)
        return True

    @abstractmethod
    async def entered(self, value: str) -> bool:
        """Take what stands in the field at Enter. Whether another screen is to come, for the keys that follow."""

    def refuse(self, text: str) -> bool:
        """Say what is wrong with an answer, and ask again: no other screen is to come."""
        self.say(text, "bad")
        self.clear_input()
        return False

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not await self.entered(event.value):
            self.station.let_keys_in(forget=True)

    def action_back(self) -> None:
        """Leave without an answer."""
        if self.is_current:
            self.answer(None)

    def clear_input(self) -> None:
        """Make ready for the next answer."""
        for field in self.query(Input):
            field.value = ""
            field.focus()
