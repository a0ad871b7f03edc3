"""Sales of the POS at the desk: what is offered, what a claim credits, and that one sale earns once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.claiming import CLAIM_DAYS, DESK_HOURS, TicketAged, TicketNotSold, TicketWithoutProduct
from suite.domain.earning import SaleLine
from suite.domain.errors import DocumentAlreadyClaimed, ManagerNeeded, TicketKept
from suite.domain.events.station import SaleRecorded
from suite.domain.ids import CardNumber
from suite.domain.keeping import DAY_MS
from suite.station.desk import Attendant, CardRead
from suite.station.pos.claimable import _paid
from suite.station.pos.pending import all_waiting, claim, claim_late, pending
from tests.factories import ANA, BRUNO, TOML, World, moment
from tests.station.pos.conftest import Pos
from tests.station.pos.files import card, event, fuel, item, poslog, prepay, sold, transaction

MANAGER = Attendant("01", "Eva", manager=True)


def swiped(number=ANA):
    return CardRead(CardNumber(number), "swipe")


def numbers(desk):
    return [each.number for each in pending(desk)]


def take(pos, number="1"):
    chosen = next(each for each in pending(pos.desk) if each.number == number)
    return claim(pos.desk, swiped(), "01", chosen)


def test_a_sale_waits_for_its_swipe_and_earns_by_the_tills_own_numbers(pos):
    pos.take(event("1", fuel(litres="40.500", amount="51300.55"), item(), at="2026-10-15T09:12:00"))
    receipt = take(pos)
    assert (receipt.document, receipt.points, receipt.total) == ("1", 51_350, 5_135_055)
    sale = pos.store.event_at(pos.store.ticket("1")[0])
    assert isinstance(sale, SaleRecorded)
    assert (sale.pos, sale.entry, sale.attendant, sale.at) == (True, "swipe", "01", moment("2026-10-15T09:12"))
    assert [(row.product, row.quantity) for row in sale.lines] == [("2", 40_500), ("cafe", 1_000)]
    assert numbers(pos.desk) == []


def test_a_prepay_is_nothing_until_it_is_complete_and_its_goods_come_along(pos):
    pos.take(event("1", prepay("3000.00"), item()))
    assert numbers(pos.desk) == []
    with pytest.raises(TicketNotSold):
        claim_late(pos.desk, swiped(), MANAGER, "1")
    pos.take(event("2", fuel(litres="20.000", amount="2500.00"), prepay("-3000.00", "1")), name="b.xml")
    assert take(pos, "2").points == 2550


def test_a_sale_that_another_one_completes_is_replaced_by_it_whatever_it_looked_like(pos):
    pos.take(event("1", fuel()), event("2", fuel(litres="20.000", amount="2000.00"), prepay("-1000.00", "1")))
    assert numbers(pos.desk) == ["2"]


@pytest.mark.parametrize("typed", ["1", "2"])
def test_what_was_typed_is_not_offered_under_either_of_its_numbers(pos, typed):
    pos.site.sell(ANA, typed)
    pos.take(event("1", prepay()), event("2", fuel(), prepay("-3000.00", "1"), card()))
    assert numbers(pos.desk) == []
    assert [sale.reference for sale in pos.desk.movements(ANA)] == [typed]


@pytest.mark.parametrize("typed", ["1", "2"])
def test_what_was_claimed_cannot_be_typed_under_either_of_its_numbers(pos, typed):
    pos.take(event("1", prepay()), event("2", fuel(), prepay("-3000.00", "1")))
    take(pos, "2")
    with pytest.raises(DocumentAlreadyClaimed):
        pos.site.sell(BRUNO, typed)


def test_two_desks_cannot_claim_one_sale(pos):
    pos.take(event("1", fuel()))
    (chosen,) = pending(pos.desk)
    claim(pos.desk, swiped(), "01", chosen)
    with pytest.raises(DocumentAlreadyClaimed):
        claim(pos.desk, swiped(BRUNO), "01", chosen)


def test_a_sale_that_names_our_card_is_credited_by_itself(pos):
    looked = pos.take(event("1", fuel(), card()), event("2", fuel(), card("************0001")))
    assert [(one.credited, one.incidents) for one in looked.taken] == [(1, 0)]
    assert numbers(pos.desk) == ["2"]
    assert pos.desk.member(ANA).balance == 1000


def test_a_number_that_is_no_card_of_ours_is_kept_by_its_end_only(tmp_path):
    site = World(tmp_path / "ours", toml=TOML + '[cards]\nprefixes = ["60"]\n').pair("E1")
    pos = Pos(site, tmp_path / "pos")
    pos.take(event("1", fuel(), card("4111111111111111"), card(ANA)))
    assert pos.desk.member(ANA).balance == 1000
    (content,) = pos.store._db.execute("SELECT content FROM pos_ticket").fetchone()
    assert b"************1111" in content
    assert b"41111111" not in content


def test_a_sale_that_names_two_cards_waits_for_a_swipe(pos):
    pos.take(event("1", fuel(), card(ANA), card(BRUNO)))
    assert numbers(pos.desk) == ["1"]


def test_an_unknown_card_on_it_is_kept_as_an_incident_and_can_still_be_claimed(pos):
    looked = pos.take(event("1", fuel(), card("999999")))
    assert looked.taken[0].incidents == 1
    assert [(each.kind, each.document) for each in pos.desk.incidents()] == [("unknown-card", "1")]
    assert take(pos).points == 1000
    assert pos.desk.incidents() == []


def test_a_fuel_of_no_product_is_kept_and_credited_when_it_is_mapped(pos):
    looked = pos.take(event("1", fuel(grade="9"), card()))
    assert looked.taken[0].incidents == 1
    assert [each.kind for each in pos.desk.incidents()] == ["unknown-product"]
    assert [each.unknown for each in pending(pos.desk)] == [("fuel:9 SUPER",)]
    with pytest.raises(TicketWithoutProduct):
        take(pos)
    pos.look()
    assert len(pos.desk.incidents()) == 1
    pos.tell(products={"fuel:9": "2"})
    pos.look()
    assert pos.desk.member(ANA).balance == 1000
    assert pos.desk.incidents() == []


def test_an_unknown_card_that_is_swiped_for_it_keeps_the_sale(pos):
    pos.take(event("1", fuel()))
    with pytest.raises(TicketKept):
        claim(pos.desk, swiped("999999"), "01", pending(pos.desk)[0])
    assert [each.kind for each in pos.desk.incidents()] == ["unknown-card"]
    assert numbers(pos.desk) == ["1"]


def test_goods_that_nobody_mapped_earn_nothing_and_keep_nothing_back(pos):
    pos.take(event("1", item(department="99")), event("2", fuel(), item(department="99")))
    assert numbers(pos.desk) == ["2"]
    assert take(pos, "2").points == 1000
    pos.tell(products={"fuel:1": "2", "other": "cafe"})
    assert numbers(pos.desk) == ["1"]


def test_sales_age_from_the_screen_to_a_manager_to_nobody(pos, world):
    pos.take(event("1", fuel(), at="2026-10-15T09:59:00"), event("2", fuel(), at="2026-10-15T09:58:00"))
    world.clock.moment = moment("2026-10-15T10:00") + DESK_HOURS * 3_600_000
    assert numbers(pos.desk) == []
    assert [age for age, _ in all_waiting(pos.desk)] == ["late", "late"]
    with pytest.raises(ManagerNeeded):
        claim_late(pos.desk, swiped(), Attendant("02", "Luz", manager=False), "1")
    assert claim_late(pos.desk, swiped(), MANAGER, "1").points == 1000
    world.clock.moment = moment("2026-10-15T10:00") + CLAIM_DAYS * DAY_MS
    assert [age for age, _ in all_waiting(pos.desk)] == ["lapsed"]
    with pytest.raises(TicketAged):
        claim_late(pos.desk, swiped(), MANAGER, "2")
    with pytest.raises(TicketNotSold):
        claim_late(pos.desk, swiped(), MANAGER, "3")


def test_a_newer_file_says_what_an_older_one_had_not_finished(pos):
    pos.take(event("1", fuel(amount="500.00")))
    pos.take(event("1", fuel(amount="1000.00")), name="b.xml")
    assert take(pos).points == 1000


def test_a_void_line_and_a_discount_of_the_whole_ticket_are_taken_off(pos):
    pos.tell(format="poslog", products={"item:11": "2", "item:12": "cafe"})
    lines = (sold("11", "60.00"), sold("12", "40.00"), sold("11", "60.00"))
    void = sold("11", "-60.00", "-1", 'VoidFlag="true"')
    pos.write("a.xml", poslog(transaction("5", *lines, void, total="95.00", tax="5.00"), transaction("6", sold("12"))))
    pos.look()
    five = next(each for each in pending(pos.desk) if each.number == "2-5-20261015")
    assert [(row.product, row.quantity, row.amount) for row in five.lines] == [("2", 1000, 5400), ("cafe", 1000, 3600)]


def test_a_csv_under_its_own_columns_with_an_invoices_code(pos):
    key = "AR-30000000007-6-10-94"
    pos.tell(format="csv", products={}, columns={"Hora": "moment", "Ticket": "document", "QR": "fiscal"}, dates="dmy")
    head = "Hora;Ticket;producto;cantidad;importe;surtidor;QR\n"
    pos.write("a.csv", f"{head}15/10/2026 09:30;17;2;10,5;1000;3;{key}\n15/10/2026 09:31;18;2;x;1;3;\n".encode())
    looked = pos.look()
    assert looked.refused == ()
    assert [(one.new, len(one.set_aside)) for one in looked.taken] == [(1, 1)]
    (each,) = pending(pos.desk)
    assert (each.document, each.number, each.pump, each.total) == (key, "17", "3", 100_000)
    assert claim(pos.desk, swiped(), "01", each).document == key
    with pytest.raises(DocumentAlreadyClaimed):
        pos.site.sell(BRUNO, "17")


def test_a_number_that_the_pos_gives_every_day_anew_names_no_sale(pos):
    pos.tell(format="csv", products={})
    head = "moment,document,product,quantity,amount,fiscal\n"
    rows = [f"2026-10-1{day}T09:00:00,17,2,1,100,AR-30000000007-6-10-{day}\n" for day in (4, 5)]
    for day, row in zip("45", rows, strict=True):
        pos.write(f"{day}.csv", f"{head}{row}".encode())
        pos.look()
    assert claim_late(pos.desk, swiped(), MANAGER, "AR-30000000007-6-10-4").points == 100
    assert [each.document for each in pending(pos.desk)] == ["AR-30000000007-6-10-5"]
    assert claim(pos.desk, swiped(), "01", pending(pos.desk)[0]).points == 100


AMOUNTS = st.integers(-50_000, 100_000)


@given(
    st.lists(st.tuples(st.sampled_from(["2", "cafe", ""]), st.integers(-9000, 9000), AMOUNTS), max_size=12),
    st.integers(0, 200_000),
)
def test_no_line_is_ever_below_zero_and_nothing_is_paid_twice(rows, discount):
    stated = [SaleLine(product, quantity, amount) for product, quantity, amount in rows]

    paid = _paid(stated, discount)

    assert all(each.quantity >= 0 and each.amount >= 0 for each in paid)
    positive = sum(each.amount for each in stated if each.quantity >= 0 and each.amount >= 0)
    less = discount + sum(max(0, -each.amount) for each in stated)
    assert sum(each.amount for each in paid) == max(0, positive - less)
