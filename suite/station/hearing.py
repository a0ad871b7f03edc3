"""A terminal that hears a card reader: every key passes it first, above focus and bindings; what is heard beside too.

What comes of a swipe is the station's affair (`swiped`).
"""

from abc import abstractmethod
from collections import deque

from textual import events
from textual.app import App
from textual.message import Message
from textual.widgets import Input

from suite.domain.errors import N_
from suite.runtime.texts import say
from suite.station.reader.burst import Burst, Outcome, Swiped, Typed
from suite.station.reader.keys import KEY_NAMES, OF_A_DARK_NUMBER_PAD, character_of
from suite.station.reader.once import Once
from suite.station.reader.swipe import Scan
from suite.station.screens.reader import ReaderScreen
from suite.station.screens.swipe import SwipeScreen
from suite.station.ways.setup import Ear, Way
from suite.station.widgets.frame import Mood

POLL_SECONDS = 0.005
ENDS = "\r\n"
AHEAD_MAX = 64
"""Keys that wait for a screen: more than a sale's answers."""


class HearingApp(App[None]):
    """Hands on what people type, and says what a reader read. `ear` hears a reader that is not on the terminal."""

    class Settle(Message):
        """The reader's keys have waited; sent as a message so that keys already queued come first."""

        def __init__(self, at: float) -> None:
            super().__init__()
            self.at = at

    class KeysIn(Message):
        """A screen hears again; a message, for a key made while a screen is served would not rise above it."""

        def __init__(self, forget: bool) -> None:
            super().__init__()
            self.forget = forget

    class Heard(Message):
        """A swipe that came in beside the terminal."""

        def __init__(self, swiped: Swiped, way: Way) -> None:
            super().__init__()
            self.swiped, self.way = swiped, way

    class ReaderTold(Message):
        """The reader beside the terminal went away, or came back; empty for back."""

        def __init__(self, trouble: str) -> None:
            super().__init__()
            self.trouble = trouble

    def __init__(self, ear: Ear | None) -> None:
        super().__init__()
        self._ear = ear
        self._burst, self._once = Burst(), Once()
        self._ahead: deque[str] = deque(maxlen=AHEAD_MAX)
        self._handing_on = self._answered = False
        self.reader_trouble = ""
        """Why the reader beside the terminal is not heard; empty when it is."""

    @abstractmethod
    def swiped(self, scan: Scan | None) -> None:
        """A card was read; None for a bad read."""

    @abstractmethod
    def is_ours(self, scan: Scan | None) -> bool:
        """Of what is swiped into other programs, only our cards are this one's business."""

    @abstractmethod
    def notice(self, text: str, mood: Mood) -> None:
        """Say something on the screen."""

    def start_hearing(self) -> None:
        """Call once when the terminal stands."""
        self._waiting = self.set_interval(POLL_SECONDS, self._ask_to_settle, pause=True)
        if ear := self._ear:
            ear.start(
                lambda swiped: self.post_message(self.Heard(swiped, ear.way)),
                lambda trouble: self.post_message(self.ReaderTold(trouble)),
            )

    def stop_hearing(self) -> None:
        """Call once when the program leaves."""
        if self._ear:
            self._ear.stop()

    # Keys: every one passes the reader first, above focus and bindings

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            character = character_of(event.key, event.character)
            if character:
                await self._settle(self._burst.feed(character, event.time), event.time)
            elif character is None:
                await self._settle(self._burst.settle(), event.time)
                self._ahead.clear()
                await super().on_event(event)
                self._look_at_number_pad(event.key)
            return
        if isinstance(event, events.Paste):
            await self._settle(self._burst.settle(), event.time)
        await super().on_event(event)

    def _look_at_number_pad(self, key: str) -> None:
        """Its keys mean other things with Num Lock off, and then it looks broken."""
        if key in OF_A_DARK_NUMBER_PAD:
            self.notice(say(N_("Is Num Lock off? Press it, and type again.")), "bad")

    async def on_hearing_app_settle(self, message: Settle) -> None:
        await self._settle(self._burst.poll(message.at), message.at)

    def _ask_to_settle(self) -> None:
        self.post_message(self.Settle(events.Event().time))

    async def _settle(self, outcomes: list[Outcome], at: float) -> None:
        """Act on what the reader settled; wait on while it holds keys back, and not a tick longer."""
        if self._burst.is_holding:
            self._waiting.resume()
        else:
            self._waiting.pause()
        for outcome in outcomes:
            if isinstance(self.screen, ReaderScreen):
                self.screen.told(outcome, "terminal", at)
            elif (
                isinstance(outcome, Swiped)
                and not await self._takes_invoice(outcome)
                and self._once.is_new(outcome.scan, at)
            ):
                self.swiped(outcome.scan)
            if isinstance(outcome, Typed):
                await self._type(outcome.text)

    async def _takes_invoice(self, swiped: Swiped) -> bool:
        """Whether an invoice's code was read into a field with room for its number; it stands for number and Enter."""
        field, number = self.focused, swiped.invoice or ""
        if not number or not isinstance(field, Input) or len(number) > (field.max_length or 0):
            return False
        field.value = ""
        await self._type(f"{number}\r")
        return True

    # What is typed ahead: after an Enter, keys wait for the screen that comes of it

    async def _type(self, text: str) -> None:
        """Hand typed keys on to whatever has the focus, up to an Enter; the rest waits until `let_keys_in`."""
        self._ahead.extend(text)
        if self._handing_on:
            return
        self._handing_on = True
        try:
            while self._ahead and not self._answered:
                character = self._ahead.popleft()
                self._answered = character in ENDS and isinstance(self.focused, Input)
                await super().on_event(events.Key(KEY_NAMES.get(character, character), character))
        finally:
            self._handing_on = False

    def hold_keys(self) -> None:
        """A screen gave its answer: what is typed now is for the next one."""
        self._answered = True

    def let_keys_in(self, *, forget: bool) -> None:
        """A screen stands and hears; it may forget what was typed before it was seen."""
        self.post_message(self.KeysIn(forget))

    async def on_hearing_app_keys_in(self, message: KeysIn) -> None:
        if message.forget:
            self._ahead.clear()
        self._answered = False
        await self._type("")

    # A reader beside the terminal

    def on_hearing_app_heard(self, message: Heard) -> None:
        scan = message.swiped.scan
        if isinstance(self.screen, ReaderScreen):
            self.screen.told(message.swiped, message.way, message.time)
        elif self._once.is_new(scan, message.time) and (message.way != "global" or self.is_ours(scan)):
            self.swiped(scan)

    def on_hearing_app_reader_told(self, message: ReaderTold) -> None:
        back = self.reader_trouble and not message.trouble
        self.reader_trouble = message.trouble
        if isinstance(self.screen, SwipeScreen):
            if message.trouble:
                self.notice(message.trouble, "bad")
            elif back:
                self.notice(say(N_("The card reader is back.")), "good")
