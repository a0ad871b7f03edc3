"""The sales that the POS told of: one is taken with a digit, in place of typing it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.calendar import local_time
from suite.domain.caps import TicketBeyondCap
from suite.domain.claiming import TicketWithoutProduct
from suite.domain.errors import N_, Refusal, TicketKept
from suite.runtime.errors import SuiteError
from suite.runtime.texts import money, quantity, say, say_error
from suite.station.desk import Attendant, CardRead, SaleReceipt
from suite.station.pos.claimable import Claimable
from suite.station.pos.pending import claim, pending
from suite.station.screens.base import DeskScreen
from suite.station.screens.sale import SaleScreen

if TYPE_CHECKING:
    from suite.station.app import StationApp

BY_HAND: Literal["by hand"] = "by hand"
NUMBER_SHOWN, PRODUCTS_SHOWN = 14, 18
"""Characters of a ticket's number, its end, and of what was sold: with the rest they fill a line of 75."""


class PendingScreen(DeskScreen[SaleReceipt | Literal["by hand"] | None]):
    """Answers with the receipt of the sale that was taken, `by hand` to type one, or None when it was left."""

    def __init__(self, read: CardRead, attendant: Attendant, warning: str = "") -> None:
        super().__init__()
        self._read, self._attendant, self._warning = read, attendant, warning
        self._shown: list[Claimable] = []

    def body(self) -> Iterable[Widget]:
        yield Static(say(N_("WHICH SALE?")), id="question", markup=False)
        yield Static("", id="rows", markup=False)
        hint = N_("Type its digit · 0 another, by hand · Enter alone looks again")
        yield Static(say(hint), classes="hint", markup=False)
        yield Input(max_length=1, id="answer")

    def on_mount(self) -> None:
        self.look()
        if self._warning:
            self.say(self._warning, "bad")

    def look(self) -> None:
        """Ask the store what waits. The list stands still after that: a digit means the sale it stood by."""
        self._shown = pending(self.station.desk)
        rows = [self._row(place, each) for place, each in enumerate(self._shown, start=1)]
        self.query_one("#rows", Static).update("\n".join(rows) or say(N_("No sale of the POS waits.")))
        self.clear_input()

    def _row(self, place: int, each: Claimable) -> str:
        desk = self.station.desk
        names = {product.code: product.name for product in desk.programme().products}
        clock = local_time(each.at, desk.zone()).strftime("%H:%M")
        sold = ", ".join(dict.fromkeys(each.unknown or tuple(names.get(line.product, "?") for line in each.lines)))
        pump = say(N_("pump {pump}"), pump=each.pump) if each.pump else ""
        litres = quantity(sum(line.quantity for line in each.lines if line.product == each.lines[0].product))
        return (
            f"{place}  {clock}  {each.number[-NUMBER_SHOWN:]:<{NUMBER_SHOWN}} {pump:<12.11}"
            f"{sold:<{PRODUCTS_SHOWN}.{PRODUCTS_SHOWN}}{litres:>9}{money(each.total):>11}"
        )

    @on(Input.Submitted)
    def chosen(self, event: Input.Submitted) -> None:
        self.hush()
        if event.value == "0":
            self.dismiss(BY_HAND)
        elif event.value.isdecimal() and int(event.value) <= len(self._shown):
            self._take(self._shown[int(event.value) - 1])
        else:
            if event.value:
                self.say(say(N_("There is no sale {answer!r} in the list."), answer=event.value), "bad")
            self.look()

    def _take(self, each: Claimable) -> None:
        try:
            receipt = claim(self.station.desk, self._read, self._attendant.number, each)
        except (TicketKept, TicketWithoutProduct, TicketBeyondCap) as kept:
            self.station.notice(say_error(kept), "bad")
            self.dismiss(None)
        except (Refusal, SuiteError) as refusal:
            self.say(say_error(refusal), "bad")
            self.look()
        else:
            self.dismiss(receipt)


async def ask_sale(app: "StationApp", read: CardRead, attendant: Attendant, warning: str = "") -> SaleReceipt | None:
    """A sale of the POS where any waits, else a typed one; None when it was left. `warning` is said first."""
    if pending(app.desk, 1):
        answer = await app.push_screen_wait(PendingScreen(read, attendant, warning))
        if answer != BY_HAND:
            return answer
        warning = ""
    return await app.push_screen_wait(SaleScreen(read, attendant, warning))
