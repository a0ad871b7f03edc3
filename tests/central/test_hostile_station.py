"""What a dishonest station, an odd file or an unlucky order of things must not do to the ledger. Each was seen once."""

import msgspec
import pytest

from suite.central import cards, people
from suite.central.enrolment_files import load_cards
from suite.central.explaining import calendar_of
from suite.central.feeds import export_hot_list
from suite.central.jobs.month_close import close_month
from suite.central.jobs.settlement import settle_month
from suite.central.ledger_files import load_fleet_month
from suite.domain.calendar import month_named
from suite.domain.earning import EarnedLine
from suite.domain.errors import CardCannotSpend, MemberIsRemoved
from suite.domain.events.station import (
    CardReplaced,
    MemberApplied,
    PrizeRedeemed,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
)
from suite.domain.ids import PROVISIONAL, CardNumber, PrizeCode
from suite.domain.personal import Consent, Person
from suite.runtime.errors import BadInput, BundleRefused
from suite.station import courier
from suite.station.desk import Attendant, CardRead
from suite.station.enrolment import enrol, replace_card
from suite.station.imports import import_returns
from suite.station.returns import reverse_sale
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, TOML, World, moment

NEW, OTHER = CardNumber("600100"), CardNumber("600200")
EVA = Attendant("01", "Eva", True)
OCT26 = month_named("2026-10")
TEXT = "x" * 70_000
LINE = EarnedLine("2", 1000, 1000, 10, "everything")
FOREIGN = PROVISIONAL + 10**6 * 999 + 1


def write(site, event):
    with site.node.store.writing():
        site.node.store.append_body(msgspec.json.encode(event))


def sale(world, **changes):
    site = world.sites["E1"]
    site.sell(ANA, "A-1")
    store = site.node.store
    found = next(e for e in map(store.event_at, range(1, store.tip().seq + 1)) if isinstance(e, SaleRecorded))
    return msgspec.structs.replace(found, **{"document": "X-1", **changes})


IMPOSSIBLE = [
    lambda w: sale(w, points=2**63 - 1),
    lambda w: sale(w, points=-5),
    lambda w: sale(w, account=0),
    lambda w: sale(w, lines=()),
    lambda w: sale(w, lines=(LINE,) * 201),
    lambda w: sale(w, document="B\x1b]0;pwn"),
    lambda w: sale(w, document=TEXT),
    lambda w: SaleReversed(
        at=w.clock.now(),
        document="A-1",
        card=ANA,
        account=1,
        sold_at=w.clock.now(),
        amount=1,
        points=-100_000,
        lines=(),
    ),
    lambda w: SaleReversed(
        at=w.clock.now(), document="A-1", card=ANA, account=1, sold_at=2**53 - 1, amount=1, points=1, lines=()
    ),
    lambda w: RedemptionReversed(at=w.clock.now(), redemption=1, card=ANA, account=1, prize="MUG", points=1, grace=25),
    lambda w: PrizeRedeemed(at=w.clock.now(), card=ANA, account=1, prize="MUG", points=-100),
    lambda w: MemberApplied(at=w.clock.now(), account=1, card=NEW, personal="ab", consent="cd"),
    lambda w: MemberApplied(at=w.clock.now(), account=FOREIGN, card=NEW, personal="a", consent="c"),
]


@pytest.mark.parametrize("make", IMPOSSIBLE)
def test_a_fact_that_no_station_can_mean_is_refused_and_the_honest_ones_are_taken(world, make):
    bad, good = world.pair("E1"), world.pair("E2")
    good.sell(BRUNO, "B-1")
    write(bad, make(world))
    refused, merged = world.carry_in("E1", "E2")
    assert isinstance(refused.refusal, BundleRefused)
    assert merged.fresh > 0
    assert (world.balance(1), world.balance(2)) == (0, 100)


def test_products_that_nobody_sells_are_one_line_of_the_settlement(world):
    site = world.pair("E1")
    real = sale(world)
    many = tuple(msgspec.structs.replace(real.lines[0], product=f"fake{n}") for n in range(200))
    write(site, msgspec.structs.replace(real, lines=many, points=sum(line.points for line in many)))
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    assert settle_month(world.office, OCT26).points == 100 + 200 * 100


def test_a_card_of_somebody_else_is_not_taken_by_saying_that_it_was_replaced(world):
    bad, good = world.pair("E1"), world.pair("E2")
    write(bad, CardReplaced(at=world.clock.now(), card=CardNumber("999999"), account=1, new=NEW))
    write(bad, CardReplaced(at=world.clock.now(), card=BRUNO, account=1, new=OTHER))
    world.carry_in("E1")
    world.carry_out("E2")
    with world.office.store.transaction():
        assert world.office.store.members.card(NEW) is None
        assert world.office.store.members.card(OTHER) is None
        assert world.office.store.members.card(BRUNO).status == "active"
        assert [i.kind for i in world.office.store.shelf.open_incidents()] == ["card-conflict"] * 2
    assert good.desk.member(BRUNO).status == "active"


def test_a_trucks_card_is_replaced_by_a_trucks_card_whatever_is_said(world):
    bad = world.pair("E1")
    cards.issue_card(world.office, NEW, 1, "truck")
    write(bad, CardReplaced(at=world.clock.now(), card=NEW, account=1, new=OTHER, role="holder"))
    world.carry_in("E1")
    with world.office.store.transaction():
        assert world.office.store.members.card(OTHER).role == "truck"


def test_a_lost_card_of_a_merged_member_stays_lost(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(BRUNO, "B-1", amount=30_000)
    world.carry_in("E1")
    people.merge_members(world.office, 2, 1, "one person")
    world.carry_out("E1")
    replace_card(site.desk, BRUNO, None, "01")
    world.carry_in("E1")
    world.carry_out("E1")
    with pytest.raises(CardCannotSpend):
        site.desk.redeem(CardRead(BRUNO, "swipe"), "01", PrizeCode("MUG"), "immediate")


def test_a_feed_older_than_the_hot_list_does_not_undo_it(world):
    site = world.pair("E1")
    cards.issue_card(world.office, NEW, 1, "holder")
    older = world.feed("E1")
    cards.mark_card(world.office, BRUNO, "blocked")
    courier.take(site.node, export_hot_list(world.office, "E1").content, world.clock.now())
    assert site.desk.member(BRUNO).status == "blocked"
    assert courier.take(site.node, older, world.clock.now()).news
    assert site.desk.member(BRUNO).status == "blocked"
    world.carry_out("E1")
    assert site.desk.member(BRUNO).status == "blocked"


def test_the_hot_list_reaches_a_card_that_was_linked_here(world):
    site = world.pair("E1")
    enrolled = enrol(site.desk, CardRead(NEW, "swipe"), "01", Person("Cruz", "Carla", phone="1"), Consent("", form="F"))
    world.carry_in("E1")
    people.reject(world.office, enrolled.account, "nobody")
    courier.take(site.node, export_hot_list(world.office, "E1").content, world.clock.now())
    assert site.desk.member(NEW).status == "blocked"


def test_a_fleets_sale_comes_back_whole_under_the_cap(tmp_path):
    world = World(tmp_path, toml=TOML.replace("[points]", '[points]\nreturns = "cap"'))
    cards.issue_card(world.office, NEW, 1, "truck")
    site = world.pair("E1")
    site.sell(NEW, "T-1")
    back = reverse_sale(site.desk, "T-1", EVA)
    assert (back.points, back.shortfall, back.balance) == (100, 0, None)


def test_no_card_of_somebody_who_left_comes_alive_again(world):
    site = world.pair("E1")
    people.remove_member(world.office, 1, "asked")
    for revive in (
        lambda: cards.mark_card(world.office, ANA, "active"),
        lambda: cards.replace_card(world.office, ANA, NEW),
        lambda: cards.issue_card(world.office, NEW, 1, "holder"),
    ):
        with pytest.raises(MemberIsRemoved):
            revive()
    path = world.folder / "more.csv"
    path.write_text(f"card,member\n{NEW},1\n")
    assert load_cards(world.office, path).taken == 0
    replace_card(site.desk, ANA, OTHER, "01")
    world.carry_in("E1")
    with world.office.store.transaction():
        assert world.office.store.members.card(OTHER).status == "blocked"


def test_a_blocked_card_stays_blocked_when_another_takes_its_place(world):
    cards.mark_card(world.office, ANA, "blocked")
    cards.replace_card(world.office, ANA, NEW)
    with world.office.store.transaction():
        assert world.office.store.members.card(ANA).status == "blocked"


def test_a_replaced_card_is_no_new_card_to_a_promotion(tmp_path):
    welcome = '\n[[promotions]]\ncode = "w"\nname = "W"\nmultiply = 3\ncard_days = 30\nfirst_use = true\n'
    world = World(tmp_path, toml=TOML + welcome)
    site = world.pair("E1")
    assert site.sell(ANA, "A-1").points == 300
    replace_card(site.desk, ANA, NEW, "01")
    assert site.sell(NEW, "A-2").points == 100
    world.carry_in("E1")
    world.carry_out("E1")
    assert site.sell(NEW, "A-3").points == 100
    cards.replace_card(world.office, NEW, OTHER)
    world.carry_out("E1")
    assert site.sell(OTHER, "A-4").points == 100


def test_nobody_is_merged_into_an_enrolment_that_waits_or_into_themselves(world):
    site = world.pair("E1")
    enrolled = enrol(site.desk, CardRead(NEW, "swipe"), "01", Person("Cruz", "Carla", phone="1"), Consent("", form="F"))
    world.carry_in("E1")
    with pytest.raises(BadInput):
        people.merge_members(world.office, 1, enrolled.account, "wrong way")
    with pytest.raises(BadInput):
        people.confirm(world.office, enrolled.account, into=enrolled.account)
    confirmed = people.confirm(world.office, enrolled.account)
    people.unmerge_member(world.office, enrolled.account, "too early")
    assert [a.account for a in people.applicants(world.office)] == [enrolled.account]
    assert people.confirm(world.office, enrolled.account, into=confirmed.account).joined


def test_an_invoice_with_a_torn_row_waits_whole(world):
    fleet = people.enrol(world.office, Person("Transportes SA", ""), None, fleet=True)
    world.pair("E1").sell(ANA, "A-1")
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    path = world.folder / "invoices.csv"
    rows = f"member,document,product,quantity,amount\n{fleet},FA-1,2,1,100\n{fleet},FA-1,2,1,{{}}\n"
    path.write_text(rows.format("nine hundred"))
    torn = load_fleet_month(world.office, path, OCT26)
    assert (torn.taken, sorted(row.line for row in torn.set_aside)) == (0, [2, 3])
    path.write_text(rows.format("900"))
    assert load_fleet_month(world.office, path, OCT26).taken == 1
    assert world.balance(fleet) == 1000


def test_a_return_whose_ticket_cannot_be_read_or_is_another_cards_is_set_aside(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=30_000)
    path = world.folder / "returns.csv"
    path.write_text(
        "document,moment,card,product,quantity,amount,ticket\n"
        f"NC-1,2026-10-15T09:00:00,{ANA},2,1,100,A*1\nNC-2,2026-10-15T09:00:00,{BRUNO},2,1,150,A-1\n"
    )
    brought = import_returns(site.desk, path, EVA)
    assert (brought.taken, len(brought.set_aside), site.desk.member(ANA).balance) == (0, 2, 300)


def test_a_long_number_from_another_system_does_not_lead_into_the_provisional_ones(world):
    from suite.central.enrolment_files import load_members

    path = world.folder / "old.csv"
    path.write_text("member,surname\n999999999999999,Vieja\n")
    assert load_members(world.office, path).taken == 1
    assert [people.enrol(world.office, Person("Nueva", str(n)), None) for n in range(2)] == [3, 4]


def test_what_two_merged_members_had_is_had_by_the_one_they_are(tmp_path):
    extra = (
        '\n[[tiers]]\ncode = "gold"\nname = "Oro"\npoints = 1000\n'
        '[[promotions]]\ncode = "taxi"\nname = "T"\nmultiply = 2\nsegments = ["taxis"]\n'
    )
    world = World(tmp_path, toml=TOML + extra)
    people.change_segment(world.office, "taxis", [2], [])
    people.assign_tier(world.office, 2, "gold", "2026-10-31", "the owner's word")
    people.merge_members(world.office, 2, 1, "one person")
    site = world.pair("E1")
    assert site.sell(ANA, "A-1").points == 200
    assert site.desk.member(ANA).tier == "gold"
    world.clock.moment = moment("2026-11-01T00:00")
    assert site.desk.member(ANA).tier == "", "a tier by hand ends on its day, heard of or not"
    assert calendar_of(world.office, 1).balance == 0
    world.carry_in("E1")
    check(world.office)


def test_movements_elsewhere_are_those_of_the_member_however_many_accounts(tmp_path):
    world = World(tmp_path)
    here, there = world.pair("E1"), world.pair("E2")
    here.sell(ANA, "A-1")
    world.clock.moment += 1
    there.sell(BRUNO, "B-1")
    world.carry_in("E1", "E2")
    people.merge_members(world.office, 2, 1, "one person")
    world.carry_out("E1")
    world.clock.moment += 1
    here.sell(ANA, "A-2")
    assert [m.reference for m in here.desk.movements(ANA)] == ["A-2", "B-1", "A-1"]


def test_a_tier_by_hand_of_a_merged_account_holds_at_central_too(tmp_path):
    world = World(tmp_path, toml=TOML + '\n[[tiers]]\ncode = "gold"\nname = "Oro"\npoints = 1000\n')
    people.assign_tier(world.office, 2, "gold", "2026-10-31", "the owner's word")
    people.merge_members(world.office, 2, 1, "one person")
    assert calendar_of(world.office, 1).tier == "gold"
