"""The desk's use cases over a real encrypted file: what is recorded, what is refused, what survives."""

import pytest

from suite.central.cards import mark_card
from suite.domain.errors import (
    AttendantIsLocked,
    DocumentAlreadyClaimed,
    ManagerNeeded,
    NoStock,
    NotEnoughPoints,
    ShipmentAlreadyReceived,
    TicketKept,
    UnknownAttendant,
    UnknownCard,
    UnknownShipment,
    UnreadableCard,
    WrongPin,
)
from suite.domain.ids import CardNumber, PrizeCode, ShippingNote
from suite.domain.pins import TRIES
from suite.station import courier
from suite.station.desk import CardRead
from suite.station.reader.swipe import decode
from suite.station.shelf import receive
from tests.factories import ANA, BRUNO, moment

ANAS = CardRead(ANA, "swipe")


@pytest.fixture
def site(world):
    return world.pair("E1")


def wrong(code):
    return code[:2] + ("000001" if code[2:] != "000001" else "000002")


def test_a_sale_credits_the_card_and_shows_the_new_balance(site):
    receipt = site.sell(ANA, "A-1", amount=15_050)
    assert (receipt.points, receipt.balance, receipt.member) == (150, 150, "Ana G.")
    assert receipt.reference.startswith("E1-")
    assert site.desk.member(ANA).balance == 150
    assert site.desk.member(BRUNO).balance == 0


def test_one_ticket_earns_once(site):
    site.sell(ANA, "A-1")
    with pytest.raises(DocumentAlreadyClaimed):
        site.sell(BRUNO, "A-1")
    assert site.desk.member(BRUNO).balance == 0


def test_an_unknown_card_is_refused_and_its_ticket_kept(site):
    with pytest.raises(TicketKept):
        site.sell(CardNumber("999999"), "A-1")
    assert [(i.kind, i.document, i.card) for i in site.desk.incidents()] == [("unknown-card", "A-1", "999999")]


def test_a_kept_ticket_is_kept_once_and_credited_when_the_card_is_known(site):
    for _ in range(2):
        with pytest.raises(TicketKept):
            site.sell(CardNumber("999999"), "A-1")
    assert len(site.desk.incidents()) == 1
    site.sell(ANA, "A-1")
    assert site.desk.incidents() == []
    assert site.desk.member(ANA).balance == 100


def test_an_unknown_card_has_no_member(site):
    with pytest.raises(UnknownCard):
        site.desk.member(CardNumber("999999"))


def test_a_blocked_cards_ticket_is_kept(world, site):
    mark_card(world.office, ANA, "blocked")
    world.carry_out("E1")
    with pytest.raises(TicketKept):
        site.sell(ANA, "A-1")
    assert [i.kind for i in site.desk.incidents()] == ["blocked-card"]
    assert site.desk.member(ANA).balance == 0


def test_a_prize_leaves_the_shelf_and_the_balance(world, site):
    world.stock_up("E1", quantity=1)
    site.sell(ANA, "A-1", amount=25_000)
    voucher = site.desk.redeem(ANAS, "01", PrizeCode("MUG"), "immediate")
    assert (voucher.points, voucher.balance) == (100, 150)
    assert site.node.store.on_hand(PrizeCode("MUG")) == 0
    with pytest.raises(NoStock):
        site.desk.redeem(ANAS, "01", PrizeCode("MUG"), "immediate")
    assert site.desk.member(ANA).balance == 150


def test_nothing_is_recorded_for_a_prize_that_is_too_dear(world, site):
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=9_999)
    before = site.node.store.tip()
    with pytest.raises(NotEnoughPoints):
        site.desk.redeem(ANAS, "01", PrizeCode("MUG"), "immediate")
    assert site.node.store.tip() == before


def test_an_order_holds_its_points_at_once(site):
    site.sell(ANA, "A-1", amount=60_000)
    assert site.desk.redeem(ANAS, "01", PrizeCode("BIKE"), "scheduled").balance == 100
    assert site.desk.member(ANA).balance == 100


def test_the_catalogue_says_what_can_be_had_here_and_now(world, site):
    def ways():
        return {offer.prize.code: offer.deliveries for offer in site.desk.prizes(site.desk.member(ANA))}

    assert ways() == {"MUG": (), "BIKE": ()}
    site.sell(ANA, "A-1", amount=50_000)
    assert ways() == {"MUG": (), "BIKE": ("scheduled",)}
    world.stock_up("E1")
    assert ways() == {"MUG": ("immediate",), "BIKE": ("scheduled",)}


def test_a_shipment_is_received_once(world, site):
    world.stock_up("E1")
    with pytest.raises(ShipmentAlreadyReceived):
        receive(site.desk, ShippingNote(1))
    with pytest.raises(UnknownShipment):
        receive(site.desk, ShippingNote(2))
    assert site.node.store.on_hand(PrizeCode("MUG")) == 10


def test_movements_come_newest_first(world, site):
    site.sell(ANA, "A-1", at=moment("2026-10-15T09:00"))
    site.sell(ANA, "A-2", at=moment("2026-10-15T11:00"))
    assert [m.reference for m in site.desk.movements(ANA)] == ["A-2", "A-1"]


def test_only_the_last_thirty_movements_are_shown(site):
    for n in range(31):
        site.sell(ANA, f"A-{n:02d}", at=moment(f"2026-10-15T10:{n:02d}"))
    shown = site.desk.movements(ANA)
    assert (len(shown), shown[0].reference, shown[-1].reference) == (30, "A-30", "A-01")


# Swipes


@pytest.mark.parametrize("raw", [";E?", "%E?", "%E?;E?"])
def test_a_card_that_fails_to_read_says_so(site, raw):
    with pytest.raises(UnreadableCard):
        site.desk.card_of(decode(raw))


def test_a_burst_that_is_no_card_says_so(site):
    with pytest.raises(UnreadableCard):
        site.desk.card_of(None)


@pytest.mark.parametrize("raw", [";600001=29121010000000000?", "%B600001^GARCIA/ANA^29121010000?"])
def test_both_tracks_lead_to_the_member(site, raw):
    read = site.desk.card_of(decode(raw))
    assert (read.card, read.entry) == (ANA, "swipe")
    assert site.desk.member(read.card).member == "Ana G."


# PIN


def test_the_right_code_says_who_it_is(site):
    attendant = site.desk.check_pin(site.code)
    assert (attendant.number, attendant.name, attendant.manager) == ("01", "Eva", True)


def test_the_fifth_wrong_pin_locks_and_the_right_one_does_not_help(site):
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(WrongPin) as refusal:
            site.desk.check_pin(wrong(site.code))
        assert refusal.value.numbers == {"left": left}
    with pytest.raises(AttendantIsLocked):
        site.desk.check_pin(wrong(site.code))
    with pytest.raises(AttendantIsLocked):
        site.desk.check_pin(site.code)


def test_a_right_pin_gives_the_tries_back(site):
    for _ in range(TRIES - 1):
        with pytest.raises(WrongPin):
            site.desk.check_pin(wrong(site.code))
    site.desk.check_pin(site.code)
    with pytest.raises(WrongPin) as refusal:
        site.desk.check_pin(wrong(site.code))
    assert refusal.value.numbers == {"left": TRIES - 1}


def test_a_lock_survives_a_restart_and_a_rebuild(site):
    for _ in range(TRIES):
        with pytest.raises((WrongPin, AttendantIsLocked)):
            site.desk.check_pin(wrong(site.code))
    site.node.store.rebuild()
    reopened = courier.open_station(site.home)
    with pytest.raises(AttendantIsLocked):
        type(site.desk)(site.desk.station, reopened.store, site.desk.clock).check_pin(site.code)
    reopened.store.close()


def test_central_lifts_a_lock_with_a_new_pin_and_only_then(world, site):
    for _ in range(TRIES):
        with pytest.raises((WrongPin, AttendantIsLocked)):
            site.desk.check_pin(wrong(site.code))
    world.carry_in("E1")
    world.carry_out("E1")
    with pytest.raises(AttendantIsLocked):
        site.desk.check_pin(site.code)
    appointed = world.office.new_pin("E1", "01")
    world.carry_out("E1")
    assert site.desk.check_pin("01" + appointed.pin.reveal())


def test_a_manager_lifts_a_lock(world, site):
    appointed = world.office.appoint("E1", "02", "Leo", manager=False)
    world.carry_out("E1")
    code = "02" + appointed.pin.reveal()
    for _ in range(TRIES):
        with pytest.raises((WrongPin, AttendantIsLocked)):
            site.desk.check_pin(wrong(code))
    with pytest.raises(ManagerNeeded):
        site.desk.unlock("01", type(site.desk.check_pin(site.code))("02", "Leo", manager=False))
    site.desk.unlock("02", site.desk.check_pin(site.code))
    assert site.desk.check_pin(code).number == "02"


def test_an_unknown_attendant_is_refused(site):
    with pytest.raises(UnknownAttendant):
        site.desk.check_pin("99123456")


def test_a_wrong_pin_is_in_the_journal_and_the_pin_is_not(site):
    with pytest.raises(WrongPin):
        site.desk.check_pin(wrong(site.code))
    bodies = b"".join(entry.body for entry in site.node.store.entries())
    assert b"PinRefused.1" in bodies
    assert wrong(site.code)[2:].encode() not in bodies
