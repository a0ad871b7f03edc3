"""Members over their whole life: enrolled without a link, confirmed, one with another, gone (MEM-1 to MEM-14)."""

import pytest

from suite.central import cards, people
from suite.central.adjustments import load_opening
from suite.central.documents import consent_form, inquiry, issue_slip, member_list
from suite.central.explaining import calendar_of
from suite.central.feeds import export_hot_list
from suite.central.jobs.month_close import close_month, due_months
from suite.domain.calendar import month_named
from suite.domain.errors import (
    AlreadyThere,
    BadDocument,
    BadSignature,
    CardCannotSpend,
    CardNotFree,
    CardTaken,
    ConsentMissing,
    MemberIsRemoved,
    MergedAlready,
    NotMerged,
    NotThere,
    OrderAlreadyServed,
    TicketKept,
)
from suite.domain.events.central import OpeningLot
from suite.domain.ids import PROVISIONAL, CardNumber, PrizeCode
from suite.domain.personal import Consent, Person
from suite.runtime.errors import BundleRefused
from suite.station import courier
from suite.station.desk import CardRead
from suite.station.enrolment import enrol, replace_card
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, moment

NEW, OTHER, THIRD = CardNumber("600100"), CardNumber("600200"), CardNumber("600300")
CARLA = Person("Cruz", "Carla", "DNI", "30.111.222", "0341-555", "Mitre 1")
SIGNED = Consent("2026-10-15", marketing=True, form="F-77")


def enrol_at(site, card=NEW, person=CARLA, consent=SIGNED):
    return enrol(site.desk, CardRead(card, "swipe"), "01", person, consent)


def test_a_member_enrolled_without_a_link_earns_at_once_and_is_confirmed_later(world):
    site = world.pair("E1")
    enrolled = enrol_at(site)
    assert enrolled.account > PROVISIONAL
    assert site.sell(NEW, "A-1").balance == 100
    assert site.desk.member(NEW).member == "Carla C."
    world.carry_in("E1")
    (waiting,) = people.applicants(world.office)
    assert (waiting.account, waiting.card, waiting.person.document) == (enrolled.account, NEW, "30111222")
    (confirmed,) = people.confirm_all(world.office)
    assert confirmed.account == 3
    world.carry_out("E1")
    standing = site.desk.member(NEW)
    assert (standing.account, standing.balance, standing.member) == (3, 100, "Carla C.")
    assert inquiry(world.office, account=None, card=NEW).balance == 100
    assert people.applicants(world.office) == []
    check(world.office)


def test_two_stations_that_never_met_enrol_the_same_person_and_the_halves_become_one(world):
    one, two = world.pair("E1"), world.pair("E2")
    first, second = enrol_at(one), enrol_at(two, OTHER)
    assert first.account != second.account
    one.sell(NEW, "A-1", amount=10_000)
    two.sell(OTHER, "B-1", amount=20_000)
    world.carry_in("E1")
    (confirmed,) = people.confirm_all(world.office)
    world.carry_in("E2")
    (waiting,) = people.applicants(world.office)
    assert waiting.same_as == (confirmed.account,)
    assert people.confirm_all(world.office) == [], "a duplicate waits for a person"
    people.confirm(world.office, second.account, into=confirmed.account)
    for site, card in ((one, NEW), (two, OTHER)):
        world.carry_out(site.desk.station)
        assert (site.desk.member(card).account, site.desk.member(card).balance) == (confirmed.account, 300)
    two.sell(OTHER, "B-2", amount=5_000)
    assert two.desk.member(OTHER).balance == 350
    check(world.office)


def test_a_card_of_somebody_else_is_not_given_out(world):
    site = world.pair("E1")
    with pytest.raises(CardNotFree):
        enrol_at(site, ANA)
    enrol_at(site)
    with pytest.raises(CardNotFree):
        enrol_at(site)


def test_the_same_card_given_out_at_two_stations_is_an_incident_and_the_first_keeps_it(world):
    one, two = world.pair("E1"), world.pair("E2")
    first = enrol_at(one)
    enrol_at(two, NEW, Person("Otra", "Olga", "DNI", "31222333"))
    world.carry_in("E1", "E2")
    with world.office.store.transaction():
        assert [i.kind for i in world.office.store.shelf.open_incidents()] == ["card-conflict"]
        assert world.office.store.members.card(NEW).account == first.account


@pytest.mark.parametrize("consent", [Consent(""), Consent("2026-10-15", marketing=True)])
def test_nobody_is_enrolled_without_a_signature(world, consent):
    with pytest.raises(ConsentMissing):
        enrol_at(world.pair("E1"), consent=consent)


def test_a_signature_is_a_small_png_image(world):
    site = world.pair("E1")
    png = b"\x89PNG\r\n\x1a\n"
    with pytest.raises(BadSignature):
        enrol_at(site, consent=Consent("", signature=b"GIF89a"))
    with pytest.raises(BadSignature):
        enrol_at(site, consent=Consent("", signature=png + bytes(64 * 1024)))
    enrol_at(site, consent=Consent("", signature=png + bytes(64 * 1024 - len(png))))
    world.carry_in("E1")
    (confirmed,) = people.confirm_all(world.office)
    assert consent_form(world.office, confirmed.account).signature.startswith(png)


def test_a_document_that_does_not_check_is_refused(world):
    site = world.pair("E1")
    with pytest.raises(BadDocument):
        enrol_at(site, person=Person("Cruz", "Carla", "CUIT", "20-12345678-9"))
    with pytest.raises(BadDocument):
        people.enrol(world.office, Person("Cruz", "Carla", "DNI", "123"), None)


def test_the_office_does_not_enrol_somebody_twice(world):
    assert people.enrol(world.office, CARLA, SIGNED) == 3
    with pytest.raises(AlreadyThere):
        people.enrol(world.office, Person("Cruz", "C.", "DNI", "30111222"), None)


def test_a_rejected_enrolment_loses_its_points_and_its_data(world):
    site = world.pair("E1")
    enrolled = enrol_at(site)
    site.sell(NEW, "A-1")
    world.carry_in("E1")
    people.reject(world.office, enrolled.account, "no such document")
    assert world.balance(enrolled.account) == 0
    site.sell(NEW, "A-2")
    world.carry_in("E1")
    assert world.balance(enrolled.account) == 0, "what comes in late is cancelled too"
    world.carry_out("E1")
    with pytest.raises(TicketKept):
        site.sell(NEW, "A-3")
    check(world.office)


def test_personal_data_leaves_the_station_once_central_has_it(world):
    site = world.pair("E1")
    enrol_at(site)
    assert len(site.node.store.cards.blobs_after(0)) == 2
    world.carry_in("E1")
    assert len(site.node.store.cards.blobs_after(0)) == 2, "kept until central says that it has it"
    world.carry_out("E1")
    assert site.node.store.cards.blobs_after(0) == []


def test_personal_data_that_is_none_is_refused_with_its_bundle(world):
    site = world.pair("E1")
    store, names = site.node.store, []
    from suite.journal.entry import commitment

    for content in (b'{"surname":"X\\u001b[31m","name":"Y"}', b"{}"):
        names.append(commitment(bytes(16), content))
        with store.writing():
            store.cards.keep(names[-1], bytes(16), content)
    from suite.domain.events.station import MemberApplied

    with store.writing():
        store.append(
            MemberApplied(at=world.clock.now(), account=PROVISIONAL + 1, card=NEW, personal=names[0], consent=names[1])
        )
    (refused,) = world.carry_in("E1")
    assert isinstance(refused.refusal, BundleRefused)
    assert world.balance(1) == 0


# Cards


def test_a_lost_card_gives_way_in_a_minute_and_still_earns(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=30_000)
    replaced = replace_card(site.desk, ANA, NEW, "01")
    assert replaced.new == NEW
    assert site.desk.member(NEW).balance == 300
    assert site.sell(ANA, "A-2").balance == 400
    with pytest.raises(CardCannotSpend):
        site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    site.desk.redeem(CardRead(NEW, "swipe"), "01", PrizeCode("MUG"), "immediate")
    world.carry_in("E1")
    two = world.pair("E2")
    assert (two.desk.member(ANA).status, two.desk.member(NEW).status) == ("replaced", "active")
    assert two.desk.member(NEW).balance == 300


def test_the_hot_list_is_a_delta_that_travels_ahead_of_the_feed(world):
    one, two = world.pair("E1"), world.pair("E2")
    world.carry_in("E2")
    cards.mark_card(world.office, BRUNO, "blocked")
    hot = export_hot_list(world.office, "E2").content
    assert len(hot) < len(world.feed("E2"))
    taken = courier.take(two.node, hot, world.clock.now())
    assert (taken.cards, taken.news) == (1, True)
    with pytest.raises(TicketKept):
        two.sell(BRUNO, "B-1")
    assert two.desk.member(ANA).status == "active"
    assert courier.take(two.node, hot, world.clock.now()).news is False
    assert one.desk.member(BRUNO).status == "active", "who did not get it sells on"


def test_cards_of_the_box_belong_to_nobody_until_they_are_linked(world):
    site = world.pair("E1")
    cards.print_cards(world.office, "E1", [NEW, OTHER])
    world.carry_out("E1")
    with pytest.raises(TicketKept):
        site.sell(NEW, "A-1")
    enrol_at(site)
    assert cards.replace_card(world.office, BRUNO, OTHER) == 2
    with pytest.raises(CardTaken):
        cards.print_cards(world.office, "E1", [OTHER])
    with pytest.raises(CardNotFree):
        cards.replace_card(world.office, ANA, OTHER)


# One member or two


def test_merged_members_have_one_balance_and_unmerged_ones_their_own_again(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=10_000)
    site.sell(BRUNO, "B-1", amount=20_000)
    world.carry_in("E1")
    people.merge_members(world.office, 2, 1, "the same person")
    assert inquiry(world.office, account=None, card=BRUNO).balance == 300
    world.carry_out("E1")
    assert [site.desk.member(card).balance for card in (ANA, BRUNO)] == [300, 300]
    assert len(site.desk.movements(BRUNO)) == 2
    with pytest.raises(MergedAlready):
        people.merge_members(world.office, 2, 1, "again")
    people.unmerge_member(world.office, 2, "father and son")
    world.carry_out("E1")
    assert [site.desk.member(card).balance for card in (ANA, BRUNO)] == [100, 200]
    with pytest.raises(NotMerged):
        people.unmerge_member(world.office, 2, "again")
    check(world.office)


def test_unmerging_gives_back_the_points_and_expiries_that_each_would_have_had(world):
    world.clock.moment = moment("2025-10-01T08:00")
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=10_000, at=moment("2025-10-05T10:00"))
    site.sell(BRUNO, "B-1", amount=20_000, at=moment("2025-12-05T10:00"))
    world.carry_in("E1")
    people.merge_members(world.office, 2, 1, "the same person")
    world.carry_out("E1")
    world.clock.moment = moment("2026-03-01T10:00")
    site.desk.redeem(CardRead(BRUNO, "swipe"), "01", PrizeCode("MUG"), "immediate")
    world.carry_in("E1")
    world.clock.moment = moment("2026-12-01T10:00")
    for month in due_months(world.office, month_named("2026-11")):
        close_month(world.office, month)
    assert inquiry(world.office, account=1, card=None).balance == 200, "the prize took the oldest points: Ana's"
    people.unmerge_member(world.office, 2, "two persons after all")
    check(world.office)
    assert (world.balance(1), world.balance(2)) == (0, 200)


def test_a_merge_of_merges_comes_apart_as_it_was_made(world):
    third = people.enrol(world.office, CARLA, None)
    people.merge_members(world.office, third, 2, "one")
    people.merge_members(world.office, 2, 1, "all one")
    with world.office.store.transaction():
        assert world.office.store.members.groups().members_of(1) == (1, 2, third)
    people.unmerge_member(world.office, 2, "not so")
    with world.office.store.transaction():
        groups = world.office.store.members.groups()
        assert (groups.members_of(1), groups.members_of(2)) == ((1,), (2, third))


# Leaving


def test_a_removed_member_keeps_nothing(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=90_000)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("BIKE"), "scheduled")
    on_hand = site.desk.store.on_hand(PrizeCode("MUG"))
    world.carry_in("E1")
    removed = people.remove_member(world.office, 1, "asked by letter")
    assert (removed.points, removed.orders, world.balance(1)) == (900, 1, 0)
    with world.office.store.transaction():
        (order,) = world.office.store.shelf.orders()
    assert order.cancelled
    with pytest.raises(OrderAlreadyServed):
        issue_slip(world.office, order.order)
    world.carry_out("E1")
    assert site.desk.member(ANA).status == "blocked"
    assert site.desk.store.on_hand(PrizeCode("MUG")) == on_hand
    with pytest.raises(MemberIsRemoved):
        people.remove_member(world.office, 1, "again")
    assert next(row.status for row in member_list(world.office)) == "removed"
    with world.office.store.transaction():
        assert world.office.store.verify() > 0
    assert site.node.store.verify() > 0
    check(world.office)


def test_what_comes_in_late_for_somebody_who_left_is_cancelled_up_or_down(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=30_000)
    world.carry_in("E1")
    world.carry_out("E1")
    people.remove_member(world.office, 1, "asked by letter")
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    site.sell(ANA, "A-2", amount=2_000)
    world.carry_in("E1")
    assert world.balance(1) == 0
    check(world.office)


def test_nobody_is_found_after_leaving(world):
    people.remove_member(world.office, 2, "asked")
    with pytest.raises(NotThere):
        consent_form(world.office, 2)
    with world.office.store.transaction():
        assert world.office.store.members.accounts_with("87654321") == []
    assert people.enrol(world.office, Person("Bravo", "Bruno", "DNI", "87654321"), None) == 3


# Opening balances


def test_opening_lots_keep_their_age(world):
    with world.office.store.transaction():
        load_opening(
            world.office, [OpeningLot(1, month_named("2025-11"), 500), OpeningLot(1, month_named("2026-05"), 70)]
        )
    assert [(row.month, row.points) for row in calendar_of(world.office, 1).expiring] == [
        (month_named("2026-11"), 500),
        (month_named("2027-05"), 70),
    ]
    world.clock.moment = moment("2026-12-01T09:00")
    for month in due_months(world.office, month_named("2026-11")):
        close_month(world.office, month)
    assert world.balance(1) == 70
    check(world.office)
