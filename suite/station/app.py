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
from suite.station.pos.watching import PosWatch
from suite.station.reader.burst import Burst, Outcome, Swiped, Typed
from suite.station.reader.swipe import Scan
from suite.station.rounds import LOOK_SECONDS, Rounds
from suite.station.screens.base import DeskScreen
from suite.station.screens.lists import HelpScreen, MovementsScreen, ResultScreen, StockScreen, sold_lines
from suite.station.screens.member import MemberScreen
from suite.station.screens.pending import ask_sale
from suite.station.screens.pin import PinScreen
from suite.station.screens.redeem import RedeemScreen
from suite.station.screens.swipe import SwipeScreen
from suite.station.widgets.frame import Mood, TopLine

POLL_SECONDS = 0.02
EXAMINE_SECONDS = 3600.0
"""How often a screen that is left open asks whether the day's examination is due."""
ENTER_KEYS = {"enter", "ctrl+m", "ctrl+j"}
"""Under tmux the number pad's Enter arrives as ctrl+j (measured)."""

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

    def __init__(self, desk: Desk, rounds: Rounds | None = None, pos: PosWatch | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._rounds, self._pos, self._said, self._taken = rounds, pos, "", 0
        self._beside: tuple[Rounds | PosWatch, ...] = tuple(each for each in (rounds, pos) if each is not None)
        self._burst = Burst()
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
        for each in self._beside:
            each.start()
        if self._beside:
            self.set_interval(LOOK_SECONDS, self._look_beside)

    def on_unmount(self) -> None:
        for each in self._beside:
            each.stop()

    def _look_beside(self) -> None:
        """What courier and POS brought: the screen reads the store again; a trouble is said once, in peace."""
        if not self.screen_stack:
            return  # the program is leaving
        for line in self.screen.query(TopLine):
            line.refresh()
        trouble, coming = (
            " ".join(each.trouble for each in self._beside if each.trouble),
            self._rounds.coming_in if self._rounds else -1,
        )
        text = trouble if coming < 0 else say(N_("Central's data is coming in: {percent} %."), percent=coming)
        screen = self.screen
        if not isinstance(screen, SwipeScreen):
            return
        if self._pos and self._pos.taken != self._taken:
            self._taken = self._pos.taken
            screen.show_last()
        if text == self._said:
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
        """What is wrong with this PC; empty for nothing."""
        return self.desk.warning() if isinstance(self.desk, GuardedDesk) else ""

    # Keys: every one passes the reader first, above focus and bindings

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded and not self._replaying:
            if event.key in ENTER_KEYS:
                await self._settle(self._burst.feed("\r", event.time))
            elif event.is_printable and event.character:
                await self._settle(self._burst.feed(event.character, event.time))
            elif event.key == "tab":
                await self._settle(self._burst.feed("\t", event.time))
            else:
                await self._settle(self._burst.settle())
                await super().on_event(event)
            return
        await super().on_event(event)

    async def on_station_app_settle(self, message: Settle) -> None:
        await self._settle(self._burst.poll(message.at))

    def _ask_to_settle(self) -> None:
        self.post_message(self.Settle(events.Event().time))

    async def _settle(self, outcomes: list[Outcome]) -> None:
        """Act on what the reader settled; wait on while it holds keys back, and not a tick longer."""
        if self._burst.is_holding:
            self._waiting.resume()
        else:
            self._waiting.pause()
        for outcome in outcomes:
            if isinstance(outcome, Swiped):
                self.swiped(outcome.scan)
            elif isinstance(outcome, Typed):
                await self._replay(outcome.text)

    async def _replay(self, text: str) -> None:
        """Hand typed keys on to whatever has the focus."""
        names = {"\r": "enter", "\n": "enter", "\t": "tab"}
        self._replaying = True
        try:
            for character in text:
                await super().on_event(events.Key(names.get(character, character), character))
        finally:
            self._replaying = False

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
            await ask_sale(self, read, attendant, f"{say_error(refusal)} {kept}")
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
        receipt = await ask_sale(self, read, attendant)
        if receipt is None:
            return False
        title = say(N_("{member}, ticket {document}"), member=receipt.member, document=receipt.document)
        explained = self.desk.explain(receipt.document)
        tried = sorted(explained.earned.tried, key=lambda one: one.why_not is not None)
        why = (*sold_lines(receipt, explained.programme), *(tried_line(explained.programme, one) for one in tried))
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


def run_screen(desk: Desk, rounds: Rounds | None = None, pos: PosWatch | None = None) -> int:
    """Open a desk on this terminal. Returns an exit code; raises NotSetUp before the first feed, StorageTrouble."""
    desk.programme()
    desk.store.quick_check()
    app = StationApp(desk, rounds, pos)
    app.run(mouse=False)
    return app.return_code or 0
