"""The member at the counter: name, balance in big digits, and what can be done."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.errors import N_
from suite.domain.standing import CardStanding
from suite.runtime.explaining import expiring_line, next_tier_line, tier_name
from suite.runtime.texts import number, say
from suite.runtime.words import card_warning, when
from suite.station.handover import prize_name, waiting_for
from suite.station.screens.base import DeskScreen
from suite.station.widgets.big_number import BigNumber

Choice = Literal["sale", "redeem", "movements", "hand-over"]
PRIZES_SHOWN = 40
"""Characters of the names of what may have come: one line, in any language."""

CHOICES: dict[str, Choice] = {"1": "sale", "2": "redeem", "3": "movements", "4": "hand-over"}


class MemberScreen(DeskScreen[Choice | None]):
    """Answers with what to do, or None to go back to the swipe."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose('sale')", show=False),
        Binding("f3", "choose('redeem')", show=False),
        Binding("f4", "choose('movements')", show=False),
    ]
    auto_return: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._standing: CardStanding | None = None
        self._waiting: list[str] = []

    def ask(self, standing: CardStanding) -> None:
        """Make ready to show this member. Made once, like the PIN's screen."""
        self._standing = standing
        if self.is_mounted:
            self._show()
            self.hush()
            self.clear_input()

    def body(self) -> Iterable[Widget]:
        yield Static("", id="member", markup=False)
        yield Static(say(N_("BALANCE IN POINTS")), classes="hint", markup=False)
        yield BigNumber("", id="balance")
        yield Static("", id="freshness", classes="hint", markup=False)
        yield Static("", id="coming", classes="hint", markup=False)
        yield Static("", id="choices", markup=False)
        yield Static(
            say(N_("Type 1, 2 or 3 and press Enter · Esc for another card")), id="how", classes="hint", markup=False
        )
        yield Input(max_length=1, id="answer")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        standing = self._standing
        assert standing is not None, "a member is asked for before the screen is shown"
        name = standing.member or say(N_("Member {account}"), account=str(standing.account))
        self.query_one("#member", Static).update(name)
        self.query_one(BigNumber).show("" if standing.balance is None else number(standing.balance))
        moment = when(standing.as_of, self.station.desk.zone())
        fresh = say(N_("as of {moment}, and what was done here since"), moment=moment)
        warning = card_warning(standing.status, standing.role)
        self.query_one("#freshness", Static).update(f"{warning} · {fresh}" if warning else fresh)
        self.query_one("#coming", Static).update(" · ".join(filter(None, self._coming(standing))))
        desk = self.station.desk
        self._waiting = [] if standing.role == "truck" else [prize_name(desk, o) for o in waiting_for(desk, standing)]
        choices = [say(N_("1  Sale          F2")), say(N_("2  Prize         F3")), say(N_("3  Last moves    F4"))]
        if self._waiting:
            names = ", ".join(self._waiting)
            shown = names if len(names) <= PRIZES_SHOWN else f"{names[: PRIZES_SHOWN - 1]}…"
            choices.append(say(N_("4  Hand over what was ordered: {prizes}"), prizes=shown))
        self.query_one("#choices", Static).update("\n".join(choices))
        self.query_one("#how", Static).display = not self._waiting  # 24 lines hold one of them

    def _coming(self, standing: CardStanding) -> tuple[str, ...]:
        """The tier, how far the next one is, and what expires soon; nothing of it on a truck's card."""
        if standing.role == "truck":
            return ()
        desk = self.station.desk
        return (
            tier_name(desk.programme(), standing.tier),
            next_tier_line(desk.next_tier(standing)),
            expiring_line(standing.expiring[:1]),
        )

    @on(Input.Submitted)
    def chosen(self, event: Input.Submitted) -> None:
        choice = CHOICES.get(event.value)
        if choice and (choice != "hand-over" or self._waiting):
            self.dismiss(choice)
        else:
            self.say(say(N_("Type 1, 2 or 3, then Enter.")), "bad")
            self.clear_input()

    def action_choose(self, choice: Choice) -> None:
        self.dismiss(choice)
