"""A day with every task of the desk, typed into the real program in a real terminal, in both languages.

What the 80 × 24 cells show is held against what people looked at: `CANJE_GRIDS=write pytest` on this file writes
`grids/` anew; look at every change before it is kept.
"""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from suite.central.documents import issue_slip
from suite.central.messages import Draft, write_message
from suite.central.spending import authorise
from suite.domain.errors import N_, AttendantIsLocked, OrderAlreadyDelivered, TicketKept, WrongPin
from suite.domain.events.station import PrizeCount
from suite.domain.ids import AttendantNumber, CardNumber, PrizeCode, StationCode
from suite.domain.pins import WeakPin
from suite.runtime.texts import say, set_language
from suite.station.courier import open_station
from suite.station.desk import Attendant, CardRead
from suite.station.transfers import send_prizes
from tests.factories import ANA, BRUNO, TOML, World
from tests.station.pos.conftest import Pos
from tests.station.pos.files import event, fuel
from tests.station.pos.test_claiming_tasks import QR
from tests.station.terminal import needs_tmux, opened

FOLDER = Path(__file__).parent / "grids"
COLUMNS, ROWS = 80, 24
DRAWN = (
    (re.compile(r"(E\d-\d{6}-)[0-9A-F]{5}"), r"\1*****"),
    (re.compile(r"(E\d-\d+\.)\d{6}"), r"\1******"),
    (re.compile(r"\d+-\d\d-\d{4}-\d{4}-\d{4}-\d{4}\b"), "*-**-****-****-****-****"),
)
"""What is of keys that are drawn anew in each run: references, notes, withdrawal codes."""
OURS, OTHER = f";{ANA}=29121010000000000?", ";999999=29121010000000000?"
NEW, SPARE = "600007", "600008"
OWN_PIN = "739164"
PIN_ASKED = N_("ATTENDANT CODE AND PIN")
MEMBER = N_("Last moves    F4")
DONE = N_("OK, recorded")

PROGRAMME = (
    TOML.replace("[points]", "[points]\ntier_months = 2", 1).replace(
        "points = 100", 'points = 100\ndeliveries = ["immediate", "withdrawal"]', 1
    )
    + """
[[tiers]]
code = "gold"
name = "Oro"
points = 1000

[[questions]]
code = "oil"
text = "¿Dónde cambia el aceite su auto, habitualmente?"
answers = ["Aquí", "En otro lado"]

[[prizes]]
code = "KIT"
name = "Kit de mate"
points = 900
money = "1500.50"

[[prizes.choices]]
points = 300
money = 6000

[offline]
steps = [{hours = 24, points = 1000}]
risk = 9999
redemptions = 9
"""
)


class Morning:
    """What happened before the day began: at E2, at central, on the road, and at the pumps of E1."""

    def __init__(self, folder):
        world = self.world = World(folder, toml=PROGRAMME)
        self.site, there = world.pair("E1"), world.pair("E2")
        for code, prize in (("E1", "MUG"), ("E1", "KIT"), ("E2", "MUG")):
            world.stock_up(code, prize)
        self.site.sell(CardNumber(ANA), "A-1", amount=200_000_000)
        self.site.desk.redeem(CardRead(ANA, "swipe"), AttendantNumber("01"), PrizeCode("BIKE"), "scheduled")
        world.carry_in("E1")
        with world.office.store.transaction():
            [order] = world.office.store.shelf.orders()
        issue_slip(world.office, order.order)
        write_message(
            world.office, Draft(text="Su premio llegó a la estación: pase a retirarlo con la tarjeta y su documento")
        )
        self.slip = str(order.slip or 1)
        world.carry_out("E2")
        coded = there.desk.redeem(CardRead(ANA, "swipe"), AttendantNumber("01"), PrizeCode("MUG"), "withdrawal")
        self.withdrawal = coded.code
        eva = Attendant(AttendantNumber("01"), "Eva", manager=True)
        self.note = send_prizes(there.desk, StationCode("E1"), {PrizeCode("MUG"): 2}, eva).note
        world.carry_in("E2")
        self.shipment = str(world.office.ship(StationCode("E1"), (PrizeCount(PrizeCode("MUG"), 5),)))
        self.luz = (
            f"02{world.office.appoint(StationCode('E1'), AttendantNumber('02'), 'Luz', manager=False).pin.reveal()}"
        )
        world.carry_out("E1")
        pos = Pos(self.site, folder / "pos")
        pos.take(
            event("31", fuel(), at="2026-10-13T09:30:00"),
            event("32", fuel(litres="20.000", amount="2500.00")),
            event("33", fuel(), at="2026-10-15T09:40:00"),
        )
        self.digits = authorise(world.office, StationCode("E1"), ANA, 100).code
        self.before = self.site.node.store.tip().seq
        self.site.node.store.close()


HOME = ("", "<Escape", N_("SWIPE THE CARD"))
SEEN = ("", "", N_("SWIPE THE CARD"))
SERVED = ("", OURS, PIN_ASKED)


def visits(code, morning):
    """A member's tasks: the screen's name (empty: not looked at), what is typed, and the words to wait for.

    `<` begins the name of a key, `;` a card that is swiped, `@` what is pasted; anything else is typed, with its Enter.
    """
    visit = (SERVED, ("", code, MEMBER))
    return (
        ("swipe", None, N_("SWIPE THE CARD")),
        ("help", "<F1", N_("HELP")),
        ("try the reader", "9", N_("TRY THE READER")),
        HOME,
        ("bad swipe", ";E?", N_("The card could not be read. Swipe it again, slowly, stripe towards the reader.")),
        ("code", OURS, PIN_ASKED),
        ("wrong code", "01000001", say(WrongPin.text, left=4)),
        ("member with everything", code, MEMBER),
        ("question", "5", N_("{digit}  They would rather not say")),
        ("", "1", MEMBER),
        ("moves", "3", N_("Enter or Esc to go back")),
        ("", "", MEMBER),
        ("which order", "4", N_("WHICH PRIZE IS HERE? Give it only with its slip.")),
        ("handed over", "1", N_("Handed over: {prize}, order {order}.")),
        SEEN,
        *visit,
        ("sales of the POS", "1", N_("WHICH SALE?")),
        ("sold by the POS", "1", DONE),
        SEEN,
        *visit,
        ("", "1", N_("WHICH SALE?")),
        ("product", "0", N_("WHICH PRODUCT?")),
        ("litres", "1", N_("LITRES of {product}")),
        ("amount", "40,5", N_("AMOUNT OF THE LINE, in {currency}")),
        ("another product", "51300", N_("Enter alone: no more products")),
        ("ticket", "", N_("TICKET NUMBER")),
        ("sold", "F-0001", DONE),
        SEEN,
        ("copy", "<F5", N_("The last receipt is printed again.")),
        *visit,
        ("prizes", "2", N_("WHICH PRIZE?")),
        ("confirm", "1", N_("HAND OVER THIS PRIZE?")),
        ("given", "1", DONE),
        SEEN,
        *visit,
        ("", "2", N_("WHICH PRIZE?")),
        ("prices", "3", N_("HOW IS IT PAID?")),
        ("confirm money", "2", N_("Take {money} {currency} first.")),
        ("given for money", "1", DONE),
        SEEN,
        *visit,
        ("", "2", N_("WHICH PRIZE?")),
        ("where to", "4", N_("WHERE IS IT TO GO?")),
        ("address", "3", N_("TO WHICH ADDRESS?")),
        ("telephone", "Mitre 12, Rosario", N_("TELEPHONE NUMBER")),
        ("confirm order", "", N_("ORDER THIS PRIZE?")),
        ("ordered", "1", DONE),
        SEEN,
        *visit,
        ("", "2", N_("WHICH PRIZE?")),
        ("", "2", N_("ORDER THIS PRIZE?")),
        ("ordered with a code", "1", N_("Withdrawal code {code}")),
        SEEN,
        *visit,
        ("", "2", N_("WHICH PRIZE?")),
        ("withdrawal code", "0", N_("WITHDRAWAL CODE")),
        ("collected", morning.withdrawal, N_("Hand over: {prize}")),
        SEEN,
        *visit,
        ("", "2", N_("WHICH PRIZE?")),
        ("", "1", N_("HAND OVER THIS PRIZE?")),
        ("asks central", "1", N_("AUTHORISATION FROM CENTRAL?")),
        ("authorised", morning.digits, DONE),
        SEEN,
        ("", OTHER, PIN_ASKED),
        ("unknown card", code, N_("Type the ticket: it is kept for central.")),
        ("", "0", N_("WHICH PRODUCT?")),
        ("", "1", N_("LITRES of {product}")),
        ("", "10", N_("AMOUNT OF THE LINE, in {currency}")),
        ("", "1000", N_("Enter alone: no more products")),
        ("", "", N_("TICKET NUMBER")),
        ("ticket kept", f"@{QR}", TicketKept.text),
    )


def keys(code, morning, given):
    """The tasks behind the keys."""
    members = ("", "<F7", PIN_ASKED), ("", code, N_("MEMBERS"))
    shelf = ("", "<F6", N_("PRIZES ON THE SHELF")), ("", "1", PIN_ASKED), ("", code, N_("Count the prizes (manager)"))
    return (
        ("", "<F7", PIN_ASKED),
        ("members", code, N_("MEMBERS")),
        ("new card", "1", N_("NEW CARD: swipe it or type its number")),
        ("surname", f";{NEW}=29121010000000000?", N_("SURNAME OR COMPANY")),
        ("", "Ñandú", N_("FIRST NAME")),
        ("document", "Zoe", N_("None")),
        ("", "1", N_("DOCUMENT NUMBER")),
        ("", "30123456", N_("Note it")),
        ("address of a member", "2", N_("ADDRESS")),
        ("", "Mitre 12, Rosario", N_("NUMBER OF THE SIGNED FORM")),
        ("offers", "77", N_("OFFERS?")),
        ("enrolled", "2", N_("{member} is a member: the card earns from now on.")),
        SEEN,
        *members,
        ("lost card", "2", N_("NUMBER OF THE LOST CARD")),
        ("", BRUNO, N_("A NEW CARD?")),
        ("", "1", N_("NEW CARD: swipe it or type its number")),
        ("card replaced", SPARE, N_("Card {card} takes over.")),
        SEEN,
        *members,
        ("", "3", N_("CARD: swipe it or type its number")),
        ("late ticket", ANA, N_("Of the last {days} days, as the POS told of it; an invoice's QR code can be pasted.")),
        ("late ticket credited", "31", N_("OK, recorded: {points} points.")),
        SEEN,
        *members,
        ("tell central", "4", N_("TELL CENTRAL: about what?")),
        ("", "1", N_("TICKET NUMBER")),
        ("", "", N_("NUMBER OF THE CARD")),
        ("", "", N_("WHAT HAPPENED, in a few words")),
        ("told central", "Sin luz desde las 9", N_("It goes to central as incident {number}.")),
        SEEN,
        *members,
        ("answers of central", "5", N_("Enter or Esc to go back")),
        SEEN,
        ("", "<F8", PIN_ASKED),
        ("take back", code, N_("TAKE BACK")),
        ("", "1", N_("TICKET NUMBER")),
        ("", "F-0001", N_("AMOUNT THAT CAME BACK")),
        ("ticket taken back", "300", N_("{what} taken back, {points} points")),
        SEEN,
        ("", "<F8", PIN_ASKED),
        ("", code, N_("TAKE BACK")),
        ("", "2", N_("CARD: swipe it or type its number")),
        ("", ANA, N_("NUMBER OF THE CREDIT NOTE")),
        ("", "NC-1", N_("WHICH PRODUCT?")),
        ("", "2", N_("HOW MANY of {product}")),
        ("", "1", N_("AMOUNT OF THE LINE, in {currency}")),
        ("", "50", N_("Enter alone: no more products")),
        ("goods taken back", "", N_("{what} taken back, {points} points")),
        SEEN,
        ("", "<F8", PIN_ASKED),
        ("", code, N_("TAKE BACK")),
        ("", "3", N_("NUMBER ON THE VOUCHER")),
        ("prize taken back", given, N_("{what} taken back, {points} points")),
        SEEN,
        ("", "<F9", PIN_ASKED),
        ("shift", code, N_("Open the shift of {attendant}")),
        ("shift open", "1", N_("Shift open. Close it when it is over.")),
        SEEN,
        ("", "<F9", PIN_ASKED),
        ("shift so far", code, N_("Close the shift of {attendant}")),
        ("dispensed", "1", N_("DISPENSED by the pumps: {product}")),
        ("shelf counted", "1000", N_("HOW MANY ON THE SHELF: {prize}")),
        ("", "", "Bicicleta"),
        ("", "", "Kit de mate"),
        ("shift closed", "", N_("Shift closed.")),
        SEEN,
        ("shelf", "<F6", N_("1 and Enter: receive, count or send · Esc to go back")),
        ("", "1", PIN_ASKED),
        ("tasks of the shelf", code, N_("Count the prizes (manager)")),
        ("", "1", N_("NUMBER OF THE SHIPMENT")),
        ("shipment", morning.shipment, N_("HOW MANY CAME: {prize}")),
        ("received", "4", N_("Received. The prizes are on the shelf.")),
        SEEN,
        *shelf,
        ("", "1", N_("HOW MANY ON THE SHELF: {prize}")),
        ("", "", "Bicicleta"),
        ("", "", "Kit de mate"),
        ("counted", "9", N_("Counted. The shelf is as you found it.")),
        SEEN,
        *shelf,
        ("send", "2", N_("TO WHICH STATION? Its place or its code")),
        ("", "e2", N_("HOW MANY GO: {prize}")),
        ("", "3", "Kit de mate"),
        ("sent", "", N_("Write this number on the parcel: {note}")),
        SEEN,
        *shelf,
        ("note", "3", N_("NUMBER OF THE NOTE")),
        ("", morning.note, N_("HOW MANY CAME: {prize}")),
        ("transfer received", "", N_("Received. The prizes are on the shelf.")),
        SEEN,
        *shelf,
        ("slip", "4", N_("NUMBER ON THE SLIP")),
        ("", morning.slip, N_("CARD: swipe it or type its number")),
        ("slip refused", OURS, OrderAlreadyDelivered.text),
        *shelf,
        ("lost and found", "5", N_("WHAT HAPPENED?")),
        ("", "1", N_("HOW MANY: {prize}")),
        ("", "1", "Kit de mate"),
        ("adjusted", "", N_("Enter or Esc to go back")),
        SEEN,
        SERVED,
        ("choose a PIN", morning.luz, N_("CHOOSE YOUR PIN")),
        ("weak PIN", "123456", WeakPin.text),
        ("PIN again", OWN_PIN, N_("YOUR PIN ONCE MORE")),
        ("member", OWN_PIN, MEMBER),
        HOME,
        SERVED,
        *(("", f"0273916{9 - left}", say(WrongPin.text, left=left)) for left in (4, 3, 2, 1)),
        ("locked", "02739169", AttendantIsLocked.text),
    )


def pieces(words):
    """The longest fixed part of a sentence: what to wait for where the rest is a name or a number."""
    return max(re.split(r"\{\w+\}", say(words)), key=len).strip()


def press(terminal, typed):
    """One thing that a person or a reader does."""
    if typed is None:
        return
    if typed.startswith("<"):
        terminal.key(typed[1:])
    elif typed.startswith(";"):
        terminal.burst(typed)
    elif typed.startswith("@"):
        terminal.paste(typed[1:])
        terminal.key("Enter")
    else:
        terminal.person(typed)


def walk(terminal, steps, found):
    """Take the steps, and keep each screen that has a name."""
    for name, typed, words in steps:
        before = terminal.text()
        press(terminal, typed)
        grid = terminal.settled(pieces(words), before if typed is not None else "")
        if name:
            for drawn, instead in DRAWN:
                grid = drawn.sub(instead, grid)
            found[name] = grid


def written(found):
    return "".join(f"== {name}\n{grid.rstrip()}\n" for name, grid in found.items())


def read(text):
    return dict(part.split("\n", 1) for part in text.removeprefix("== ").split("\n== "))


ONCE = """
CardReplaced GoodsReturned IncidentOpened IncidentReported MemberApplied MessageShown OrderHandedOver PinChosen
PrizeWithdrawn PrizesTransferred QuestionAnswered RedemptionReversed SaleReversed ShiftClosed ShiftOpened
ShipmentReceived StockAdjusted StockCounted TransferReceived
"""
RECORDED = Counter(ONCE.split()) + Counter(PinRefused=6, SaleRecorded=3, PrizeRedeemed=3, PrizeRequested=2)


@needs_tmux
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_task_in_a_real_terminal_and_every_screen_as_people_looked_at_it(tmp_path, language):
    morning, found = Morning(tmp_path), {}
    set_language(language)
    terminal, _ = opened(morning.site, tmp_path, language)
    try:
        walk(terminal, visits(morning.site.code, morning), found)
        given = re.search(r"E1-0*(\d+)-", found["given"])[1]
        walk(terminal, keys(morning.site.code, morning, given), found)
        terminal.key("F10")
        terminal.wait_until_gone("F10")
    finally:
        terminal.close()
    path = FOLDER / f"{language}.txt"
    if os.environ.get("CANJE_GRIDS") == "write":
        path.write_text(written(found), encoding="utf-8")
    kept = read(path.read_text(encoding="utf-8"))
    assert list(kept) == list(found)
    for name, grid in read(written(found)).items():
        assert grid.rstrip() == kept[name].rstrip(), f"the screen {name!r} changed: look at it, then write it anew"
    node = open_station(morning.site.home)
    recorded = [type(node.store.event_at(entry.seq)).__name__ for entry in node.store.entries()][morning.before :]
    node.store.close()
    assert Counter(recorded) == RECORDED
