"""What a member sees and asks for at a portal, and what becomes of it at central (WEB-1 to WEB-4, SYN-2)."""

import shutil

import msgspec
import pytest

from suite.central import continuity, people, portal
from suite.central.adjustments import cancel_order
from suite.central.cards import mark_card
from suite.central.doctor import examine_content
from suite.central.documents import issue_slip
from suite.central.enrolment_files import load_cards
from suite.central.merge import Merged, NotMerged
from suite.central.spending import grant
from suite.domain.errors import (
    AlreadyThere,
    BadDocument,
    BlockedCard,
    MemberIsRemoved,
    NotEnoughPoints,
    NotThere,
    TruckCard,
    UnknownCard,
    UnknownPrize,
)
from suite.domain.events.portal import LeaveAsked, ProfileChangeAsked
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.personal import DeliveryPlace, Profile
from suite.domain.quantities import Points
from suite.domain.request_errors import AlreadyAsked, PriceRose, RequestAnswered, RequestUnreadable, TooManyRequests
from suite.domain.requests import OF_A_MEMBER_MAX
from suite.journal.codec import encode
from suite.node import courier
from suite.portal.lobby import Lobby, join, open_portal
from suite.runtime.config import read_programme
from suite.runtime.errors import BadInput, BundleRefused
from suite.runtime.paths import Home
from tests.central.ledger_checks import check
from tests.central.test_rights_at_the_door import forged
from tests.factories import ANA, BRUNO, TOML, Web, World
from tests.flow.test_erasure import pages_of
from tests.link.doors import door_of, exchange_with

HOME = DeliveryPlace("Calle Falsa 123", "0341-5550001")
TRUCK = CardNumber("600099")


@pytest.fixture
def world(tmp_path):
    """Ana has a page at a portal, Bruno none; both have points for two bicycles."""
    world = World(tmp_path)
    site = world.pair("E1")
    for card in (ANA, BRUNO):
        site.sell(card, f"A-{card}", amount=120_000)
    world.carry_in("E1")
    world.pair_portal("P1")
    portal.grant_access(world.office, ANA)
    world.carry_out("P1")
    return world


def at(world, code="P1"):
    return world.webs[code].lobby


def exchange(world, code="P1"):
    world.carry_in(code)
    world.carry_out(code)


def state(world, number, code="P1"):
    """As the portal knows it."""
    (found,) = [request for request in at(world, code).store.requests() if request.request == number]
    return found.state, found.reason


def waiting(world):
    return [wish.request.request for wish in portal.wishes(world.office)]


def orders(world):
    with world.office.store.transaction():
        return {order.order: order for order in world.office.store.shelf.orders()}


def is_sound(world, tmp_path):
    """The ledger balances, a rebuild gives the same tables; whether the doctor finds nothing, missing data included."""
    check(world.office)
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = examine_content(world.office.store, scratch, world.office.secrets.database_key(), world.clock)
    shutil.rmtree(scratch)
    return [finding for finding in found if not finding.good] == []


# The page


def test_a_page_shows_the_member_who_has_access_and_nothing_that_is_not_shown(world):
    page = at(world).page(ANA)
    member = page.member
    assert (member.greeting, member.document, member.balance) == ("Ana G.", "DNI ***678", 1200)
    assert [(m.station, m.kind, m.points) for m in page.movements] == [("Estación Uno", "sale", 1200)]
    assert [offer.prize for offer in at(world).offers()] == ["BIKE"]
    with pytest.raises(UnknownCard):
        at(world).page(BRUNO)


def leaks(world, *words, code="P1"):
    home = world.webs[code].home
    pages = b"".join(pages_of(home)) + b"".join(p.read_bytes() for p in home.folder.rglob("*") if p.is_file())
    return {word for word in words if word.encode() in pages}


def test_a_portal_holds_the_pages_of_members_with_access_and_nobody_elses(world):
    everything = ("Ana G.", ANA, "García", "12345678", "Bruno", "Bravo", BRUNO, "87654321", "Nafta", "A-600001", "Taza")
    assert leaks(world, *everything) == {"Ana G.", ANA}
    world.pair_portal("P2")
    assert leaks(world, *everything, code="P2") == {"Ana G.", ANA}


@pytest.mark.parametrize("end", ["withdrawn", "removed", "erased by request"])
def test_who_has_no_access_any_more_is_gone_with_the_next_feed(world, tmp_path, end):
    number = at(world).change_profile(ANA, Profile(address="Calle Falsa 123"))
    assert leaks(world, "Ana G.", "***678", "Calle Falsa") == {"Ana G.", "***678", "Calle Falsa"}
    exchange(world)
    if end == "withdrawn":
        portal.withdraw_access(world.office, ANA, "asked by letter")
    elif end == "removed":
        people.remove_member(world.office, AccountId(1), "asked by letter")
    else:
        leave = at(world).ask_leave(ANA)
        exchange(world)
        portal.accept(world.office, leave, "asked here")
    world.carry_out("P1")
    assert leaks(world, "Ana G.", "***678", "Calle Falsa") == set()
    with pytest.raises(UnknownCard):
        at(world).page(ANA)
    assert at(world).store.movements(AccountId(1)) == []
    assert state(world, number)[0] == ("waiting" if end == "withdrawn" else "gone")
    assert at(world).store.verify() > 0
    assert is_sound(world, tmp_path)


def test_a_page_shows_what_can_be_spent_as_a_station_does(world):
    grant(world.office, StationCode("E1"), AccountId(1), Points(200))
    world.carry_out("P1")
    assert at(world).page(ANA).member.balance == 1000


def test_two_accounts_of_one_member_are_one_page(world):
    people.merge_members(world.office, AccountId(2), AccountId(1), "the same person")
    world.carry_out("P1")
    page = at(world).page(BRUNO)
    assert (page.member.account, page.member.balance, page.member.cards) == (1, 2400, (ANA, BRUNO))
    assert len(page.movements) == 2
    number = at(world).ask_prize(BRUNO, "BIKE", HOME)
    exchange(world)
    portal.accept(world.office, number, "in stock")
    assert orders(world)[number].account == 1


def test_lost_and_blocked_cards_and_trucks_open_no_page(world, tmp_path):
    trucks = tmp_path / "trucks.csv"
    trucks.write_text(f"card,member,role\n{TRUCK},1,truck\n")
    load_cards(world.office, trucks)
    world.carry_out("P1")
    for asked in (portal.grant_access, lambda office, card: portal.withdraw_access(office, card, "no")):
        with pytest.raises(TruckCard):
            asked(world.office, TRUCK)
    with pytest.raises(UnknownCard):
        at(world).page(TRUCK)
    assert leaks(world, TRUCK) == set()
    mark_card(world.office, ANA, "lost")
    world.carry_out("P1")
    with pytest.raises(UnknownCard):
        at(world).ask_leave(ANA)


def test_access_is_granted_once_and_withdrawn_once(world):
    with pytest.raises(AlreadyThere):
        portal.grant_access(world.office, ANA)
    with pytest.raises(NotThere):
        portal.withdraw_access(world.office, BRUNO, "never had it")
    with pytest.raises(UnknownCard):
        portal.grant_access(world.office, CardNumber("600500"))
    assert [visitor.name for visitor in portal.visitors(world.office)] == ["García, Ana"]


# A prize


def test_an_accepted_prize_is_an_order_like_any_other(world, tmp_path):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    assert (state(world, number)[0], waiting(world)) == ("sent", [])
    exchange(world)
    (wish,) = portal.wishes(world.office)
    assert (wish.member, wish.place, wish.request.kind) == ("García, Ana", HOME, "prize")
    assert (world.balance(1), orders(world), state(world, number)[0]) == (1200, {}, "waiting")
    assert leaks(world, "Calle Falsa") == set(), "what central has is forgotten here"
    portal.accept(world.office, number, "in stock")
    order = orders(world)[number]
    assert (order.state, order.points, order.station, world.balance(1)) == ("requested", 500, "P1", 700)
    world.carry_out("P1")
    page = at(world).page(ANA)
    assert (page.member.balance, [m.kind for m in page.movements]) == (700, ["request", "sale"])
    assert state(world, number) == ("accepted", "in stock")
    slip = issue_slip(world.office, number)
    assert (slip.member, slip.address, slip.phone) == ("García, Ana", "Calle Falsa 123", "0341-5550001")
    assert is_sound(world, tmp_path)
    people.remove_member(world.office, AccountId(1), "asked by letter")
    assert is_sound(world, tmp_path)
    central = b"".join(pages_of(Home(world.folder / "central")))
    assert b"Calle Falsa" not in central


def test_a_warehouse_delivers_it_where_the_member_said(world):
    world.pair_warehouse("W1")
    number = at(world).ask_prize(ANA, "BIKE", DeliveryPlace("Mitre 100"))
    exchange(world)
    portal.accept(world.office, number, "in stock")
    issue_slip(world.office, number, StationCode("W1"))
    world.carry_out("W1")
    (slip,) = world.depots["W1"].depot.slips([])
    assert (slip.order, slip.address, slip.station_name) == (number, "Mitre 100", "Portal P1")
    world.depots["W1"].depot.dispatch([number])
    world.carry_in("W1")
    assert orders(world)[number].state == "dispatched"
    world.carry_out("P1")
    assert [request.order for request in at(world).page(ANA).requests] == ["dispatched"]


def test_an_order_of_a_portal_is_cancelled_like_any_other(world, tmp_path):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    exchange(world)
    portal.accept(world.office, number, "in stock")
    assert cancel_order(world.office, number, "not wanted").points == 500
    assert world.balance(1) == 1200
    assert is_sound(world, tmp_path)


def test_what_waits_already_is_not_asked_for_twice_with_the_same_points(world):
    at(world).ask_prize(ANA, "BIKE", HOME)
    at(world).ask_prize(ANA, "BIKE", HOME)
    with pytest.raises(NotEnoughPoints):
        at(world).ask_prize(ANA, "BIKE", HOME)


def test_central_decides_by_what_it_knows_and_the_request_stays(world, tmp_path):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    exchange(world)
    grant(world.office, StationCode("E1"), AccountId(1), Points(1000))
    with pytest.raises(NotEnoughPoints):
        portal.accept(world.office, number, "in stock")
    mark_card(world.office, ANA, "blocked")
    with pytest.raises(BlockedCard):
        portal.accept(world.office, number, "in stock")
    assert (waiting(world), orders(world)) == ([number], {})
    portal.reject(world.office, number, "no points left")
    world.carry_out("P1")
    assert state(world, number) == ("rejected", "no points left")
    assert is_sound(world, tmp_path)


def test_a_dearer_prize_is_not_taken_at_a_price_that_nobody_saw(world):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    exchange(world)
    dearer = TOML.replace("points = 500", "points = 501")
    world.office.publish(lambda version: read_programme(dearer, name="p", version=version))
    with pytest.raises(PriceRose):
        portal.accept(world.office, number, "in stock")


def test_an_answer_is_given_once(world, tmp_path):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    bundle = world.bundle("P1")
    world.merge(bundle, bundle)
    portal.accept(world.office, number, "in stock")
    for again in (portal.accept, portal.reject):
        with pytest.raises(RequestAnswered):
            again(world.office, number, "again")
    world.merge(bundle)
    assert (world.balance(1), list(orders(world)), waiting(world)) == (700, [number], [])
    with pytest.raises(NotThere):
        portal.accept(world.office, "P1-99.000000", "nothing")
    assert is_sound(world, tmp_path)


# One's own data


def test_an_accepted_change_is_the_members_data_and_what_it_was_is_erased(world, tmp_path):
    change = Profile(surname="García Paz", document_type="DNI", document="30.111.222", address="Mitre 100")
    number = at(world).change_profile(ANA, change)
    exchange(world)
    (wish,) = portal.wishes(world.office)
    assert (wish.profile.document, wish.profile.phone) == ("30111222", "")
    portal.accept(world.office, number, "papers seen")
    with world.office.store.transaction():
        store = world.office.store
        assert (store.members.accounts_with("30111222"), store.members.accounts_with("12345678")) == ([1], [])
    world.carry_out("P1")
    page = at(world).page(ANA)
    assert (page.member.greeting, page.member.document, page.requests[0].state) == ("Ana G.", "DNI ***222", "accepted")
    central = b"".join(pages_of(Home(world.folder / "central")))
    assert b"12345678" not in central
    assert "García Paz".encode() in central
    assert is_sound(world, tmp_path)
    again = at(world).change_profile(ANA, Profile(phone="0341-1"))
    exchange(world)
    portal.accept(world.office, again, "by telephone")
    assert is_sound(world, tmp_path)


def test_a_change_is_checked_where_it_is_typed_and_where_it_is_accepted(world):
    for wrong, trouble in (
        (Profile(document_type="DNI", document="12"), BadDocument),
        (Profile(document_type="CUIT", document="20-12345678-0"), BadDocument),
        (Profile(document_type="DNI"), BadInput),
        (Profile(), BadInput),
    ):
        with pytest.raises(trouble):
            at(world).change_profile(ANA, wrong)
    number = at(world).change_profile(ANA, Profile(document_type="DNI", document="87654321"))
    exchange(world)
    with pytest.raises(AlreadyThere):
        portal.accept(world.office, number, "it is Bruno's")
    with pytest.raises(AlreadyAsked):
        at(world).change_profile(ANA, Profile(phone="0341-1"))
    portal.reject(world.office, number, "it is another member's")
    world.carry_out("P1")
    at(world).change_profile(ANA, Profile(phone="0341-1"))


# Leaving


def test_an_accepted_leave_is_a_removal(world, tmp_path):
    number, prize = at(world).ask_leave(ANA), None
    with pytest.raises(AlreadyAsked):
        prize = at(world).ask_prize(ANA, "BIKE", HOME)
    assert prize is None
    exchange(world)
    portal.accept(world.office, number, "asked at the portal")
    assert world.balance(1) == 0
    with pytest.raises(MemberIsRemoved):
        portal.grant_access(world.office, ANA)
    world.carry_out("P1")
    assert state(world, number) == ("accepted", ""), "and no word of anybody's"
    assert is_sound(world, tmp_path)


# What a portal may not


def test_a_member_asks_for_so_much_and_no_more(world):
    for n in range(OF_A_MEMBER_MAX):
        world.sites["E1"].sell(ANA, f"B-{n}", amount=120_000)
    world.carry_in("E1")
    world.carry_out("P1")
    for _ in range(OF_A_MEMBER_MAX):
        at(world).ask_prize(ANA, "BIKE", HOME)
    with pytest.raises(TooManyRequests):
        at(world).ask_prize(ANA, "BIKE", HOME)
    exchange(world)
    assert len(waiting(world)) == OF_A_MEMBER_MAX
    portal.reject(world.office, waiting(world)[0], "one less")
    world.carry_out("P1")
    at(world).ask_prize(ANA, "BIKE", HOME)


def written(world, make, count=1):
    """A portal that is not honest writes what it likes; what it asked for, by number."""
    node, numbers = world.webs["P1"].node, []
    with node.store.writing():
        for _ in range(count):
            numbers.append(f"P1-{node.store.tip().seq + 1}.000000")
            node.store.append_body(encode(make(numbers[-1], world.clock.now())))
    return numbers


def leave(card, account):
    return lambda number, now: LeaveAsked(at=now, request=number, account=account, card=card)


def found(world, number):
    with world.office.store.transaction():
        request = world.office.store.requests.find(number)
        return request.state, request.reason


def test_a_request_of_somebody_without_access_or_with_anothers_card_is_none(world, tmp_path):
    trucks = tmp_path / "trucks.csv"
    trucks.write_text(f"card,member,role\n{TRUCK},1,truck\n")
    load_cards(world.office, trucks)
    strangers = ((BRUNO, 2), (BRUNO, 1), (ANA, 2), (TRUCK, 1), ("600555", 7))
    numbers = [written(world, leave(card, account))[0] for card, account in strangers]
    world.carry_in("P1")
    assert [found(world, number) for number in numbers] == [("refused", "no-access")] * 5
    assert waiting(world) == []
    with pytest.raises(RequestAnswered):
        portal.accept(world.office, numbers[0], "as it wishes")


def test_a_portal_that_asks_without_end_is_bounded_and_never_stuck(world, tmp_path, monkeypatch):
    monkeypatch.setattr("suite.domain.requests.OF_A_PORTAL_MAX", 4)
    for card in (BRUNO,):
        portal.grant_access(world.office, card)
    asked = [n for card, account in ((ANA, 1), (BRUNO, 2)) for n in written(world, leave(card, account), 3)]
    world.carry_in("P1")
    assert [found(world, n)[0] for n in asked] == ["waiting", "refused", "refused"] * 2
    monkeypatch.setattr("suite.domain.requests.OF_A_PORTAL_MAX", 2)
    salt = [0]

    def change(number, now):
        salt[0] += 1
        return ProfileChangeAsked(at=now, request=number, account=1, card=ANA, profile=f"{salt[0]:064x}")

    (more,) = written(world, change)
    world.carry_in("P1")
    assert found(world, more) == ("refused", "already-asked")
    portal.reject(world.office, asked[0], "no")
    (again, beyond) = written(world, change, 2)
    world.carry_in("P1")
    assert (found(world, again)[0], found(world, beyond)[1]) == ("waiting", "already-asked")
    with pytest.raises(RequestUnreadable):
        portal.accept(world.office, again, "whatever it says")
    assert not is_sound(world, tmp_path), "the doctor says that its data is missing"
    portal.reject(world.office, again, "nothing came with it")
    assert is_sound(world, tmp_path)


IMPOSSIBLE = (
    {"request": "P1-1.000000"},
    {"request": "E1-{seq}.000000"},
    {"request": "P1-{seq}"},
    {"request": "P1-{seq}.0000001"},
    {"request": "P1-{seq}.000000\n"},
    {"card": "6000 01"},
    {"profile": "abc"},
    {"account": 0},
)


def test_a_request_that_nobody_can_mean_is_refused_whole(world):
    seq = world.webs["P1"].node.store.tip().seq + 1
    good = ProfileChangeAsked(at=world.clock.now(), request=f"P1-{seq}.000000", account=1, card=ANA, profile="0" * 64)
    for changes in IMPOSSIBLE:
        said = {name: text.format(seq=seq) if isinstance(text, str) else text for name, text in changes.items()}
        (result,) = world.merge(forged(world, "P1", encode(msgspec.structs.replace(good, **said))))
        assert isinstance(result, NotMerged), changes
        assert "can mean" in result.refusal.text
    assert isinstance(world.merge(forged(world, "P1", encode(good)))[0], Merged)


def test_a_request_cannot_commit_to_what_is_kept_for_another(world):
    with world.office.store.transaction():
        personal, _ = world.office.store.directory.account(AccountId(2))
    number = f"P1-{world.webs['P1'].node.store.tip().seq + 1}.000000"
    fact = ProfileChangeAsked(at=world.clock.now(), request=number, account=1, card=ANA, profile=personal)
    (result,) = world.merge(forged(world, "P1", encode(fact)))
    assert isinstance(result, NotMerged)
    with world.office.store.transaction():
        assert world.office.store.kept(personal) is not None


def test_what_goes_with_a_refused_request_is_not_kept(world):
    number = at(world).change_profile(ANA, Profile(address="Calle Falsa 123"))
    portal.withdraw_access(world.office, ANA, "asked by letter")
    world.carry_in("P1")
    assert found(world, number) == ("refused", "no-access")
    assert b"Calle Falsa" not in b"".join(pages_of(Home(world.folder / "central")))


def test_the_portal_takes_what_is_offered_to_order_only(world):
    for prize in ("MUG", "NONE"):
        with pytest.raises(UnknownPrize):
            at(world).ask_prize(ANA, prize, HOME)
    with pytest.raises(BadInput):
        at(world).ask_prize(ANA, "BIKE", DeliveryPlace(""))


# Disks and ways


def test_everything_can_be_made_again_from_the_journal(world):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    before = at(world).store.requests()
    assert at(world).store.rebuild() > 0
    assert at(world).store.requests() == before
    exchange(world)
    portal.accept(world.office, number, "in stock")
    world.carry_out("P1")
    at(world).store.rebuild()
    assert state(world, number) == ("accepted", "in stock")


def test_a_portal_exchanges_over_the_link(world):
    number = at(world).ask_prize(ANA, "BIKE", HOME)
    with door_of(world) as door:
        assert exchange_with(world, "P1", door.url).pending == 0
        portal.accept(world.office, number, "in stock")
        world.clock.moment += 1
        assert exchange_with(world, "P1", door.url).news
    assert state(world, number)[0] == "accepted"


def test_a_copied_portal_is_noticed_and_what_both_were_asked_is_answered(world, tmp_path):
    web = world.webs["P1"]
    web.node.store.overwrite_traces()
    home = Home(tmp_path / "copy")
    shutil.copytree(web.home.folder, home.folder)
    copy = open_portal(home, world.clock)
    here = at(world).ask_prize(ANA, "BIKE", HOME)
    there = Lobby(StationCode("P1"), copy.store, world.clock).ask_prize(ANA, "BIKE", HOME)
    world.carry_in("P1")
    world.merge(courier.export(copy, world.clock).content)
    assert sorted(waiting(world)) == sorted({here, there})
    with pytest.raises(BundleRefused, match="restored or copied"):
        world.carry_out("P1")
    world.carry_in("P1")
    (asking,) = continuity.asking(world.office)
    continuity.let_continue(world.office, "P1", asking.digits)
    world.carry_in("P1")
    portal.accept(world.office, here, "in stock")
    portal.accept(world.office, there, "in stock")
    world.carry_out("P1")
    assert state(world, here)[0] == "accepted"
    assert (world.balance(1), at(world).page(ANA).member.balance) == (200, 200)


def test_another_pc_begins_at_the_same_places_and_asks_for_its_own(world, tmp_path):
    before = at(world).ask_prize(ANA, "BIKE", HOME)
    world.carry_in("P1")
    invited, home = world.office.invite(StationCode("P1"), replaces=True), Home(tmp_path / "new")
    world.office.approve(join(home, invited.content, invited.code.reveal(), world.clock).content)
    node = open_portal(home, world.clock)
    world.webs["P1"] = Web(home, node, Lobby(StationCode("P1"), node.store, world.clock))
    world.carry_out("P1")
    after = at(world).ask_leave(ANA)
    assert before.partition(".")[0] == after.partition(".")[0]
    exchange(world)
    assert sorted(waiting(world)) == sorted({before, after})
    portal.reject(world.office, before, "the PC is gone")
    world.carry_out("P1")
    assert [(request.request, request.state) for request in at(world).store.requests()] == [(after, "waiting")]
