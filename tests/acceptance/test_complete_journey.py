"""A year of a grocer's households: two hundred stores that settle each month, and a welcome for new members.

Points are whole dollars of a ticket, over all its lines. Lived twice: by the rule alone with every store a station,
and at one station with the welcome, which triples the first thirty days of a household's card.
"""

from collections import Counter

import pytest

from tests.acceptance.grocer import Grocer, card_of
from tests.acceptance.months import just_after, just_before

CLUB = "CLUB"
WELCOME = """
[[promotions]]
code = "welcome"
name = "Welcome"
multiply = 3
card_days = 30
"""
PARTLY_DONE = 4


@pytest.fixture(scope="module")
def grocer(data_set):
    return Grocer(data_set("complete_journey"))


def lived(network, grocer, stations, promotions=""):
    """The network founded, everything sold where it was sold, and all of it merged."""
    cards = [(card_of(household), household, grocer.enrolled[household]) for household in grocer.households]
    network.found(grocer.programme(stations, promotions), grocer.households, cards)
    for station in stations:
        network.pair(station)
    network.tell(list(stations))
    network.clock = just_after(grocer.months[-1])
    for station, tickets in stations.items():
        rows = [row for ticket in tickets for row in ticket.till_rows()]
        taken = network.take(station, "import-sales", rows)
        assert taken == {"taken": len(tickets), "known": 0, "incidents": 0}
    network.bring(stations)
    return network


@pytest.fixture(scope="module")
def stores(new_network, grocer):
    network = new_network("grocer-stores", just_before(grocer.months[0]))
    return lived(network, grocer, grocer.by_store)


@pytest.fixture(scope="module")
def club(new_network, grocer):
    network = new_network("grocer-club", just_before(grocer.months[0]))
    return lived(network, grocer, {CLUB: grocer.tickets}, WELCOME)


@pytest.fixture(scope="module")
def settled(stores, grocer):
    """Every month closed, then each in which something was sold settled in its turn: points and cents of each store."""
    stores.central("close", grocer.months[-1], "--through")
    found = {}
    for month in sorted({ticket.month for ticket in grocer.tickets}):
        stores.central("settle", month)
        for statement in stores.central("settlement", month, "--to", stores.folder / "settlement.pdf")["statements"]:
            found[statement["station"], month] = statement["points"], statement["amount"]
    return found


def test_every_store_sells_and_gives_what_is_expected_each_month(stores, grocer):
    expected = grocer.data.expected("store_month.csv", ["store_id", "month"], ["tickets", "cents", "points"])
    nothings = Counter((ticket.store, ticket.month) for ticket in grocer.nothings)

    rows = {(r["station"], r["month"]): r for r in stores.central("report", "--by", "station,month")}
    found = {key: (row["tickets"] + nothings[key], row["amount"], row["points"]) for key, row in rows.items()}

    assert {**{key: (count, 0, 0) for key, count in nothings.items()}, **found} == expected


def test_every_store_settles_the_expected_cents_each_month(settled, grocer):
    expected = grocer.data.expected("store_month.csv", ["store_id", "month"], ["points", "settle_cents"])
    sold = {(ticket.store, ticket.month) for ticket in grocer.tickets}

    assert settled == {key: row for key, row in expected.items() if key in sold}


def test_every_household_earns_the_expected_base(stores, grocer):
    expected = grocer.data.expected("households.csv", ["household_id"], ["tickets", "cents", "base_points"])
    nothings = Counter(ticket.household for ticket in grocer.nothings)

    rows = {row["account"]: row for row in stores.central("report", "--by", "account")}
    found = {(key,): (row["tickets"] + nothings[key], row["amount"], row["points"]) for key, row in rows.items()}

    assert {**{(key,): (count, 0, 0) for key, count in nothings.items()}, **found} == expected


def test_the_first_thirty_days_of_every_household_earn_triple(club, grocer):
    expected = grocer.data.expected("households.csv", ["household_id", "enrolled"], ["base_points", "total_points"])
    issued = {str(card["account"]): card["issued"] for card in club.central("cards")}

    points = {row["account"]: row["points"] for row in club.central("report", "--by", "account")}
    found = {(household, day): points.get(household, 0) for household, day in issued.items()}

    assert found == {key: total for key, (_, total) in expected.items()}
    assert {row["account"]: row["balance"] for row in club.central("balances")} == {
        int(household): points.get(household, 0) for household in grocer.households
    }


def test_a_ticket_of_nothing_is_set_aside(club, grocer):
    if not grocer.nothings:
        pytest.skip("the sample holds no ticket of nothing")
    rows = [row for ticket in grocer.nothings for row in ticket.till_rows()]
    columns = ("moment", "document", "card", "product", "quantity", "amount")

    imported = club.station(CLUB, "import-sales", club.table("nothing.csv", columns, rows), exit_code=PARTLY_DONE)

    assert [imported[name] for name in ("taken", "known", "incidents")] == [0, 0, 0]
    assert len(imported["set_aside"]) == len(rows)
