"""Screens that only show: the last movements, the shelf, the help, the result of an operation."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.documents import MovementLine
from suite.domain.errors import N_
from suite.domain.programme import Programme
from suite.domain.quantities import Points
from suite.runtime.texts import money, number, quantity, say, say_many
from suite.runtime.words import kind_name, when
from suite.station.desk import SaleReceipt
from suite.station.interview import Told
from suite.station.screens.base import DeskScreen
from suite.station.screens.reader import ReaderScreen
from suite.station.widgets.big_number import BigNumber

ROWS_SHOWN = 15
STOCK_SHOWN = 12
TRY_READER = "9"
REFERENCE_SHOWN = 12
"""A ticket's last digits tell it from its neighbours."""


class ShowScreen(DeskScreen[None]):
    """Shows something until Enter, Esc or a while."""

    auto_return: ClassVar[bool] = True
    hears_ahead: ClassVar[bool] = False

    def foot(self) -> Iterable[Widget]:
        yield Static(say(N_("Enter or Esc to go back")), classes="hint", markup=False)
        yield Input(max_length=1, id="answer")

    async def entered(self, _: str) -> bool:
        """Leave, unless there is more to see."""
        return self.answer(None)


class MovementsScreen(ShowScreen):
    """The last 30 movements (STA-4), fifteen at a time: Enter shows the next ones."""

    def __init__(self) -> None:
        super().__init__()
        self._member, self._movements, self._first = "", list[MovementLine](), 0

    def ask(self, member: str, movements: list[MovementLine]) -> None:
        """Make ready to show a member's."""
        self._member, self._movements, self._first = member, movements, 0
        self.renew()

    def body(self) -> Iterable[Widget]:
        yield Static("", id="member", markup=False)
        yield Static("", id="rows", markup=False)
        yield from self.foot()

    def put(self) -> None:
        """See DeskScreen."""
        self.query_one("#member", Static).update(self._member)
        self.query_one("#rows", Static).update(self._rows())

    def _rows(self) -> str:
        zone = self.station.desk.zone()
        shown = self._movements[self._first : self._first + ROWS_SHOWN]
        lines = [
            f"{when(m.at, zone)}  {kind_name(m.kind):<15.15}{number(m.points):>9}  {m.station:<18.18} "
            f"{m.reference[-REFERENCE_SHOWN:]}"
            for m in shown
        ]
        return "\n".join(lines) or say(N_("No movements yet."))

    async def entered(self, _: str) -> bool:
        """See ShowScreen."""
        self._first += ROWS_SHOWN
        if self._first >= len(self._movements):
            return self.answer(None)
        self.renew()
        return False


class StockScreen(DeskScreen[bool]):
    """The prizes on this station's shelf. Answers whether something is to be done with them."""

    def body(self) -> Iterable[Widget]:
        yield Static(say(N_("PRIZES ON THE SHELF")), id="question", markup=False)
        yield Static("", id="rows", markup=False)
        yield Static("", id="coming", classes="hint", markup=False)
        yield Static(say(N_("1 and Enter: receive, count or send · Esc to go back")), classes="hint", markup=False)
        yield Input(max_length=1, id="answer")

    def put(self) -> None:
        """See DeskScreen."""
        desk = self.station.desk
        rows = [f"{number(n):>6}  {prize.name}" for prize, n in desk.stock() if n]
        self.query_one("#rows", Static).update("\n".join(rows[:STOCK_SHOWN]) or say(N_("The shelf is empty.")))
        coming = [*desk.store.shipments_under_way(), *desk.store.consignment.under_way()]
        notes = say(N_("On their way: {notes}"), notes=", ".join(map(str, coming))) if coming else ""
        self.query_one("#coming", Static).update(notes)

    async def entered(self, value: str) -> bool:
        """See DeskScreen."""
        return self.answer(value == "1")


class HelpScreen(ShowScreen):
    """What the keys do, and what to do when something is odd."""

    def body(self) -> Iterable[Widget]:
        yield Static(say(N_("HELP")), id="question", markup=False)
        lines = (
            N_("1. Swipe the member's card, or type its number and press Enter."),
            N_("2. Type your attendant code: 2 digits of yours and the 6 of your PIN."),
            N_("3. Choose: 1 sale, 2 prize, 3 last moves. Everything is on the number pad."),
            N_("4. When the screen says OK, it is recorded, with or without a link."),
            N_("A card that does not read: swipe again slowly, or type its number."),
            N_("An unknown card: the ticket is kept, and credited when central knows the card."),
            N_("F5 prints the last receipt again. F7 new member, lost card. F8 takes back. F9 shift."),
            N_("A locked attendant: a manager gives the tries back, or central a new PIN."),
            N_("Nothing from the reader: 9 and Enter tries it."),
        )
        yield Static("\n".join(say(line) for line in lines), id="rows", markup=False)
        yield from self.foot()

    async def entered(self, value: str) -> bool:
        """9 tries the reader; anything else leaves."""
        if value != TRY_READER:
            return self.answer(None)
        self.app.switch_screen(ReaderScreen())
        return True


WHY_SHOWN = 6
SOLD_SHOWN = 2


def sold_lines(receipt: SaleReceipt, programme: Programme) -> tuple[str, ...]:
    """What was sold, in a line each, as many as the screen has room for; the rest as a number of lines."""
    names = {product.code: product.name for product in programme.products}
    lines = [f"{quantity(x.quantity)} × {names.get(x.product, x.product)}  {money(x.amount)}" for x in receipt.lines]
    rest = len(lines) - SOLD_SHOWN
    more = [say_many("and {count} line more", "and {count} lines more", rest)] if rest > 0 else []
    return (*lines[:SOLD_SHOWN], *more)


class ToldScreen(ShowScreen):
    """It is done and on disk: what a task has to say of it."""

    def __init__(self) -> None:
        super().__init__()
        self._told: Told = ("",)

    def ask(self, told: Told) -> None:
        """Make ready to show that."""
        self._told = told
        self.renew()

    def body(self) -> Iterable[Widget]:
        yield Static("", id="member", markup=False)
        yield Static("", id="rows", markup=False)
        yield from self.foot()

    def put(self) -> None:
        """See DeskScreen."""
        first, *others = self._told
        self.query_one("#member", Static).update(first)
        self.query_one("#rows", Static).update("\n".join(others))


class Result(NamedTuple):
    """What was recorded, for how many points, and the reference for the receipt."""

    title: str
    points: Points
    balance: Points | None
    reference: str
    why: tuple[str, ...] = ()


class ResultScreen(ShowScreen):
    """It is done and on disk."""

    def __init__(self) -> None:
        super().__init__()
        self._result = Result("", Points(0), None, "")

    def ask(self, result: Result) -> None:
        """Make ready to show that."""
        self._result = result
        self.renew()

    def body(self) -> Iterable[Widget]:
        yield Static("", id="member", markup=False)
        yield BigNumber("", id="balance")
        yield Static("", id="so-far", markup=False)
        yield Static("", id="why", classes="hint", markup=False)
        yield Static("", id="reference", classes="hint", markup=False)
        yield from self.foot()

    def put(self) -> None:
        """See DeskScreen."""
        result, balance = self._result, say(N_("points"))
        if result.balance is not None:
            balance = say(N_("points · new balance {balance}"), balance=number(result.balance))
        texts = {
            "#member": f"OK · {result.title}",
            "#so-far": balance,
            "#why": "\n".join(result.why[:WHY_SHOWN]),
            "#reference": say(N_("Reference {reference}"), reference=result.reference),
        }
        for place, text in texts.items():
            self.query_one(place, Static).update(text)
        self.query_one(BigNumber).show(number(result.points))
        self.say(say(N_("OK, recorded")), "good")
