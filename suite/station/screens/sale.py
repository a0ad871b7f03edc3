"""A sale, one question at a time: product, quantity, amount, another line, ticket number."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from suite.domain.caps import TicketBeyondCap
from suite.domain.earning import SaleLine
from suite.domain.errors import N_, Refusal, TicketKept
from suite.domain.programme import Product
from suite.domain.quantities import Centavos, Millis
from suite.runtime.errors import SuiteError
from suite.runtime.fiscal_qr import QR_MAX
from suite.runtime.texts import money, quantity, say, say_error
from suite.runtime.typed_text import document_number, scaled
from suite.station.desk import Attendant, CardRead, SaleReceipt
from suite.station.screens.base import DeskScreen

ANSWER_MAX = 40
PRODUCTS_SHOWN = 9
SHORT_CODE = 2
UNITS = {"litre": N_("LITRES of {product}"), "piece": N_("HOW MANY of {product}")}


class SaleScreen(DeskScreen[SaleReceipt | None]):
    """Answers with the receipt of a credited ticket, or None when it was left."""

    def __init__(self, read: CardRead, attendant: Attendant, warning: str = "") -> None:
        """`warning` is said while the first question is asked."""
        super().__init__()
        self._warning = warning
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
        self.ask()
        if self._warning:
            self.say(self._warning, "bad")

    def products(self) -> dict[str, Product]:
        """What to type for each product: its code where codes are short numbers, else its place in the list."""
        products = self.station.desk.programme().products
        by_code: dict[str, Product] = {p.code: p for p in products}
        if all(code.isdigit() and len(code) <= SHORT_CODE for code in by_code):
            return by_code
        return {str(place): product for place, product in enumerate(products, start=1)}

    def ask(self) -> None:
        """Show the question that is due, and what was answered before it."""
        question, choices = self._question()
        self.query_one("#question", Static).update(question)
        self.query_one("#choices", Static).update("\n".join(choices))
        names = {product.code: product.name for product in self.products().values()}
        self.query_one("#so-far", Static).update(
            "\n".join(
                f"{quantity(line.quantity)} × {names[line.product]}  {money(line.amount)}" for line in self._lines
            )
        )
        self.clear_input()

    def _question(self) -> tuple[str, list[str]]:
        if self._ticket_asked:
            self.query_one(Input).max_length = QR_MAX  # an invoice's code can be pasted
            return say(N_("TICKET NUMBER")), []
        if self._product is None:
            choices = [f"{typed:>2}  {p.name}" for typed, p in list(self.products().items())[:PRODUCTS_SHOWN]]
            more = [say(N_("Another product: type its number"))] if len(self.products()) > PRODUCTS_SHOWN else []
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
        self._product = self.products().get(answer)
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
        except (TicketKept, TicketBeyondCap) as kept:
            self.station.notice(say_error(kept), "bad")
            self.dismiss(None)
        except (Refusal, SuiteError) as refusal:
            self.say(say_error(refusal), "bad")
            self.clear_input()
        else:
            self.dismiss(receipt)
