"""`canje station …`, members and returns: enrol, replace a card, take back a ticket, goods or a prize, say why."""

import os
from pathlib import Path

import click

from suite.domain.documents import EnrolmentForm
from suite.domain.errors import N_, ConsentMissing
from suite.domain.ids import PROVISIONAL, CardNumber
from suite.domain.personal import Consent, Person
from suite.domain.quantities import Centavos
from suite.runtime.console import (
    NUMBER,
    PATH,
    Answer,
    SpokenCommand,
    answers,
    ask_code,
    progress,
    table,
    write_out,
)
from suite.runtime.errors import BadInput
from suite.runtime.explaining import lines_of
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.safe_text import NAME_MAX, safe_text
from suite.runtime.texts import money, number, say
from suite.runtime.typed_text import document_number, scaled
from suite.runtime.words import order_state, when
from suite.station.enrolment import Enrolled, enrol, replace_card
from suite.station.imports import import_returns
from suite.station.opening import imported_answer, open_desk, parse_line, shown_balance
from suite.station.returns import TakenBackReceipt, bring_prize_back, give_back, return_without_ticket, reverse_sale

NEW_PIN_VARIABLE = "CANJE_NEW_PIN"


@click.command("enrol", cls=SpokenCommand, help=N_("Enrol a member with a card of the box; they can earn at once."))
@click.option("--card", required=True)
@click.option("--surname", required=True)
@click.option("--name", default="")
@click.option("--document-type", default="DNI", show_default=True)
@click.option("--document", default="")
@click.option("--phone", default="")
@click.option("--address", default="")
@click.option("--form", default="", help=N_("Number of the signed form."))
@click.option("--signature", type=PATH, default=None, help=N_("The signature as a PNG image."))
@click.option("--marketing", is_flag=True, help=N_("They agreed to receive offers."))
@click.option("--to", type=PATH, default=None, help=N_("File for the form to sign (PDF)."))
@answers
@click.pass_obj
def enrol_command(
    home: Home,
    card: str,
    surname: str,
    name: str,
    document_type: str,
    document: str,
    phone: str,
    address: str,
    form: str,
    signature: Path | None,
    marketing: bool,
    to: Path | None,
) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    person = Person(
        safe_text(surname), safe_text(name), document_type, document, safe_text(phone, 40), safe_text(address, NAME_MAX)
    )
    image = read_whole(signature) if signature else b""
    if marketing and not form and not image:
        raise ConsentMissing
    consent = Consent("", marketing, safe_text(form, 24), image)
    enrolled = enrol(desk, desk.keyed_card(card), attendant.number, person, consent)
    line = say(
        N_("{member} enrolled as {account} until central confirms; the card earns from now on. {reference}"),
        member=enrolled.person.full_name,
        account=str(enrolled.account),
        reference=enrolled.reference,
    )
    data = {"account": enrolled.account, "card": enrolled.card, "reference": enrolled.reference}
    if to is None:
        return Answer(data, (line,))
    from forms.enrolment import enrolment_pdf
    from suite.node.wording import wording

    path = write_out(to, enrolment_pdf(form_of(desk.programme().name, desk.name(), enrolled), wording()))
    return Answer({**data, "pdf": str(path)}, (line, str(path)))


def form_of(network: str, station_name: str, enrolled: Enrolled) -> EnrolmentForm:
    """The application as it is printed to be signed (MEM-1)."""
    from datetime import date

    person, consent = enrolled.person, enrolled.consent
    return EnrolmentForm(
        network=network,
        form=consent.form or enrolled.reference,
        station_name=station_name,
        printed_on=date.fromisoformat(enrolled.day),
        account=enrolled.account,
        provisional=enrolled.account >= PROVISIONAL,
        member=person.full_name,
        document=f"{person.document_type} {person.document}".strip(),
        phone=person.phone,
        address=person.address,
        card=enrolled.card,
        marketing=consent.marketing,
        terms=consent.terms,
        signed_on=consent.day if consent.signature else "",
        signature=consent.signature,
    )


@click.command(
    "lost-card", cls=SpokenCommand, help=N_("Report a card lost; with --new a card of the box takes over at once.")
)
@click.option("--card", required=True)
@click.option("--new", default=None, help=N_("The card that takes over."))
@answers
@click.pass_obj
def lost_card(home: Home, card: str, new: str | None) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    fresh = desk.keyed_card(new).card if new else None
    done = replace_card(desk, CardNumber(desk.keyed_card(card).card), fresh, attendant.number)
    text = (
        N_("{member}: card {new} takes over; {card} still earns and cannot redeem. {reference}")
        if new
        else N_("{member}: card {card} is lost; it still earns and cannot redeem. {reference}")
    )
    return Answer(done, (say(text, member=done.member, new=done.new, card=done.card, reference=done.reference),))


@click.command("return", cls=SpokenCommand, help=N_("Take back a ticket credited here, whole or an --amount of it."))
@click.option("--document", required=True, help=N_("Number of the ticket or invoice."))
@click.option("--amount", default=None, help=N_("What came back, in currency units; all that is left when not given."))
@answers
@click.pass_obj
def return_command(home: Home, document: str, amount: str | None) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    back = None if amount is None else scaled(amount, 2)
    if amount is not None and not back:
        raise BadInput(N_("{amount!r} is not an amount, like 1500.50"), amount=amount)
    receipt = reverse_sale(desk, document_number(document), attendant, Centavos(back) if back else None)
    return taken_back_answer(receipt)


@click.command(
    "return-goods", cls=SpokenCommand, help=N_("Take back goods whose ticket nobody has; needs a manager's code.")
)
@click.option("--card", required=True)
@click.option("--document", required=True, help=N_("Number of the credit note."))
@click.option("--line", "lines", multiple=True, required=True)
@answers
@click.pass_obj
def return_goods_command(home: Home, card: str, document: str, lines: tuple[str, ...]) -> Answer:
    desk = open_desk(home)
    manager = desk.check_pin(ask_code())
    sold = tuple(parse_line(line) for line in lines)
    return taken_back_answer(
        return_without_ticket(desk, desk.keyed_card(card), document_number(document), sold, manager)
    )


@click.command("bring-back", cls=SpokenCommand, help=N_("Take back a prize handed over here; needs a manager's code."))
@click.argument("number_", metavar="NUMBER", type=NUMBER)
@answers
@click.pass_obj
def bring_back_command(home: Home, number_: int) -> Answer:
    desk = open_desk(home)
    return taken_back_answer(bring_prize_back(desk, number_, desk.check_pin(ask_code())))


def taken_back_answer(receipt: TakenBackReceipt) -> Answer:
    line = say(
        N_("{member}: {what} taken back, {points} points. Balance {balance}. {reference}"),
        member=receipt.member,
        what=receipt.what,
        points=number(receipt.points),
        balance=shown_balance(receipt.balance),
        reference=receipt.reference,
    )
    short = (say(N_("{points} points more were due and not there to take."), points=number(receipt.shortfall)),)
    back = give_back(receipt)
    return Answer(receipt, (line, *((back,) if back else ()), *(short if receipt.shortfall else ())))


@click.command(
    "explain", cls=SpokenCommand, help=N_("Why a ticket earned what it did: every promotion tried, and why not.")
)
@click.argument("document")
@answers
@click.pass_obj
def explain(home: Home, document: str) -> Answer:
    desk = open_desk(home)
    desk.check_pin(ask_code())
    found = desk.explain(document_number(document))
    head = say(
        N_("Ticket {document}: {points} points under version {version}."),
        document=found.sale.document,
        points=number(found.sale.points),
        version=str(found.sale.version),
    )
    return Answer({"sale": found.sale, "derived": found.earned}, (head, *lines_of(found.programme, found.earned)))


@click.command(
    "import-returns",
    cls=SpokenCommand,
    help=N_("Take back what a till's CSV file states; a column `ticket` names the sale. Needs a manager's code."),
)
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def import_returns_command(home: Home, file: Path) -> Answer:
    desk = open_desk(home)
    manager = desk.check_pin(ask_code())
    with progress(say(N_("Returns")), file) as tick:
        imported = import_returns(desk, file, manager, tick)
    return imported_answer(home, file, imported)


@click.command(
    "pin", cls=SpokenCommand, help=N_("Choose an own PIN, in place of the code from central or of an older one.")
)
@answers
@click.pass_obj
def pin_command(home: Home) -> Answer:
    """See help. Scripts give the new PIN in CANJE_NEW_PIN."""
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    chosen = os.environ.get(NEW_PIN_VARIABLE) or click.prompt(
        say(N_("Your PIN, six digits")), hide_input=True, confirmation_prompt=say(N_("Once more")), err=True
    )
    desk.choose_pin(attendant, chosen)
    return Answer({"attendant": attendant.number}, (say(N_("Attendant {name} has a PIN now."), name=attendant.name),))


@click.command("orders", cls=SpokenCommand, help=N_("Prizes ordered at this station, and how far each is."))
@click.option("--card", default=None, help=N_("Only the orders of the member who holds this card."))
@answers
@click.pass_obj
def orders(home: Home, card: str | None) -> Answer:
    desk = open_desk(home)
    desk.check_pin(ask_code())
    found = desk.store.orders(desk.station)
    if card is not None:
        standing = desk.member(desk.keyed_card(card).card)
        standing.may_see()
        found = [order for order in found if order.account == standing.account]
    rows = [
        (o.order, when(o.at, desk.zone()), o.member, o.prize, o.points, money(o.money), order_state(o.state))
        for o in found
    ]
    columns = (N_("Order"), N_("When"), N_("Member"), N_("Prize"), N_("Points"), N_("Money"), N_("State"))
    return Answer(found, table(tuple(map(say, columns)), rows))


COMMANDS: tuple[click.Command, ...] = (
    orders,
    enrol_command,
    lost_card,
    return_command,
    return_goods_command,
    bring_back_command,
    explain,
    pin_command,
    import_returns_command,
)
