"""The catalogue as this member can have it, here and now; then one confirmation, for a prize is hard to take back."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.errors import N_, Refusal
from suite.domain.programme import Delivery, Prize
from suite.domain.spending import TELEPHONE
from suite.domain.standing import CardStanding
from suite.runtime.errors import SuiteError
from suite.runtime.texts import number, say, say_error
from suite.station.desk import Attendant, CardRead, Voucher
from suite.station.screens.base import DeskScreen

SHOWN = 12
CHOICE_DIGITS = 2
CODE_TYPED = 12
"""An authorisation's eight digits, and what people put between them."""


class RedeemScreen(DeskScreen[Voucher | None]):
    """Answers with the voucher of a prize handed over or ordered, or None."""

    def __init__(self, read: CardRead, standing: CardStanding, attendant: Attendant) -> None:
        super().__init__()
        self._read, self._standing, self._attendant = read, standing, attendant
        self._offers: list[tuple[Prize, Delivery]] = []
        self._chosen: tuple[Prize, Delivery] | None = None
        self._telephone = False

    def body(self) -> Iterable[Widget]:
        yield Static("", id="question", markup=False)
        yield Static("", id="choices", markup=False)
        yield Input(max_length=CHOICE_DIGITS, id="answer")
        yield Static(say(N_("Balance {points}"), points=number(self._standing.may_spend())), id="so-far", markup=False)

    def on_mount(self) -> None:
        self._offers = [
            (offer.prize, way) for offer in self.station.desk.prizes(self._standing) for way in offer.deliveries
        ]
        self.ask()

    def ask(self) -> None:
        question, choices = self._question()
        self.query_one("#question", Static).update(question)
        self.query_one("#choices", Static).update("\n".join(choices))
        self.query_one("#answer", Input).max_length = CODE_TYPED if self._telephone else CHOICE_DIGITS
        self.clear_input()

    def _question(self) -> tuple[str, list[str]]:
        if self._chosen and self._telephone:
            return say(N_("AUTHORISATION FROM CENTRAL?")), self._asked_by_telephone(self._chosen[0])
        if self._chosen:
            prize, way = self._chosen
            return say(N_("HAND OVER THIS PRIZE?") if way == "immediate" else N_("ORDER THIS PRIZE?")), [
                prize.name,
                say(
                    N_("{points} points; {left} are left"),
                    points=number(prize.points),
                    left=number(self._standing.may_spend() - prize.points),
                ),
                "",
                say(N_("1 and Enter to confirm · Esc to leave it")),
            ]
        if not self._offers:
            return say(N_("NO PRIZE FOR THIS BALANCE YET")), [say(N_("Esc to go back"))]
        to_order = say(N_("to order"))
        lines = [
            f"{i:>2}  {number(prize.points):>9}  {prize.name}{f' ({to_order})' if way == 'scheduled' else ''}"
            for i, (prize, way) in enumerate(self._offers[:SHOWN], start=1)
        ]
        return say(N_("WHICH PRIZE?")), lines

    def _asked_by_telephone(self, prize: Prize) -> list[str]:
        station = self.station.desk.station
        return [
            say(N_("Station {station} · card {card}"), station=station, card=self._read.card),
            say(N_("{prize}: {points} points"), prize=prize.name, points=number(prize.points)),
            "",
            say(N_("Type the 8 digits that central reads out · Esc to leave it")),
        ]

    @on(Input.Submitted)
    def answered(self, event: Input.Submitted) -> None:
        self.hush()
        if self._telephone:
            self._redeem(event.value)
        elif self._chosen:
            self._confirm(event.value)
        else:
            self._choose(event.value)

    def _choose(self, answer: str) -> None:
        place = int(answer) if answer.isascii() and answer.isdigit() else 0
        if 1 <= place <= min(SHOWN, len(self._offers)):
            self._chosen = self._offers[place - 1]
        else:
            self.say(say(N_("Type the number in front of a prize.")), "bad")
        self.ask()

    def _confirm(self, answer: str) -> None:
        if answer != "1":
            self.say(say(N_("Type 1 to confirm, or Esc.")), "bad")
            self.clear_input()
            return
        self._redeem("")

    def _redeem(self, authorisation: str) -> None:
        """Hand over or order; what central can lift by telephone asks for its digits next."""
        assert self._chosen is not None, "a prize was chosen"
        prize, way = self._chosen
        try:
            voucher = self.station.desk.redeem(self._read, self._attendant.number, prize.code, way, authorisation)
        except (Refusal, SuiteError) as refusal:
            self._telephone = self._telephone or isinstance(refusal, TELEPHONE)
            self.say(say_error(refusal), "bad")
            self.ask()
        else:
            self.dismiss(voucher)
