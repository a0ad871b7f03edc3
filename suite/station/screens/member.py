"""The member at the counter: name, balance in big digits, and what can be done."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.errors import N_
from suite.domain.standing import CardStanding
from suite.runtime.explaining import expiring_line, next_tier_line, tier_name
from suite.runtime.texts import number, say
from suite.runtime.words import card_warning, when
from suite.station.handover import waiting_for
from suite.station.screens.base import DeskScreen
from suite.station.widgets.big_number import BigNumber

Choice = Literal["sale", "redeem", "movements", "hand-over", "question"]
ALWAYS = 3
"""Choices that every member has; more of them, or something to say, and the screen moves together."""
PRIZES_SHOWN = 40
"""Characters of the names of what may have come: one line, in any language."""


class MemberScreen(DeskScreen[Choice]):
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
        self._said = self._question = ""
        self._choices: dict[Choice, str] = {}

    def ask(self, standing: CardStanding, said: Iterable[str] = (), question: str = "") -> None:
        """Make ready to show this member, and what they are to be told and asked."""
        self._standing, self._said, self._question = standing, "\n".join(said), question
        self.renew()

    def body(self) -> Iterable[Widget]:
        yield Static("", id="member", markup=False)
        yield Static(say(N_("BALANCE IN POINTS")), id="of-balance", classes="hint", markup=False)
        yield BigNumber("", id="balance")
        yield Static("", id="freshness", classes="hint", markup=False)
        yield Static("", id="coming", classes="hint", markup=False)
        yield Static("", id="said", markup=False)
        yield Static("", id="choices", markup=False)
        yield Static(
            say(N_("Type 1, 2 or 3 and press Enter · Esc for another card")), id="how", classes="hint", markup=False
        )
        yield Input(max_length=1, id="answer")

    def put(self) -> None:
        """See DeskScreen."""
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
        self.query_one("#said", Static).update(self._said)
        self.query_one("#said").display = bool(self._said)
        self._choices = self._offered(standing)
        self.set_class(bool(self._said) or len(self._choices) > ALWAYS, "crowded")
        lines = (f"{digit}  {text}" for digit, text in enumerate(self._choices.values(), start=1))
        self.query_one("#choices", Static).update("\n".join(lines))

    def _offered(self, standing: CardStanding) -> dict[Choice, str]:
        """What can be done, a digit each: what was ordered and may have come, and an open question, among it."""
        offered: dict[Choice, str] = {
            "sale": say(N_("Sale          F2")),
            "redeem": say(N_("Prize         F3")),
            "movements": say(N_("Last moves    F4")),
        }
        desk = self.station.desk
        if standing.role != "truck" and (waiting := waiting_for(desk, standing)):
            names = ", ".join(desk.programme().prize_name(order.prize) for order in waiting)
            shown = names if len(names) <= PRIZES_SHOWN else f"{names[: PRIZES_SHOWN - 1]}…"
            offered["hand-over"] = say(N_("Hand over what was ordered: {prizes}"), prizes=shown)
        if self._question:
            offered["question"] = say(N_("Ask: {question}"), question=self._question)
        return offered

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

    async def entered(self, value: str) -> bool:
        """See DeskScreen."""
        digits: dict[str, Choice] = {str(digit): choice for digit, choice in enumerate(self._choices, start=1)}
        choice = digits.get(value)
        return self.answer(choice) if choice else self.refuse(say(N_("Type one of the numbers above, then Enter.")))

    def action_choose(self, choice: Choice) -> None:
        self.answer(choice)
