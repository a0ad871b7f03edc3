"""What a card may load, and whom an attendant may not serve (STA-11): refused, or kept, as the programme says."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.central.cards import declare_card, issue_card, mark_card
from suite.domain.caps import (
    MINUTE_MS,
    Caps,
    Load,
    OwnCard,
    TankTooLarge,
    TicketBeyondCap,
    TooManyLoads,
    TooMuchADay,
    TooSoon,
    check_caps,
)
from suite.domain.errors import NotThere, Refusal
from suite.domain.ids import CardNumber, PrizeCode
from suite.runtime.errors import BadInput
from suite.station.desk import CardRead
from tests.factories import ANA, BRUNO, TOML, World, line, moment

CAPS = "\n[caps]\nloads_per_day = 2\nlitres_per_day = 90\nminutes_between = 30\ntank = 60\n"
OTHER = CardNumber("600009")


def site_with(folder, caps):
    return World(folder, toml=TOML + caps).pair("E1")


@pytest.fixture
def site(tmp_path):
    return site_with(tmp_path, CAPS)


def load(site, document, at, litres=20, card=ANA, product="2"):
    read = CardRead(card, "swipe")
    return site.desk.sell(read, "01", document, (line(product, quantity=litres * 1000),), moment(f"2026-10-15T{at}"))


def test_loads_a_day_litres_minutes_and_the_tank_are_bounded(site):
    load(site, "1", "08:00", 60)
    with pytest.raises(TooSoon):
        load(site, "2", "08:29")
    with pytest.raises(TankTooLarge):
        load(site, "2", "09:00", 61)
    with pytest.raises(TooMuchADay):
        load(site, "2", "09:00", 31)
    load(site, "2", "08:30", 30)
    with pytest.raises(TooManyLoads):
        load(site, "3", "12:00", 1)
    assert [sale.document for sale in site.desk.previous_sales(ANA, 9)] == ["2", "1"]
    assert site.desk.incidents() == []


def test_another_card_another_day_and_the_shop_are_not_bounded(site):
    for number, at in (("1", "08:00"), ("2", "09:00")):
        load(site, number, at)
    load(site, "3", "09:01", card=BRUNO)
    load(site, "4", "09:02", 200, product="cafe")
    read = CardRead(ANA, "swipe")
    site.desk.sell(read, "01", "5", (line(),), moment("2026-10-14T23:45"))
    with pytest.raises(TooSoon):
        site.desk.sell(read, "01", "6", (line(),), moment("2026-10-14T23:20"))


def test_beyond_a_cap_the_ticket_is_kept_where_the_programme_says_so(tmp_path):
    site = site_with(tmp_path, CAPS + 'beyond = "incident"\n')
    load(site, "1", "08:00")
    for _ in range(2):
        with pytest.raises(TicketBeyondCap):
            load(site, "2", "08:01")
    assert [(each.kind, each.document, each.card) for each in site.desk.incidents()] == [("beyond-cap", "2", ANA)]
    assert site.desk.member(ANA).balance == 100


@pytest.mark.parametrize("key", ["loads_per_day", "litres_per_day", "minutes_between", "tank"])
def test_a_cap_that_is_no_limit_is_a_mistake(tmp_path, key):
    with pytest.raises(BadInput, match=key):
        site_with(tmp_path, f"\n[caps]\n{key} = -1\n")


@given(
    st.builds(Caps, st.integers(0, 4), st.integers(0, 90), st.integers(0, 60), st.integers(0, 60)),
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 70_000)), max_size=8),
)
def test_whatever_is_loaded_in_whatever_order_nothing_passes_the_caps(caps, tries):
    day = []
    for minute, millilitres in tries:
        each = Load(minute * MINUTE_MS, millilitres)
        try:
            check_caps(caps, ANA, each, day, day)
        except Refusal:
            continue
        day.append(each)
    moments = sorted(each.at for each in day)
    assert not caps.loads or len(day) <= caps.loads
    assert not caps.litres or sum(each.millilitres for each in day) <= caps.litres * 1000
    assert not caps.tank or all(each.millilitres <= caps.tank * 1000 for each in day)
    assert all(b - a >= caps.minutes * MINUTE_MS for a, b in pairwise(moments))


def test_an_attendants_own_card_is_refused_under_their_pin_and_no_others(world):
    site = world.pair("E1")
    world.stock_up("E1")
    issue_card(world.office, OTHER, 1, "holder")
    declare_card(world.office, "E1", "01", ANA)
    declare_card(world.office, "E1", "01", ANA)
    world.carry_out("E1")
    for card in (ANA, OTHER):
        with pytest.raises(OwnCard):
            load(site, "1", "08:00", card=card)
    with pytest.raises(OwnCard):
        site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    load(site, "1", "08:00", card=BRUNO)
    site.desk.sell(CardRead(ANA, "swipe"), "02", "2", (line(),))

    declare_card(world.office, "E1", "01", ANA, removed=True)
    world.carry_out("E1")
    load(site, "3", "08:00")


def test_declaring_names_an_attendant_and_a_card_that_are_there(world):
    world.pair("E1")
    with pytest.raises(NotThere):
        declare_card(world.office, "E1", "07", ANA)
    with pytest.raises(NotThere):
        declare_card(world.office, "E1", "01", CardNumber("699999"))
    mark_card(world.office, ANA, "blocked")
    declare_card(world.office, "E1", "01", ANA)
