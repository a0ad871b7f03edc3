"""Messages from central to the member at the counter, and back as facts: how often, where, until when (MEM-12)."""

import pytest

from suite.central import people
from suite.central.messages import Draft, campaigns, messages, withdraw_message, write_message
from suite.domain.errors import NotThere, UnknownProduct
from suite.domain.messages import OPEN_MAX, TooManyMessages
from suite.runtime.errors import BadInput
from suite.station.desk import CardRead
from suite.station.messages import show_messages
from suite.station.slips import newest_paper, paper_of
from tests.factories import ANA, BRUNO, line

DAY_MS = 24 * 3600 * 1000


def told(site, card=ANA):
    """What is said at one swipe."""
    return [message.text for message in show_messages(site.desk, site.desk.member(card), "01")]


def exchange(world, *codes):
    world.clock.moment += 1
    world.carry_in(*codes)
    world.clock.moment += 1
    for code in codes:
        world.carry_out(code)


def test_a_message_is_said_once_in_the_whole_network(world):
    here, there = world.pair("E1"), world.pair("E2")
    write_message(world.office, Draft(text="Tu premio llegó", account=1))
    world.carry_out("E1")
    world.carry_out("E2")
    assert told(here, BRUNO) == []
    assert told(here) == ["Tu premio llegó"]
    assert told(here) == []
    exchange(world, "E1")
    world.carry_out("E2")
    assert (told(there), told(here)) == ([], [])
    (listed,) = messages(world.office)
    assert (listed.shown, listed.text) == (1, "Tu premio llegó")


def test_stations_that_have_not_heard_of_each_other_say_it_each_and_then_no_more(world):
    sites = [world.pair(code) for code in ("E1", "E2")]
    write_message(world.office, Draft(text="Hola", times=2))
    for code in ("E1", "E2"):
        world.carry_out(code)
    assert [told(site) for site in sites] == [["Hola"], ["Hola"]]
    exchange(world, "E1", "E2")
    world.carry_out("E1")
    assert [told(site) for site in sites] == [[], []]
    assert [told(site, BRUNO) for site in sites] == [["Hola"], ["Hola"]]


def test_a_message_for_one_station_a_segment_and_days_to_come(world):
    here, there = world.pair("E1"), world.pair("E2")
    people.change_segment(world.office, "vip", [1], [])
    write_message(world.office, Draft(text="Sólo aquí", station="E1", segment="vip"))
    write_message(world.office, Draft(text="Mañana", first="2026-10-16", last="2026-10-16"))
    for code in ("E1", "E2"):
        world.carry_out(code)
    assert (told(here), told(here, BRUNO), told(there)) == (["Sólo aquí"], [], [])
    world.clock.moment += DAY_MS
    assert told(there) == ["Mañana"]
    world.clock.moment += DAY_MS
    assert told(here, BRUNO) == []


def test_one_that_is_withdrawn_or_over_goes_with_the_next_feed(world):
    site = world.pair("E1")
    number = write_message(world.office, Draft(text="Hola"))
    write_message(world.office, Draft(text="Hoy", last="2026-10-15"))
    world.carry_out("E1")
    assert len(site.node.store.board.messages()) == 2
    withdraw_message(world.office, number)
    world.clock.moment += DAY_MS
    world.carry_out("E1")
    assert site.node.store.board.messages() == []
    with pytest.raises(NotThere):
        withdraw_message(world.office, number)
    assert [line.stands for line in messages(world.office, everything=True)] == [False, False]


def test_it_is_on_the_next_receipt_and_on_no_copy_or_later_one(world):
    site = world.pair("E1")
    write_message(world.office, Draft(text="Gracias"))
    world.carry_out("E1")
    assert told(site) == ["Gracias"]
    site.sell(BRUNO, "A-1")
    site.sell(ANA, "A-2")
    seq = site.node.store.tip().seq
    site.sell(ANA, "A-3")
    assert [paper_of(site.desk, place).said for place in (seq - 1, seq, seq + 1)] == [(), ("Gracias",), ()]
    assert paper_of(site.desk, seq, copy=True).said == ()
    assert newest_paper(site.desk).said == ()


def test_merged_members_are_one_who_heard_it(world):
    site = world.pair("E1")
    write_message(world.office, Draft(text="Hola", account=2))
    write_message(world.office, Draft(text="Todos", times=2))
    world.carry_out("E1")
    assert [told(site, card) for card in (ANA, BRUNO)] == [["Todos"], ["Hola", "Todos"]]
    people.merge_members(world.office, 2, 1, "the same")
    exchange(world, "E1")
    assert told(site) == []
    assert site.node.store.board.times_shown(1) == {each.message.number: each.shown for each in messages(world.office)}


def test_who_leaves_takes_the_text_along(world):
    site = world.pair("E1")
    write_message(world.office, Draft(text="Para Ana", account=1))
    world.carry_out("E1")
    people.remove_member(world.office, 1, "asked")
    assert [line.text for line in messages(world.office)] == [""]
    world.clock.moment += 1
    world.carry_out("E1")
    assert site.node.store.board.messages() == []


def test_tables_rebuilt_from_the_journals_are_the_live_ones(world):
    site = world.pair("E1")
    withdraw_message(world.office, write_message(world.office, Draft(text="Hola")))
    write_message(world.office, Draft(text="Chau", times=3))
    world.carry_out("E1")
    told(site)
    exchange(world, "E1")
    told(site)
    exchange(world, "E1")
    before = world.tables()
    assert min(before["message_shown"])[2] == 2
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


NO_MESSAGES = [
    (Draft(text=" \x1b "), BadInput),
    (Draft(text="x" * 121), BadInput),
    (Draft(text="x", times=0), BadInput),
    (Draft(text="x", last="2026-10-14"), BadInput),
    (Draft(text="x", first="2026-10-20", last="2026-10-19"), BadInput),
    (Draft(text="x", last="2028-10-20"), BadInput),
    (Draft(text="x", account=77), NotThere),
    (Draft(text="x", card="999999"), NotThere),
    (Draft(text="x", segment="nobody"), NotThere),
    (Draft(text="x", station="E9"), NotThere),
    (Draft(text="x", campaign="c"), BadInput),
    (Draft(text="x", product="cafe"), BadInput),
    (Draft(text="x", campaign="c", promotion="none"), NotThere),
    (Draft(text="x", campaign="c", product="none"), UnknownProduct),
]


def test_what_is_no_message(world):
    for draft, refusal in NO_MESSAGES:
        with pytest.raises(refusal):
            write_message(world.office, draft)
    assert messages(world.office) == []


def test_no_more_stand_than_a_station_looks_through(world, monkeypatch):
    monkeypatch.setattr("suite.central.messages.OPEN_MAX", 2)
    assert OPEN_MAX > 2
    for text in ("1", "2"):
        write_message(world.office, Draft(text=text))
    with pytest.raises(TooManyMessages):
        write_message(world.office, Draft(text="3"))


def test_a_campaign_said_at_the_swipe_is_answered_by_the_sale_itself(world):
    here, there = world.pair("E1"), world.pair("E2")
    people.change_segment(world.office, "vip", [1, 2], [])
    write_message(world.office, Draft(text="¿Un café?", segment="vip", campaign="coffee", product="cafe"))
    for code in ("E1", "E2"):
        world.carry_out(code)
    coffee = (line("cafe", 1000, 2000),)
    there.desk.sell(CardRead(BRUNO, "swipe"), "01", "B-1", coffee)
    world.clock.moment += 1
    assert [told(site, card) for site, card in ((here, ANA), (there, BRUNO))] == [["¿Un café?"]] * 2
    here.sell(ANA, "A-1")
    here.desk.sell(CardRead(ANA, "swipe"), "01", "A-2", coffee)
    exchange(world, "E1", "E2")
    (found,) = campaigns(world.office)
    answered = found.answered
    assert (found.campaign, answered.sent, answered.responders, answered.responses, answered.in_window) == (
        *("coffee", 2),
        *(1, 1, 1),
    )
