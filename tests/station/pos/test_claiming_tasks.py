"""Sales of the POS by tasks: a forgotten card's ticket under a manager's PIN, and the list line by line (STA-10)."""

import asyncio
import json
from base64 import b64encode

import pytest
from textual import events

from suite.domain.claiming import TicketNotSold
from suite.domain.errors import ManagerNeeded
from suite.station.app import StationApp
from suite.station.desk import Attendant, CardRead
from suite.station.interview import Interview
from suite.station.tasks import Tasks
from tests.factories import ANA
from tests.station.pos.files import event, fuel
from tests.station.screens import shown, swipe, type_keys
from tests.station.test_plain import lived

FIELDS = {"ver": 1, "fecha": "2026-10-14", "cuit": 30000000007, "ptoVta": 10, "tipoCmp": 6, "nroCmp": 94}
PACKED = b64encode(json.dumps({**FIELDS, "importe": 1000, "moneda": "PES"}).encode()).decode()
QR = f"https://www.arca.gob.ar/fe/qr/?p={PACKED}"


def tried(desk, attendant, *answers):
    """What the task says, answered so; a refused answer is raised."""
    typed = iter(answers)

    async def ask(question):
        return question.take(next(typed))

    told = asyncio.run(Tasks(Interview(desk, ask)).members(attendant))
    assert next(typed, None) is None
    return told


def test_a_manager_credits_a_forgotten_cards_ticket(pos, world):
    pos.take(event("1", fuel(litres="20.000", amount="2500.00")), event("2", fuel()))
    world.clock.moment += 48 * 3600 * 1000
    told = tried(pos.desk, Attendant("01", "Eva", manager=True), "3", ANA, "1")
    assert "2,500" in " ".join(told)
    assert pos.desk.movements(ANA)[0].reference == "1"
    with pytest.raises(TicketNotSold):
        tried(pos.desk, Attendant("01", "Eva", manager=True), "3", ANA, "77")


def test_anybody_else_asks_a_manager_for_the_pin(pos, world):
    pos.take(event("1", fuel(litres="20.000", amount="2500.00")))
    luz = world.office.appoint("E1", "02", "Luz", manager=False)
    world.clock.moment += 1
    world.carry_out("E1")
    with pytest.raises(ManagerNeeded):
        tried(pos.desk, Attendant("02", "Luz", manager=False), "3", ANA, "1", f"02{luz.pin.reveal()}")
    assert pos.desk.movements(ANA) == []
    tried(pos.desk, Attendant("02", "Luz", manager=False), "3", ANA, "1", pos.site.code)
    sale = pos.store.event_at(pos.store.ticket("1")[0])
    assert (sale.attendant, sale.points) == ("01", 2500)


def test_line_by_line_a_sale_that_waits_is_taken_with_its_number(pos):
    pos.take(event("1", fuel(litres="20.000", amount="2500.00")))
    said = lived(pos.site, ANA, pos.site.code, "1", "1")
    assert "OK, recorded: 2,500 points." in said
    pos.take(event("2", fuel()), name="b.xml")
    lived(pos.site, ANA, pos.site.code, "1", "", "0", "1", "10", "50", "", "F-1")
    assert pos.desk.movements(ANA)[0].reference == "F-1"


async def test_the_code_of_an_invoice_is_pasted_or_read_where_the_tickets_number_is_asked(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        for question, answer in (("1  Sale", "1"), ("WHICH PRODUCT", "1"), ("LITRES", "10"), ("AMOUNT", "50")):
            await shown(app, pilot, question)
            await type_keys(app, pilot, answer)
        await shown(app, pilot, "no more products")
        await type_keys(app, pilot, "")
        await shown(app, pilot, "TICKET NUMBER")
        app.post_message(events.Paste(QR[:-20]))
        await type_keys(app, pilot, "")
        await shown(app, pilot, "The code of the invoice is damaged")
        await swipe(app, pilot, QR)
        await shown(app, pilot, "OK, recorded")
    assert site.desk.movements(ANA)[0].reference == "AR-30000000007-6-10-94"
    assert site.desk.store.newest_sales_of(CardRead(ANA, "swipe").card, 1)[0].entry == "swipe"
