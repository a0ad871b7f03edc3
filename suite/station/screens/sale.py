"""A sale, one question at a time: product, quantity, amount, another line, ticket number."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.earning import SaleLine
from suite.domain.errors import N_, Refusal
from suite.domain.programme import Product
from suite.domain.quantities import Centavos, Millis
from suite.runtime.errors import SuiteError
from suite.runtime.texts import money, quantity, say, say_error
from suite.runtime.typed_text import document_number, scaled
from suite.station.desk import Attendant, CardRead, SaleReceipt
from suite.station.screens.base import DeskScreen

ANSWER_MAX = 40
PRODUCTS_SHOWN = 9
UNITS = {"litre": N_("LITRES of {product}"), "piece": N_("HOW MANY of {product}")}


class SaleScreen(DeskScreen[SaleReceipt | None]):
    """Answers with the receipt of a credited ticket, or None when it was left."""

    def __init__(self, read: CardRead, attendant: Attendant) -> None:
        super().__init__()
        self._read, self._attendant = read, attendant
        self._lines: list[SaleLine] = []
        self._product: Product | None = None
        self._millis: Millis | None = None
        self._ticket_asked = False

    def body(self) -> Iterable[Widget]:
        yield Static("", id="question", markup=False)
        yield Static("", id="choices", markup=False)
        yield Input(max_length=ANSWER_MAX, id="answer")
        yield Static("", id="so-far", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.ask()

    def products(self) -> tuple[Product, ...]:
        return self.station.desk.programme().products

    def ask(self) -> None:
        """Show the question that is due, and what was answered before it."""
        question, choices = self._question()
        self.query_one("#question", Static).update(question)
        self.query_one("#choices", Static).update("\n".join(choices))
        names = {product.code: product.name for product in self.products()}
        self.query_one("#so-far", Static).update(
            "\n".join(
                f"{quantity(line.quantity)} × {names[line.product]}  {money(line.amount)}" for line in self._lines
            )
        )
        self.clear_input()

    def _question(self) -> tuple[str, list[str]]:
        if self._ticket_asked:
            return say(N_("TICKET NUMBER")), []
        if self._product is None:
            choices = [f"{i}  {p.name}" for i, p in enumerate(self.products()[:PRODUCTS_SHOWN], start=1)]
            more = [say(N_("Another product: type its code"))] if len(self.products()) > PRODUCTS_SHOWN else []
            done = [say(N_("Enter alone: no more products"))] if self._lines else []
            return say(N_("WHICH PRODUCT?")), [*choices, *more, *done]
        if self._millis is None:
            return say(UNITS[self._product.unit], product=self._product.name), []
        return say(N_("AMOUNT OF THE LINE, in {currency}"), currency=self.station.desk.programme().currency), []

    @on(Input.Submitted)
    def answered(self, event: Input.Submitted) -> None:
        self.hush()
        if self._ticket_asked:
            self._take_ticket(event.value)
        elif self._product is None:
            self._take_product(event.value)
        elif self._millis is None:
            self._take_quantity(event.value)
        else:
            self._take_amount(event.value)

    def _take_product(self, answer: str) -> None:
        if not answer and self._lines:
            self._ticket_asked = True
            self.ask()
            return
        by_place = {str(i): p for i, p in enumerate(self.products()[:PRODUCTS_SHOWN], start=1)}
        by_code = {product.code: product for product in self.products()}
        self._product = by_place.get(answer) or next((p for c, p in by_code.items() if c == answer), None)
        if self._product is None:
            self.say(
                say(N_("There is no product {answer!r}. Type the number in front of the product."), answer=answer),
                "bad",
            )
        self.ask()

    def _take_quantity(self, answer: str) -> None:
        millis = scaled(answer, 3)
        if millis is None:
            self.say(say(N_("Type a number, with at most 3 decimals.")), "bad")
        else:
            self._millis = Millis(millis)
        self.ask()

    def _take_amount(self, answer: str) -> None:
        centavos = scaled(answer, 2)
        if centavos is None or self._product is None or self._millis is None:
            self.say(say(N_("Type an amount, with at most 2 decimals.")), "bad")
        else:
            self._lines.append(SaleLine(self._product.code, self._millis, Centavos(centavos)))
            self._product = self._millis = None
        self.ask()

    def _take_ticket(self, answer: str) -> None:
        try:
            receipt = self.station.desk.sell(
                self._read, self._attendant.number, document_number(answer), tuple(self._lines)
            )
        except (Refusal, SuiteError) as refusal:
            self.say(say_error(refusal), "bad")
            self.clear_input()
        else:
            self.dismiss(receipt)
