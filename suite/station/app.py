"""The station's terminal: wires reader, desk and screens. It decides nothing and knows no SQL."""

from typing import ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.theme import Theme

from suite.domain.errors import N_, Refusal, UnknownCard
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import SuiteError
from suite.runtime.explaining import tried_line
from suite.runtime.texts import number, say, say_error
from suite.runtime.words import kind_name, when
from suite.station.desk import Attendant, CardRead, Desk, LastOperation
from suite.station.guarded import GuardedDesk
from suite.station.reader.burst import Burst, Outcome, Swiped, Typed
from suite.station.reader.keys import KEY_NAMES, OF_A_DARK_NUMBER_PAD, character_of
from suite.station.reader.once import Once
from suite.station.reader.swipe import Scan
from suite.station.rounds import LOOK_SECONDS, Rounds
from suite.station.screens.base import DeskScreen
from suite.station.screens.lists import HelpScreen, MovementsScreen, ResultScreen, StockScreen
from suite.station.screens.member import MemberScreen
from suite.station.screens.pin import PinScreen
from suite.station.screens.reader import ReaderScreen
from suite.station.screens.redeem import RedeemScreen
from suite.station.screens.sale import SaleScreen
from suite.station.screens.swipe import SwipeScreen
from suite.station.ways.setup import Ear, Way
from suite.station.widgets.frame import Mood, TopLine

POLL_SECONDS = 0.02
EXAMINE_SECONDS = 3600.0
"""How often a screen that is left open asks whether the day's examination is due."""

CANJE = Theme(
    name="canje",
    primary="#1f4e8c",
    secondary="#d9822b",
    background="#101418",
    surface="#101418",
    foreground="#f2f2f2",
    success="#1e7d34",
    error="#b3261e",
    dark=True,
)


class StationApp(App[None]):
    """The desk on a terminal of 80 × 24, no mouse, everything on the number pad."""

    CSS_PATH = "styles/station.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "show_help", show=False),
        Binding("f6", "show_stock", show=False),
        Binding("f10,ctrl+q", "quit", show=False, priority=True),
    ]

    class Settle(Message):
        """The reader's keys have waited; sent as a message so that keys already queued come first."""

        def __init__(self, at: float) -> None:
            super().__init__()
            self.at = at

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

    def __init__(self, desk: Desk, rounds: Rounds | None = None, ear: Ear | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._rounds, self._said = rounds, ""
        self._ear, self._ear_trouble = ear, ""
        self._burst, self._once = Burst(), Once()
        self._pin, self._member = PinScreen(), MemberScreen()
        self._replaying = False

    def on_mount(self) -> None:
        self.register_theme(CANJE)
        self.theme = "canje"
        self._waiting = self.set_interval(POLL_SECONDS, self._ask_to_settle, pause=True)
        self.install_screen(self._pin, "pin")
        self.install_screen(self._member, "member")
        self.push_screen(SwipeScreen())
        self.set_interval(EXAMINE_SECONDS, self._examine_if_due)
        self._examine_if_due()
        if self._rounds:
            self._rounds.start()
            self.set_interval(LOOK_SECONDS, self._look_at_rounds)
        if ear := self._ear:
            ear.start(
                lambda swiped: self.post_message(self.Heard(swiped, ear.way)),
                lambda trouble: self.post_message(self.ReaderTold(trouble)),
            )

    def on_unmount(self) -> None:
        if self._ear:
            self._ear.stop()
        if self._rounds:
            self._rounds.stop()

    def _look_at_rounds(self) -> None:
        """What the courier brought meanwhile: the top line reads the store again; a trouble is said once, in peace."""
        if not self.screen_stack:
            return  # the program is leaving
        for line in self.screen.query(TopLine):
            line.refresh()
        trouble, coming = (self._rounds.trouble, self._rounds.coming_in) if self._rounds else ("", -1)
        text = trouble if coming < 0 else say(N_("Central's data is coming in: {percent} %."), percent=coming)
        screen = self.screen
        if text == self._said or not isinstance(screen, SwipeScreen):
            return
        if screen.remark(text, "bad" if trouble else "idle"):
            self._said = text

    # The examination, once a day, in the background (R9)

    def _examine_if_due(self) -> None:
        if isinstance(self.desk, GuardedDesk) and self.desk.examination_is_due():
            self._examine(self.desk)

    @work(thread=True, exclusive=True, group="examination")
    def _examine(self, desk: GuardedDesk) -> None:
        faults = desk.examine()
        self.call_from_thread(self._examined, faults)

    def _examined(self, faults: int) -> None:
        if isinstance(self.screen, SwipeScreen):
            if faults:
                self.notice(self.warning(), "bad")
            else:
                self.screen.remark(self.warning() or say(N_("Journal and tables examined: nothing is wrong.")))

    def warning(self) -> str:
        """What is wrong with this PC or its reader; empty for nothing."""
        return (self.desk.warning() if isinstance(self.desk, GuardedDesk) else "") or self._ear_trouble

    # Keys: every one passes the reader first, above focus and bindings

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded and not self._replaying:
            character = character_of(event.key, event.character)
            if character:
                await self._settle(self._burst.feed(character, event.time), event.time)
            elif character is None:
                await self._settle(self._burst.settle(), event.time)
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

    async def on_station_app_settle(self, message: Settle) -> None:
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
            elif isinstance(outcome, Swiped) and self._once.is_new(outcome.scan, at):
                self.swiped(outcome.scan)
            if isinstance(outcome, Typed):
                await self._replay(outcome.text)

    async def _replay(self, text: str) -> None:
        """Hand typed keys on to whatever has the focus."""
        self._replaying = True
        try:
            for character in text:
                await super().on_event(events.Key(KEY_NAMES.get(character, character), character))
        finally:
            self._replaying = False

    # A reader beside the terminal

    def on_station_app_heard(self, message: Heard) -> None:
        scan = message.swiped.scan
        if isinstance(self.screen, ReaderScreen):
            self.screen.told(message.swiped, message.way, message.time)
        elif self._once.is_new(scan, message.time) and (message.way != "global" or self._is_ours(scan)):
            self.swiped(scan)

    def _is_ours(self, scan: Scan | None) -> bool:
        """Of what is swiped into other programs, only our cards are this one's business."""
        try:
            self.desk.card_of(scan)
        except (Refusal, SuiteError):
            return False
        return True

    def on_station_app_reader_told(self, message: ReaderTold) -> None:
        back = self._ear_trouble and not message.trouble
        self._ear_trouble = message.trouble
        if isinstance(self.screen, SwipeScreen):
            if message.trouble:
                self.notice(message.trouble, "bad")
            elif back:
                self.notice(say(N_("The card reader is back.")), "good")

    # The way of one swipe

    def swiped(self, scan: Scan | None) -> None:
        """A reader's burst arrived. During a task it is not obeyed: the task is finished or left first."""
        if not isinstance(self.screen, SwipeScreen):
            self.notice(say(N_("Finish this or press Esc before the next card.")), "bad")
            return
        try:
            read = self.desk.card_of(scan)
        except (Refusal, SuiteError) as refusal:
            self.notice(say_error(refusal), "bad")
        else:
            self.serve(read)

    @work(exclusive=True)
    async def serve(self, read: CardRead) -> None:
        """One customer: PIN, member, and one task after another until Esc."""
        if isinstance(self.screen, DeskScreen):
            self.screen.hush()
        self._pin.ask(read)
        attendant = await self.push_screen_wait(self._pin)
        if attendant is None:
            return
        try:
            await self._serve(read, attendant)
        except UnknownCard as refusal:
            kept = say(N_("Type the ticket: it is kept for central."))
            await self.push_screen_wait(SaleScreen(read, attendant, f"{say_error(refusal)} {kept}"))
        except (Refusal, SuiteError) as refusal:
            self.notice(say_error(refusal), "bad")
        except DatabaseError as error:
            self.notice(say_error(trouble_of(error, None)), "bad")

    async def _serve(self, read: CardRead, attendant: Attendant) -> None:
        """Offer the tasks again until one is done or the member screen is left."""
        done = False
        while not done:
            standing = self.desk.member(read.card)
            self._member.ask(standing)
            choice = await self.push_screen_wait(self._member)
            if choice == "movements":
                await self.push_screen_wait(MovementsScreen(standing.member, self.desk.movements(read.card)))
            elif choice == "sale":
                done = await self._sell(read, attendant)
            elif choice == "redeem":
                done = await self._redeem(read, attendant)
            else:
                done = True

    async def _sell(self, read: CardRead, attendant: Attendant) -> bool:
        receipt = await self.push_screen_wait(SaleScreen(read, attendant))
        if receipt is None:
            return False
        title = say(N_("{member}, ticket {document}"), member=receipt.member, document=receipt.document)
        explained = self.desk.explain(receipt.document)
        tried = sorted(explained.earned.tried, key=lambda one: one.why_not is not None)
        why = tuple(tried_line(explained.programme, one) for one in tried)
        await self.push_screen_wait(ResultScreen(title, receipt.points, receipt.balance, receipt.reference, why))
        return True

    async def _redeem(self, read: CardRead, attendant: Attendant) -> bool:
        standing = self.desk.member(read.card)
        standing.may_spend()
        voucher = await self.push_screen_wait(RedeemScreen(read, standing, attendant))
        if voucher is None:
            return False
        title = f"{voucher.member}, {voucher.prize}"
        await self.push_screen_wait(ResultScreen(title, voucher.points, voucher.balance, voucher.reference))
        return True

    # Words and the other keys

    def notice(self, text: str, mood: Mood) -> None:
        """Say something on the screen that is, or will be, on top."""
        screen = self.screen
        if isinstance(screen, DeskScreen):
            screen.call_after_refresh(lambda: self._say_on_top(text, mood))

    def _say_on_top(self, text: str, mood: Mood) -> None:
        if isinstance(self.screen, DeskScreen):
            self.screen.say(text, mood)

    def words_of(self, last: LastOperation) -> str:
        """The last operation in one line."""
        moment = when(last.at, self.desk.zone())
        return f"{moment} · {kind_name(last.kind)} · {number(last.points)} · {last.reference}"

    def action_show_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_show_stock(self) -> None:
        if not isinstance(self.screen, StockScreen):
            self.push_screen(StockScreen())


def run_screen(desk: Desk, rounds: Rounds | None = None, ear: Ear | None = None) -> int:
    """Open a desk on this terminal. Returns an exit code; raises NotSetUp before the first feed, StorageTrouble."""
    desk.programme()
    desk.store.quick_check()
    app = StationApp(desk, rounds, ear)
    app.run(mouse=False)
    return app.return_code or 0
