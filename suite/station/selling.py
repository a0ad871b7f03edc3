"""A sale, one question at a time: one that the POS told of, taken with its digit, or typed line by line (STA-3)."""

from suite.domain.calendar import local_time
from suite.domain.caps import TicketBeyondCap
from suite.domain.claiming import TicketWithoutProduct
from suite.domain.earning import SaleLine
from suite.domain.errors import N_, Refusal, TicketKept
from suite.domain.programme import Product
from suite.domain.quantities import Centavos, Millis
from suite.runtime.errors import BadInput
from suite.runtime.texts import money, quantity, say
from suite.runtime.typed_text import document_number
from suite.station.answers import decimal
from suite.station.desk import Attendant, CardRead, SaleReceipt
from suite.station.interview import Interview, Question
from suite.station.pos.claimable import Claimable
from suite.station.pos.pending import claim, pending

PRODUCTS_SHOWN = 9
SHORT_CODE = 2
UNITS = {"litre": N_("LITRES of {product}"), "piece": N_("HOW MANY of {product}")}
BY_HAND = "0"
NUMBER_SHOWN, SOLD_SHOWN = 14, 18
"""Characters of a ticket's number, its end, and of what was sold: with the rest they fill a line of 75."""


class Selling:
    """One sale for the holder of a card. `warning` is said with the first question."""

    def __init__(self, interview: Interview, read: CardRead, attendant: Attendant, warning: str = "") -> None:
        self._interview, self._desk = interview, interview.desk
        self._read, self._attendant, self._warning = read, attendant, warning

    async def run(self) -> SaleReceipt:
        """The sale, credited and on disk. Raises LeftError, and TicketKept and its like for what central decides."""
        while pending(self._desk, 1):
            answer = await self._which()
            if isinstance(answer, Refusal):
                raise answer
            if isinstance(answer, SaleReceipt):
                return answer
            if answer == BY_HAND:
                break
        lines = await ask_lines(self._interview, self._warning)

        def sell(typed: str) -> SaleReceipt | Refusal:
            try:
                return self._desk.sell(self._read, self._attendant.number, document_number(typed), lines)
            except (TicketKept, TicketBeyondCap) as kept:
                return kept

        done = await self._interview.put(
            Question(say(N_("TICKET NUMBER")), sell, so_far=_so_far(lines, self._desk.programme().products))
        )
        if isinstance(done, Refusal):
            raise done
        return done

    async def _which(self) -> SaleReceipt | Refusal | str:
        """The receipt of a sale that waited, or the answer that asks for another look or for typing."""
        waiting = pending(self._desk)

        def take(typed: str) -> SaleReceipt | Refusal | str:
            if typed in {"", BY_HAND}:
                return typed
            if not typed.isdecimal() or int(typed) > len(waiting):
                raise BadInput(N_("There is no sale {answer!r} in the list."), answer=typed)
            try:
                return claim(self._desk, self._read, self._attendant.number, waiting[int(typed) - 1])
            except (TicketKept, TicketWithoutProduct, TicketBeyondCap) as kept:
                return kept

        hint = say(N_("Type its digit · 0 another, by hand · Enter alone looks again"))
        rows = (self._row(place, each) for place, each in enumerate(waiting, start=1))
        warning, self._warning = self._warning, ""
        return await self._interview.put(Question(say(N_("WHICH SALE?")), take, (*rows, "", hint), warning=warning))

    def _row(self, place: int, each: Claimable) -> str:
        names = {product.code: product.name for product in self._desk.programme().products}
        clock = local_time(each.at, self._desk.zone()).strftime("%H:%M")
        sold = ", ".join(dict.fromkeys(each.unknown or tuple(names.get(line.product, "?") for line in each.lines)))
        pump = say(N_("pump {pump}"), pump=each.pump) if each.pump else ""
        litres = quantity(sum(line.quantity for line in each.lines if line.product == each.lines[0].product))
        return (
            f"{place}  {clock}  {each.number[-NUMBER_SHOWN:]:<{NUMBER_SHOWN}} {pump:<12.11}"
            f"{sold:<{SOLD_SHOWN}.{SOLD_SHOWN}}{litres:>9}{money(each.total):>11}"
        )


async def ask_lines(interview: Interview, warning: str = "") -> tuple[SaleLine, ...]:
    """Products, quantities and amounts, until there are no more."""
    programme, lines = interview.desk.programme(), list[SaleLine]()
    choices = _choices(programme.products)
    amount_of = say(N_("AMOUNT OF THE LINE, in {currency}"), currency=programme.currency)
    while True:
        so_far = _so_far(lines, programme.products)

        def take(typed: str) -> Product | None:
            if not typed and lines:
                return None
            if typed not in choices:
                raise BadInput(
                    N_("There is no product {answer!r}. Type the number in front of the product."), answer=typed
                )
            return choices[typed]

        shown = [f"{typed:>2}  {product.name}" for typed, product in [*choices.items()][:PRODUCTS_SHOWN]]
        more = [say(N_("Another product: type its number"))] if len(choices) > PRODUCTS_SHOWN else []
        done = [say(N_("Enter alone: no more products"))] if lines else []
        product = await interview.put(
            Question(say(N_("WHICH PRODUCT?")), take, (*shown, *more, *done), so_far=so_far, warning=warning)
        )
        warning = ""
        if product is None:
            return tuple(lines)
        how_much = say(UNITS[product.unit], product=product.name)
        millis = await interview.put(Question(how_much, lambda typed: Millis(decimal(typed, 3)), so_far=so_far))
        amount = await interview.put(Question(amount_of, lambda typed: Centavos(decimal(typed, 2)), so_far=so_far))
        lines.append(SaleLine(product.code, millis, amount))


def _choices(products: tuple[Product, ...]) -> dict[str, Product]:
    """What to type for each product: its code where codes are short numbers, else its place in the list."""
    by_code: dict[str, Product] = {product.code: product for product in products}
    if all(code.isdigit() and len(code) <= SHORT_CODE for code in by_code):
        return by_code
    return {str(place): product for place, product in enumerate(products, start=1)}


def _so_far(lines: list[SaleLine] | tuple[SaleLine, ...], products: tuple[Product, ...]) -> tuple[str, ...]:
    names = {product.code: product.name for product in products}
    return tuple(f"{quantity(line.quantity)} × {names[line.product]}  {money(line.amount)}" for line in lines)
