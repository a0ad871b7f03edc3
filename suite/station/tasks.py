"""The rarer tasks of a desk, question by question: members, taking back, the shift, the shelf."""

from collections.abc import Awaitable, Callable
from typing import Any

from suite.domain.errors import N_, ManagerNeeded
from suite.domain.events.station import Dispensed, PrizeCount
from suite.domain.ids import PrizeCode, ShippingNote
from suite.domain.personal import Consent, Person
from suite.domain.pins import check_choice
from suite.domain.programme import Product
from suite.domain.quantities import Centavos, Millis
from suite.runtime.errors import BadInput
from suite.runtime.identity import checked_document
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say
from suite.runtime.typed_text import document_number
from suite.station.answers import decimal, needed, whole
from suite.station.claiming import claim_forgotten
from suite.station.desk import Attendant, CardRead
from suite.station.enrolment import check_free, enrol, replace_card
from suite.station.handover_tasks import HandOvers
from suite.station.interview import Interview, Told
from suite.station.reporting import ask_report, shown_reports
from suite.station.returns import TakenBackReceipt, bring_prize_back, give_back, return_without_ticket, reverse_sale
from suite.station.selling import ask_lines
from suite.station.shelf import count_stock, receive
from suite.station.shifts import close_shift, in_short, open_shift, sums_so_far
from suite.station.transfer_tasks import Transfers

PHONE_MAX = 40
FORM_MAX = 24
DOCUMENTS = ("DNI", "CUIT", "")
COUNT_MAX = 10**6


class Tasks:
    """Tasks over one desk, asked of whoever is at it; they raise LeftError when one leaves."""

    def __init__(self, interview: Interview) -> None:
        self._desk, self._interview = interview.desk, interview
        self._ask, self._choose = interview.ask, interview.choose

    def _new(self, read: CardRead) -> CardRead:
        """A card that is nobody's."""
        check_free(self._desk, read.card)
        return read

    async def own_pin(self, attendant: Attendant) -> None:
        """Have an attendant choose a PIN in place of the code that central gave out (STA-2)."""
        rule = say(N_("Six digits that only you know. Nobody can tell them to you again."))
        first = await self._interview.secret(
            say(N_("CHOOSE YOUR PIN")), lambda typed: check_choice(typed, attendant.code), rule
        )
        await self._interview.secret(say(N_("YOUR PIN ONCE MORE")), lambda typed: _same(typed, first))
        self._desk.choose_pin(attendant, first)

    # Members (F7)

    async def members(self, attendant: Attendant) -> Told:
        """Enrol somebody, report a card lost, credit a forgotten card's ticket, tell central of something (STA-6)."""
        task = await self._choose(
            say(N_("MEMBERS")),
            say(N_("New member")),
            say(N_("Lost card")),
            say(N_("A ticket of earlier, for a forgotten card (manager)")),
            say(N_("Tell central of something")),
            say(N_("What central answered")),
        )
        if task == 1:
            return await self._enrol(attendant)
        if task == 2:  # noqa: PLR2004 -- the choice above
            return await self._lost(attendant)
        if task == 3:  # noqa: PLR2004 -- the choice above
            return await claim_forgotten(self._interview, attendant)
        if task == 4:  # noqa: PLR2004 -- the choice above
            return await ask_report(self._interview, attendant.number)
        return shown_reports(self._desk)

    async def _enrol(self, attendant: Attendant) -> Told:
        card = await self._interview.card(say(N_("NEW CARD: swipe it or type its number")), self._new)
        surname = await self._ask(say(N_("SURNAME OR COMPANY")), needed)
        name = await self._ask(say(N_("FIRST NAME")), safe_text)
        kind = DOCUMENTS[await self._choose(say(N_("DOCUMENT")), "DNI", "CUIT", say(N_("None"))) - 1]
        document = phone = ""
        if kind:
            document = await self._ask(say(N_("DOCUMENT NUMBER")), lambda typed: checked_document(kind, typed)[1])
        if not document or await self._choose(say(N_("TELEPHONE")), say(N_("Note it")), say(N_("None"))) == 1:
            phone = await self._ask(say(N_("TELEPHONE NUMBER")), lambda typed: needed(typed)[:PHONE_MAX])
        address = await self._ask(say(N_("ADDRESS")), safe_text, say(N_("Enter alone: none")))
        form = await self._ask(say(N_("NUMBER OF THE SIGNED FORM")), lambda typed: needed(typed)[:FORM_MAX])
        offers = await self._choose(say(N_("OFFERS?")), say(N_("Yes, they agreed to receive offers")), say(N_("No")))
        person = Person(surname, name, kind or "DNI", document, phone, address)
        done = enrol(self._desk, card, attendant.number, person, Consent("", offers == 1, form, b""))
        return say(N_("{member} is a member: the card earns from now on."), member=person.full_name), _reference(done)

    async def _lost(self, attendant: Attendant) -> Told:
        old = await self._interview.card(say(N_("NUMBER OF THE LOST CARD")))
        give = await self._choose(say(N_("A NEW CARD?")), say(N_("Yes, from the box")), say(N_("No, not now")))
        new = (
            await self._interview.card(say(N_("NEW CARD: swipe it or type its number")), self._new)
            if give == 1
            else None
        )
        done = replace_card(self._desk, old.card, new.card if new else None, attendant.number)
        after = say(N_("Card {card} takes over."), card=done.new) if done.new else say(N_("No new card was given."))
        lost = say(N_("{member}: the lost card still earns and cannot redeem."), member=done.member)
        return lost, after, _reference(done)

    # Taking back (F8)

    async def undo(self, attendant: Attendant) -> Told:
        """Take back a ticket, goods or a prize."""
        task = await self._choose(
            say(N_("TAKE BACK")),
            say(N_("A ticket")),
            say(N_("Goods without their ticket (manager)")),
            say(N_("A prize (manager)")),
        )
        if task == 1:
            return await self._ticket(attendant)
        return await (self._goods(attendant) if task == 2 else self._prize(attendant))  # noqa: PLR2004 -- the choice above

    async def _ticket(self, attendant: Attendant) -> Told:
        document = await self._ask(say(N_("TICKET NUMBER")), document_number)
        whole_ticket = say(N_("Enter alone: the whole ticket, or what is left of it"))
        amount = await self._ask(
            say(N_("AMOUNT THAT CAME BACK")), lambda typed: Centavos(decimal(typed, 2)) if typed else None, whole_ticket
        )
        return _taken_back(reverse_sale(self._desk, document, attendant, amount))

    async def _goods(self, manager: Attendant) -> Told:
        card = await self._interview.card()
        document = await self._ask(say(N_("NUMBER OF THE CREDIT NOTE")), document_number)
        lines = await ask_lines(self._interview)
        return _taken_back(return_without_ticket(self._desk, card, document, lines, manager))

    async def _prize(self, manager: Attendant) -> Told:
        place = await self._ask(
            say(N_("NUMBER ON THE VOUCHER")),
            lambda typed: whole(typed, 1, 10**9),
            say(N_("The six digits in the middle of its reference, like 42 in E1-000042-0A1B2")),
        )
        return _taken_back(bring_prize_back(self._desk, place, manager))

    # The shift (F9)

    async def shift(self, attendant: Attendant) -> Told:
        """Open the attendant's shift, or close the one that is open."""
        if self._desk.store.open_shift(attendant.number) is None:
            await self._choose(say(N_("SHIFT")), say(N_("Open the shift of {attendant}"), attendant=attendant.name))
            open_shift(self._desk, attendant.number)
            return (say(N_("Shift open. Close it when it is over.")),)
        sums = sums_so_far(self._desk, attendant.number)
        so_far = in_short(sums.sales, sums.points)
        await self._choose(so_far, say(N_("Close the shift of {attendant}"), attendant=attendant.name))
        sold = {each.product for each in sums.products}
        dispensed = [
            Dispensed(product.code, quantity)
            for product in self._desk.programme().products
            if product.unit == "litre" or product.code in sold
            if (quantity := await self._ask_dispensed(product)) is not None
        ]
        counted = [PrizeCount(prize, count) for prize, count in (await self._ask_shelf()).items()]
        report = close_shift(self._desk, attendant.number, tuple(dispensed), tuple(counted))
        over = [
            say(N_("{product}: more was credited than the pumps dispensed."), product=each.product)
            for each in report.products
            if each.dispensed is not None and each.dispensed < each.credited
        ]
        differ = sum(each.counted != each.expected for each in report.counted)
        missing = [say(N_("Prizes that are not as many as they should be: {count}"), count=number(differ))]
        return say(N_("Shift closed.")), so_far, *over, *(missing if differ else ()), _reference(report)

    async def _ask_dispensed(self, product: Product) -> Millis | None:
        return await self._ask(
            say(N_("DISPENSED by the pumps: {product}"), product=product.name),
            lambda typed: Millis(decimal(typed, 3)) if typed else None,
            say(N_("Enter alone: not known")),
        )

    # The shelf (F6)

    async def shelf(self, attendant: Attendant) -> Told:
        """Receive a shipment, count the prizes, exchange some with another station, hand over what was ordered."""
        store, between = self._desk.store, Transfers(self._interview)
        tasks: dict[str, Callable[[], Awaitable[Told]]] = {}
        if coming := store.shipments_under_way():
            tasks[say(N_("Receive a shipment"))] = lambda: self._receive(coming)
        tasks[say(N_("Count the prizes (manager)"))] = lambda: self._count(attendant)
        tasks[say(N_("Send prizes to another station (manager)"))] = lambda: between.send(attendant)
        tasks[say(N_("Receive prizes of another station (manager)"))] = lambda: between.receive(attendant)
        ordered = HandOvers(self._interview)
        tasks[say(N_("Hand over a prize that was ordered"))] = lambda: ordered.by_slip(attendant)
        tasks[say(N_("Prizes broken, stolen or found (manager)"))] = lambda: between.adjust(attendant)
        task = await self._choose(say(N_("PRIZES ON THE SHELF")), *tasks)
        return await list(tasks.values())[task - 1]()

    async def _receive(self, coming: list[ShippingNote]) -> Told:
        on_the_way = say(N_("On their way: {notes}"), notes=", ".join(map(str, coming)))
        note = await self._ask(
            say(N_("NUMBER OF THE SHIPMENT")), lambda typed: ShippingNote(whole(typed, 1, COUNT_MAX)), on_the_way
        )
        programme = self._desk.programme()
        came: dict[PrizeCode, int] = {}
        for line in self._desk.store.shipment(note):
            sent = say(N_("Enter alone: {count}, as it was sent"), count=number(line.quantity))
            title = say(N_("HOW MANY CAME: {prize}"), prize=programme.prize_name(line.prize))
            count = await self._interview.count(title, COUNT_MAX, sent)
            came[line.prize] = line.quantity if count is None else count
        lines = receive(self._desk, note, came)
        return say(N_("Received. The prizes are on the shelf.")), *(
            f"{number(line.quantity)} × {programme.prize_name(line.prize)}" for line in lines
        )

    async def _count(self, manager: Attendant) -> Told:
        if not manager.manager:
            raise ManagerNeeded
        counted = await self._ask_shelf()
        lines = count_stock(self._desk, counted, manager)
        return say(N_("Counted. The shelf is as you found it.")), *(
            say(
                N_("{prize}: {counted} counted, {expected} expected"),
                prize=self._desk.programme().prize_name(c.prize),
                counted=c.counted,
                expected=c.expected,
            )
            for c in lines
            if c.counted != c.expected
        )

    async def _ask_shelf(self) -> dict[PrizeCode, int]:
        """How many prizes of each sort are there, of those that somebody counted."""
        alone, counted = say(N_("Enter alone: not counted")), dict[PrizeCode, int]()
        for prize, _ in self._desk.stock():
            title = say(N_("HOW MANY ON THE SHELF: {prize}"), prize=prize.name)
            count = await self._interview.count(title, COUNT_MAX, alone)
            if count is not None:
                counted[prize.code] = count
        return counted


def _reference(done: Any) -> str:  # noqa: ANN401 -- whatever was recorded has one
    return say(N_("Reference {reference}"), reference=done.reference)


def _taken_back(receipt: TakenBackReceipt) -> Told:
    head = say(N_("{what} taken back, {points} points"), what=receipt.what, points=number(receipt.points))
    left = "" if receipt.balance is None else say(N_("New balance {balance}"), balance=number(receipt.balance))
    short = say(N_("{points} points more were due and not there to take."), points=number(receipt.shortfall))
    back = give_back(receipt)
    lines = (receipt.member, head, back, short if receipt.shortfall else "", left, _reference(receipt))
    return tuple(line for line in lines if line)


def _same(typed: str, first: str) -> str:
    if typed != first:
        raise BadInput(N_("That is not the PIN you typed before. Type it again, or press Esc to leave."))
    return typed
