"""The station's terminal: wires reader, desk and screens. It decides nothing and knows no SQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Literal, TypeVar

from textual import work
from textual.binding import Binding, BindingType

from suite.domain.errors import N_, Refusal, UnknownCard
from suite.domain.standing import CardStanding
from suite.node.rounds import LOOK_SECONDS, Rounds
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import SuiteError
from suite.runtime.explaining import tried_line
from suite.runtime.sweeping import sweep_when_told
from suite.runtime.texts import number, say, say_error
from suite.runtime.words import kind_name, when
from suite.station.collecting import Collected
from suite.station.desk import Attendant, CardRead, Desk, LastOperation
from suite.station.guarded import GuardedDesk
from suite.station.handover_tasks import HandOvers
from suite.station.hearing import HearingApp
from suite.station.interview import Interview, LeftError, Question, Told
from suite.station.messages import show_messages
from suite.station.pos.watching import PosWatch
from suite.station.printing import Printing
from suite.station.profile import ask_question, open_question
from suite.station.reader.swipe import Scan
from suite.station.redeeming import Redeeming, collected_lines, told_of
from suite.station.screens.base import DeskScreen
from suite.station.screens.lists import (
    HelpScreen,
    MovementsScreen,
    Result,
    ResultScreen,
    StockScreen,
    ToldScreen,
    sold_lines,
)
from suite.station.screens.member import Choice, MemberScreen
from suite.station.screens.pin import PinScreen
from suite.station.screens.question import QuestionScreen
from suite.station.screens.swipe import SwipeScreen
from suite.station.selling import Selling
from suite.station.tasks import Tasks
from suite.station.theme import CANJE
from suite.station.ways.setup import Ear
from suite.station.widgets.frame import Mood, TopLine

EXAMINE_SECONDS = 3600.0
"""How often a screen that is left open asks whether the day's examination is due."""
EXAMINE_AFTER_SECONDS = 60.0
"""The day's first customer is not kept waiting: with a million members it reads for seconds."""

CARD_TAIL = 4

STAYING: frozenset[Choice] = frozenset({"movements", "question"})
"""After these the member is still being served."""

Answer = TypeVar("Answer")
TaskName = Literal["members", "undo", "shift", "shelf"]
TASKS: dict[TaskName, str] = {
    "members": N_("Members"),
    "undo": N_("Take back"),
    "shift": N_("Shift"),
    "shelf": N_("Prizes on the shelf"),
}


class StationApp(HearingApp):
    """The desk on a terminal of 80 × 24, no mouse, everything on the number pad."""

    CSS_PATH = "styles/station.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "show_help", show=False),
        Binding("f5", "reprint", show=False),
        Binding("f6", "task('shelf')", show=False),
        Binding("f7", "task('members')", show=False),
        Binding("f8", "task('undo')", show=False),
        Binding("f9", "task('shift')", show=False),
        Binding("f10,ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        desk: Desk,
        rounds: Rounds | None = None,
        printing: Printing | None = None,
        ear: Ear | None = None,
        pos: PosWatch | None = None,
        sweep: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(ear)
        self.desk, self._sweep = desk, sweep
        self._rounds, self._printing, self._pos, self._said, self._taken = rounds, printing, pos, "", 0
        self._beside: list[Rounds | Printing | PosWatch] = [each for each in (rounds, printing, pos) if each]
        self._interview = Interview(desk, self._put)
        self._tasks = Tasks(self._interview)
        self._pin, self._member, self._question = PinScreen(), MemberScreen(), QuestionScreen()
        self._result, self._told, self._movements = ResultScreen(), ToldScreen(), MovementsScreen()
        self._stock, self._help = StockScreen(), HelpScreen()
        self._shown: DeskScreen[Any] | None = None

    def on_mount(self) -> None:
        self.start_hearing()
        self.register_theme(CANJE)
        self.theme = "canje"
        visited = (self._pin, self._member, self._question, self._result, self._told)
        for screen in (*visited, self._movements, self._stock, self._help):
            self.install_screen(screen, type(screen).__name__)
        self.push_screen(SwipeScreen())
        self.set_interval(EXAMINE_SECONDS, self._examine_if_due)
        self.set_timer(EXAMINE_AFTER_SECONDS, self._examine_if_due)
        for each in self._beside:
            each.start()
        if self._beside:
            self.set_interval(LOOK_SECONDS, self._look_beside)

    def on_unmount(self) -> None:
        self.stop_hearing()
        for each in self._beside:
            each.stop()

    def _look_beside(self) -> None:
        """What courier, printer and POS did meanwhile: the screen looks again; a trouble is said, in peace."""
        if not self.screen_stack:
            return  # the program is leaving
        for line in self.screen.query(TopLine):
            line.refresh()
        trouble, coming = (
            " ".join(each.trouble for each in self._beside if each.trouble),
            self._rounds.coming_in if self._rounds else -1,
        )
        text = trouble
        if not trouble and coming >= 0:
            text = say(N_("Central's data is coming in: {percent} %."), percent=coming)
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
        """What is wrong with this PC or its reader; empty for nothing."""
        return (self.desk.warning() if isinstance(self.desk, GuardedDesk) else "") or self.reader_trouble

    # The way of one swipe

    def is_ours(self, scan: Scan | None) -> bool:
        """See HearingApp."""
        try:
            self.desk.card_of(scan)
        except (Refusal, SuiteError):
            return False
        return True

    def swiped(self, scan: Scan | None) -> None:
        """A reader's burst arrived. During a task it is not obeyed: the task is finished or left first."""
        if isinstance(self.screen, QuestionScreen) and self.screen.swiped(scan):
            return
        if not self._is_free():
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
        with self._at_home_again():
            attendant = await self._who(say(N_("Card ending in {tail}"), tail=read.card[-CARD_TAIL:]))
            try:
                await self._serve(read, attendant)
            except UnknownCard as refusal:
                kept = say(N_("Type the ticket: it is kept for central."))
                await self._sell(read, attendant, f"{say_error(refusal)} {kept}")

    async def _serve(self, read: CardRead, attendant: Attendant) -> None:
        """Offer the tasks until one is done or the member is left; a task that is left leads back to the member."""
        done, standing = False, self.desk.member(read.card)
        said = [message.text for message in show_messages(self.desk, standing, attendant.number)]
        while not done:
            standing = self.desk.member(read.card)
            question = open_question(self.desk, standing)
            self._member.ask(standing, said, question.text if question else "")
            choice = await self._show(self._member)
            with suppress(LeftError):
                done = await self._do(choice, read, attendant, standing) if choice else True

    async def _do(self, choice: Choice, read: CardRead, attendant: Attendant, standing: CardStanding) -> bool:
        """One task of a member. Whether the visit is over with it. Raises LeftError."""
        if choice == "sale":
            await self._sell(read, attendant)
        elif choice == "redeem":
            await self._redeem(read, attendant)
        elif choice == "hand-over":
            await self._tell(await HandOvers(self._interview).to_member(read, standing, attendant))
        elif choice == "question":
            await ask_question(self._interview, standing, attendant.number)
            self._recorded()
        else:
            self._movements.ask(standing.member, self.desk.movements(read.card))
            await self._show(self._movements)
        return choice not in STAYING

    async def _sell(self, read: CardRead, attendant: Attendant, warning: str = "") -> None:
        receipt = await Selling(self._interview, read, attendant, warning).run()
        self._recorded()
        title = say(N_("{member}, ticket {document}"), member=receipt.member, document=receipt.document)
        explained = self.desk.explain(receipt.document)
        tried = sorted(explained.earned.tried, key=lambda one: one.why_not is not None)
        why = (*sold_lines(receipt, explained.programme), *(tried_line(explained.programme, one) for one in tried))
        self._result.ask(Result(title, receipt.points, receipt.balance, receipt.reference, why))
        await self._show(self._result)

    async def _redeem(self, read: CardRead, attendant: Attendant) -> None:
        done = await Redeeming(self._interview, read, attendant).run()
        if isinstance(done, Collected):
            await self._tell(collected_lines(done))
            return
        self._recorded()
        title, told = f"{done.member}, {done.prize}", told_of(done, self.desk.programme().currency)
        self._result.ask(Result(title, done.points, done.balance, done.reference, told))
        await self._show(self._result)

    # The other keys

    def _is_free(self) -> bool:
        """Whether nobody is served; else says so."""
        if not isinstance(self.screen, SwipeScreen):
            self.notice(say(N_("Finish this or press Esc before the next card.")), "bad")
        return isinstance(self.screen, SwipeScreen)

    def action_task(self, name: TaskName) -> None:
        """One of the rarer tasks, for whoever types a code."""
        if self._is_free():
            self.do_task(name)

    @work(exclusive=True)
    async def do_task(self, name: TaskName) -> None:
        """The attendant's code, the questions of a task, and what came of it."""
        tasks = self._tasks
        task = {"members": tasks.members, "undo": tasks.undo, "shift": tasks.shift, "shelf": tasks.shelf}[name]
        with self._at_home_again():
            if name == "shelf" and not await self._shelf():
                return
            await self._tell(await task(await self._who(say(TASKS[name]))))

    async def _shelf(self) -> bool | None:
        self._stock.renew()
        return await self._show(self._stock)

    async def _who(self, about: str) -> Attendant:
        """Whose code was typed; who has the one that central gave out chooses a PIN first. Raises LeftError."""
        self._pin.ask(about)
        attendant = await self._show(self._pin)
        if attendant is None:
            raise LeftError
        if attendant.code:
            await self._tasks.own_pin(attendant)
        return attendant

    # One screen in place of another: between two of them nothing else is painted

    async def _show(self, screen: DeskScreen[Answer]) -> Answer | None:
        """Show a screen until it is answered; it stays until the next one stands, or until `_at_home_again`."""
        before, self._shown, answer = self._shown, screen, screen.awaited()
        if before is None:
            self.push_screen(screen)
        elif before is screen:
            self.let_keys_in(forget=not screen.hears_ahead)
        else:
            self._uncover(before)
            self.switch_screen(screen)
        return await answer

    async def _put(self, question: Question[Any]) -> Any:  # noqa: ANN401 -- the question's own value
        self._question.ask(question)
        answered = await self._show(self._question)
        if answered is None:
            raise LeftError
        return answered.value

    async def _tell(self, told: Told) -> None:
        self._recorded()
        self._told.ask(told)
        await self._show(self._told)

    def _uncover(self, screen: DeskScreen[Any]) -> None:
        """Take away what lies over a screen: the help, while somebody read it."""
        while self.screen is not screen:
            self.pop_screen()

    @contextmanager
    def _at_home_again(self) -> Iterator[None]:
        """Wait for the next card afterwards. What hindered a task is said there; who left it is told nothing."""
        trouble = ""
        try:
            yield
        except LeftError:
            pass
        except (Refusal, SuiteError) as refusal:
            trouble = say_error(refusal)
        except DatabaseError as error:
            trouble = say_error(trouble_of(error, None))
        if self._shown is not None:
            self._uncover(self._shown)
            self._shown = None
            self.pop_screen()
        if trouble:
            self.notice(trouble, "bad")
        self.call_after_refresh(self._sweep)

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

    def action_reprint(self) -> None:
        """Print the last receipt again (F5)."""
        if self._printing is None:
            return
        self._printing.again()
        self.notice(say(N_("The last receipt is printed again.")), "idle")

    def _recorded(self) -> None:
        if self._printing:
            self._printing.look()

    def action_show_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self._help.renew()
            self.push_screen(self._help)


def run_screen(
    desk: Desk,
    rounds: Rounds | None = None,
    printing: Printing | None = None,
    ear: Ear | None = None,
    pos: PosWatch | None = None,
) -> int:
    """Open a desk on this terminal. Returns an exit code; raises NotSetUp before the first feed, StorageTrouble."""
    desk.programme()
    desk.store.quick_check()
    app = StationApp(desk, rounds, printing, ear, pos, sweep_when_told())
    app.run(mouse=False)
    return app.return_code or 0
