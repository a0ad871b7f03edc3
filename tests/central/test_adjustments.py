"""Points by hand and by paper, and the questions that the ledger answers (PTS-6 to PTS-12)."""

import msgspec
import pytest

from suite.central import people
from suite.central.adjustments import adjust, approve_adjustment, cancel_order, credit_fleet_invoice
from suite.central.cards import issue_card, mark_card
from suite.central.explaining import calendar_of, explain_ticket, tier_list
from suite.central.jobs.month_close import close_month, due_months
from suite.central.ledger_files import load_fleet_month, load_opening_file
from suite.central.liability import liability
from suite.central.recheck import recheck
from suite.central.rehearsal import rehearse
from suite.domain.calendar import month_named
from suite.domain.errors import (
    CardNotFree,
    MonthNotClosed,
    NotThere,
    OrderAlreadyServed,
    SamePerson,
    SecondPersonNeeded,
    TooManyCards,
    WouldOverdraw,
)
from suite.domain.events.station import RedemptionReversed, SaleRecorded, SaleReversed
from suite.domain.ids import CardNumber, PrizeCode
from suite.domain.personal import Person
from suite.domain.quantities import Centavos, Points, Rate
from suite.journal.codec import encode
from suite.runtime.config import read_programme
from suite.runtime.errors import BadInput, BundleRefused
from suite.station.desk import Attendant, CardRead
from suite.station.returns import reverse_sale
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, TOML, World, line, moment

OCT26 = month_named("2026-10")
TIERS = """
[[tiers]]
code = "silver"
name = "Plata"
points = 0

[[tiers]]
code = "gold"
name = "Oro"
points = 300

[[promotions]]
code = "double"
name = "Doble en tienda"
multiply = "2"
groups = ["shop"]
"""


@pytest.fixture
def rich(tmp_path):
    """A network with a second person above 100 points, a ladder and a promotion."""
    return World(tmp_path, toml=TOML.replace("[points]", "[points]\ntwo_people_above = 100\ntier_months = 2") + TIERS)


# By hand


def test_points_are_given_and_taken_with_a_reason(world):
    assert adjust(world.office, 1, Points(150), "goodwill").balance == 150
    assert adjust(world.office, 1, Points(-50), "counted twice").balance == 100
    with pytest.raises(WouldOverdraw):
        adjust(world.office, 1, Points(-101), "too much")
    with pytest.raises(NotThere):
        adjust(world.office, 99, Points(1), "nobody")
    for points, reason in ((0, "nothing"), (5, "")):
        with pytest.raises(BadInput):
            adjust(world.office, 1, Points(points), reason)
    check(world.office)


@pytest.mark.parametrize("points", [101, -101])
def test_above_the_limit_a_second_person_decides(rich, points):
    adjust(rich.office, 1, Points(100), "up to the limit nobody is asked")
    with pytest.raises(SecondPersonNeeded):
        adjust(rich.office, 1, Points(1), "many small ones are a large one")
    rich.clock.moment = moment("2026-10-16T00:00")
    adjust(rich.office, 1, Points(100), "another day")
    rich.clock.moment = moment("2026-10-17T00:00")
    with pytest.raises(SecondPersonNeeded) as asked:
        adjust(rich.office, 1, Points(points), "a large one")
    proposal = int(asked.value.numbers["proposal"])
    assert rich.balance(1) == 200
    with pytest.raises(SamePerson):
        approve_adjustment(rich.office, proposal)
    rich.office.operator = "another"
    assert approve_adjustment(rich.office, proposal).balance == 200 + points
    with pytest.raises(NotThere):
        approve_adjustment(rich.office, proposal)
    check(rich.office)


def test_a_cancelled_order_gives_its_points_back(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=60_000)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("BIKE"), "scheduled")
    world.carry_in("E1")
    with world.office.store.transaction():
        (order,) = world.office.store.shelf.pending_orders()
    assert cancel_order(world.office, order.order, "no longer made").points == 500
    assert world.balance(1) == 600
    with pytest.raises(OrderAlreadyServed):
        cancel_order(world.office, order.order, "again")
    check(world.office)


# By paper


def test_opening_balances_are_loaded_once_and_wrong_rows_are_set_aside(world):
    path = world.folder / "opening.csv"
    path.write_text("member,month,points\n1,2025-11,500\n1,2026-10,70\n2,2026-11,5\n9,2026-01,5\n2,2026-01,-5\n2,x,1\n")
    loaded = load_opening_file(world.office, path)
    assert (loaded.taken, loaded.known, [row.line for row in loaded.set_aside]) == (2, 0, [4, 5, 6, 7])
    again = load_opening_file(world.office, path)
    assert (again.taken, again.known, world.balance(1)) == (0, 2, 570)
    check(world.office)


def test_opening_lots_of_months_that_are_closed_expire_if_they_were_due(world):
    site = world.pair("E1")
    site.sell(BRUNO, "B-1")
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    path = world.folder / "opening.csv"
    path.write_text("member,month,points\n1,2025-10,500\n1,2025-11,70\n")
    load_opening_file(world.office, path)
    assert world.balance(1) == 70, "what was due at October's close is gone at once, the rest lives on"
    check(world.office)


def test_a_fleets_invoices_earn_once_after_the_months_close(world):
    fleet = people.enrol(world.office, Person("Transportes SA", "", "CUIT", "30-50001091-2"), None, fleet=True)
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    path = world.folder / "invoices.csv"
    path.write_text(
        "member,document,product,quantity,amount\n"
        f"{fleet},F-1,2,100,1000.50\n{fleet},F-1,cafe,1,10\n{fleet},F-2,2,1,20\n1,F-3,2,1,20\n"
    )
    world.clock.moment = moment("2026-11-02T09:00")
    with world.office.store.transaction(), pytest.raises(MonthNotClosed):
        credit_fleet_invoice(world.office, fleet, OCT26, "F-9", (line(),))
    close_month(world.office, OCT26)
    loaded = load_fleet_month(world.office, path, OCT26)
    assert (loaded.taken, [row.line for row in loaded.set_aside], world.balance(fleet)) == (2, [5], 1030)
    again = load_fleet_month(world.office, path, OCT26)
    assert (again.taken, again.known, world.balance(fleet)) == (0, 2, 1030)
    check(world.office)


# Tiers


def test_a_tier_is_decided_at_the_close_and_reached_at_once(rich):
    site = rich.pair("E1")
    site.sell(ANA, "A-1", amount=29_900)
    assert site.desk.member(ANA).tier == "silver"
    assert site.desk.next_tier(site.desk.member(ANA)).missing == 1
    site.sell(ANA, "A-2", amount=100)
    assert (site.desk.member(ANA).tier, site.desk.next_tier(site.desk.member(ANA))) == ("gold", None)
    rich.carry_in("E1")
    assert dict(tier_list(rich.office))[1] == "silver", "not decided before the close"
    rich.clock.moment = moment("2026-11-02T09:00")
    closed = close_month(rich.office, OCT26)
    assert (closed.climbed, closed.fell, dict(tier_list(rich.office))[1]) == (1, 0, "gold")
    rich.clock.moment = moment("2027-01-02T09:00")
    assert [(c.climbed, c.fell) for c in (close_month(rich.office, OCT26 + i) for i in (1, 2))] == [(0, 0), (0, 1)]
    assert dict(tier_list(rich.office))[1] == "silver"


def test_a_tier_by_hand_is_a_floor_until_its_last_day(rich):
    site = rich.pair("E1")
    people.assign_tier(rich.office, 1, "gold", "2026-12-31", "the owner's word")
    rich.carry_out("E1")
    assert site.desk.member(ANA).tier == "gold"
    rich.clock.moment = moment("2026-12-31T23:00")
    rich.carry_out("E1")
    assert (site.desk.member(ANA).tier, calendar_of(rich.office, 1).tier) == ("gold", "gold")
    rich.clock.moment = moment("2027-01-01T00:30")
    rich.carry_out("E1")
    assert (site.desk.member(ANA).tier, calendar_of(rich.office, 1).tier) == ("silver", "silver")
    with pytest.raises(NotThere):
        people.assign_tier(rich.office, 1, "platinum", "2027-12-31", "no such step")
    with pytest.raises(BadInput):
        people.assign_tier(rich.office, 1, "gold", "2026-12-31", "yesterday")


# Liability


def test_liability_is_what_is_open_and_breakage_is_what_history_says(world):
    world.clock.moment = moment("2025-10-01T08:00")
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=40_000, at=moment("2025-10-05T10:00"))
    site.sell(BRUNO, "B-1", amount=20_000, at=moment("2026-09-05T10:00"))
    world.clock.moment = moment("2026-09-20T10:00")
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    for month in due_months(world.office, OCT26):
        close_month(world.office, month)
    found = liability(world.office)
    assert (found.points, found.value, found.debts) == (200, 750, 0)
    assert (found.due, found.expired, found.breakage) == (400, 300, 150)
    assert [(lot.earned, lot.points) for lot in found.lots] == [("2026-09", 200)]


# Derived again


def test_every_accrual_is_what_its_ruleset_gives(rich):
    site = rich.pair("E1")
    site.sell(ANA, "A-1")
    rich.carry_in("E1")
    assert (recheck(rich.office).checked, recheck(rich.office).checked) == (1, 0)
    assert recheck(rich.office, everything=True).checked == 1


def test_a_station_with_a_hand_edited_rule_is_caught(rich):
    site = rich.pair("E1")
    generous = msgspec.structs.replace(
        site.desk.programme(),
        rules=tuple(msgspec.structs.replace(rule, per=Rate(10)) for rule in site.desk.programme().rules),
    )
    with site.node.store.writing():
        site.node.store._db.execute("UPDATE feed_programme SET content = ?", (msgspec.json.encode(generous),))
    site.sell(ANA, "A-1")
    rich.carry_in("E1")
    (disputed,) = recheck(rich.office).disputed
    assert (disputed.station, disputed.document, disputed.claimed, disputed.derived) == ("E1", "A-1", 1000, 100)
    with rich.office.store.transaction():
        assert [i.kind for i in rich.office.store.shelf.open_incidents()] == ["accrual-mismatch"]
    assert recheck(rich.office).disputed == (), "listed once"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"points": Points(999)}, "gives other points"),
        ({"version": 77}, "never published"),
    ],
)
def test_a_claim_that_does_not_follow_is_listed_with_its_reason(rich, change, why):
    site = rich.pair("E1")
    site.sell(ANA, "A-1")
    store = site.node.store
    sale = next(e for e in (store.event_at(n) for n in range(1, store.tip().seq + 1)) if isinstance(e, SaleRecorded))
    with store.writing():
        store.append(msgspec.structs.replace(sale, document="A-2", **change))
    rich.carry_in("E1")
    (disputed,) = recheck(rich.office).disputed
    assert disputed.document == "A-2"
    assert why in disputed.why


def test_a_ticket_explains_itself_at_central_too(rich):
    site = rich.pair("E1")
    site.sell(ANA, "A-1")
    rich.carry_in("E1")
    found = explain_ticket(rich.office, "E1", "A-1")
    assert found.earned.lines == found.sale.lines
    assert [(t.promotion, t.why_not) for t in found.earned.tried] == [("double", "other-product")]
    with pytest.raises(NotThere):
        explain_ticket(rich.office, "E1", "A-9")


# Rehearsed


def test_a_rehearsal_says_what_a_promotion_would_have_cost_and_records_nothing(rich):
    site = rich.pair("E1")
    site.sell(ANA, "A-1", amount=10_000)
    site.sell(ANA, "A-2", amount=10_000)
    site.sell(BRUNO, "B-1", amount=1_000)
    rich.carry_in("E1")
    before = rich.tables()
    triple = rich.toml + '\n[[promotions]]\ncode = "fuel"\nname = "Triple"\nmultiply = 3\nproducts = ["2"]\n'
    found = rehearse(
        rich.office, lambda version: read_programme(triple, name="draft.toml", version=version), OCT26, OCT26
    )
    assert (found.tickets, found.credited, found.rehearsed) == (3, 210, 630)
    assert found.cost == 1575, "420 points at 0.0375"
    assert [(w.card, w.extra, w.tickets) for w in found.winners] == [(ANA, 400, 2), (BRUNO, 20, 1)]
    assert [w.card for w in found.farmed] == [ANA]
    assert dict(found.by_promotion) == {"fuel": 420}
    assert rich.tables() == before
    assert rich.office.store.late == set()


def test_a_rehearsal_of_the_rules_in_force_changes_nothing(rich):
    site = rich.pair("E1")
    for n in range(5):
        site.sell(ANA, f"A-{n}", amount=1_234)
    rich.carry_in("E1")
    found = rehearse(
        rich.office, lambda version: read_programme(rich.toml, name="same.toml", version=version), OCT26, OCT26
    )
    assert (found.credited, found.cost, found.winners) == (found.rehearsed, 0, ())


def test_a_tier_that_nobody_ever_held_is_listed(rich):
    with_tier = rich.toml + '\n[[promotions]]\ncode = "vip"\nname = "VIP"\nmultiply = 5\ntiers = ["gold"]\n'
    rich.office.publish(lambda version: read_programme(with_tier, name="next.toml", version=version))
    site = rich.pair("E1")
    with site.node.store.writing():
        site.node.store._db.execute("UPDATE feed_account SET tier = 'gold'")
    assert site.sell(ANA, "A-1").points == 500
    rich.carry_in("E1")
    (disputed,) = recheck(rich.office).disputed
    assert (disputed.document, disputed.why) == ("A-1", "the member does not hold that tier")
    people.assign_tier(rich.office, 2, "gold", "2026-12-31", "the owner's word")
    with pytest.raises(BundleRefused, match="would not be what central says"):
        rich.carry_out("E1")
    rich.carry_in("E1")
    rich.carry_out("E1")
    site.sell(BRUNO, "B-1")
    rich.carry_in("E1")
    assert recheck(rich.office).disputed == ()


def test_a_member_has_so_many_active_cards_and_no_more(world):
    for n in range(2):
        issue_card(world.office, CardNumber(f"60090{n}"), 1, "holder")
    with pytest.raises(TooManyCards):
        issue_card(world.office, CardNumber("600909"), 1, "holder")
    mark_card(world.office, CardNumber("600900"), "blocked")
    issue_card(world.office, CardNumber("600909"), 1, "holder")
    with pytest.raises(CardNotFree):
        issue_card(world.office, CardNumber("600909"), 2, "holder")


def test_what_is_given_twice_or_taken_back_without_having_been_given_is_listed(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=30_000)
    store, now = site.node.store, world.clock.now()
    sale = next(e for e in map(store.event_at, range(1, store.tip().seq + 1)) if isinstance(e, SaleRecorded))
    honest = reverse_sale(site.desk, "A-1", Attendant("01", "Eva", True), Centavos(1_000))
    assert honest.points == 10
    common = {"at": now, "card": ANA, "account": 1}
    forged = [
        msgspec.structs.replace(sale),
        msgspec.structs.replace(sale, document="A-9", account=2),
        SaleReversed(**common, document="A-1", sold_at=now, amount=1, points=291, lines=()),
        SaleReversed(**common, document="A-7", sold_at=now, amount=1, points=1, lines=()),
        RedemptionReversed(**common, redemption=2, prize="MUG", points=100, grace=1),
    ]
    with store.writing():
        for event in forged:
            store.append_body(encode(event))
    world.carry_in("E1")
    assert [d.why for d in recheck(world.office).disputed] == [
        "its ticket was credited before",
        "the card is another member's",
        *["it takes back what was not given"] * 3,
    ]


def test_a_purchase_that_nobody_made_before_is_listed(rich):
    later = (
        '\n[[promotions]]\ncode = "again"\nname = "Again"\nmultiply = 5\nafter_first = true\nfrom_day = 2026-10-01\n'
    )
    rich.office.publish(lambda version: read_programme(rich.toml + later, name="next.toml", version=version))
    site = rich.pair("E1")
    with site.node.store.writing():
        site.node.store._db.execute("INSERT INTO feed_first_purchase VALUES ('again', 1, '2026-10-02')")
    assert site.sell(ANA, "A-1").points == 500
    site.sell(BRUNO, "B-1")
    rich.clock.moment = moment("2026-10-16T10:00")
    assert site.sell(BRUNO, "B-2").points == 500
    rich.carry_in("E1")
    (disputed,) = recheck(rich.office).disputed
    assert (disputed.document, disputed.why) == ("A-1", "the member bought nothing in that interval before")


def test_a_station_that_knew_of_the_block_and_sold_is_listed_and_one_that_did_not_is_not(rich):
    site = rich.pair("E1")
    mark_card(rich.office, ANA, "blocked")
    site.sell(ANA, "A-1")
    rich.carry_in("E1")
    assert recheck(rich.office).disputed == (), "nobody had told the station"
    rich.carry_out("E1")
    site.sell(BRUNO, "B-1")
    rich.carry_in("E1")
    with site.node.store.writing():
        site.node.store._db.execute("UPDATE feed_card SET status = 'active'")
    site.sell(ANA, "A-2")
    rich.carry_in("E1")
    (disputed,) = recheck(rich.office).disputed
    assert (disputed.document, disputed.why) == ("A-2", "the card was blocked, and the station knew")


def test_two_opening_rows_of_one_member_and_month_are_not_taken_for_one(world):
    path = world.folder / "opening.csv"
    path.write_text("member,month,points\n1,2026-09,100\n1,2026-09,50\n")
    loaded = load_opening_file(world.office, path)
    assert (loaded.taken, loaded.known, [row.line for row in loaded.set_aside]) == (1, 0, [3])
    assert world.balance(1) == 100
