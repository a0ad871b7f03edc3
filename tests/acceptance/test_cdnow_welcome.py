"""A record shop greets its new customers: whatever they buy in the first thirty days of their card earns triple.

Whole dollars count: first the floor of a ticket's dollars, then times three.
"""

import os

import pytest

from tests.acceptance.months import just_after, just_before
from tests.acceptance.record_shop import SHOP, Shop, card_of

PROGRAMME = """
[network]
code = "cdnow"
name = "CDNOW"
currency = "USD"
time_zone = "America/New_York"
[points]
value = "0.01"
[[groups]]
code = "music"
name = "Music"
[[products]]
code = "CD"
name = "Compact disc"
group = "music"
unit = "piece"
[[rules]]
code = "dollar"
per_amount = "1"
whole_steps = true
[[stations]]
code = "SHOP"
name = "The shop"
"""
WELCOME = """
[[promotions]]
code = "welcome"
name = "Welcome"
multiply = 3
card_days = 30
"""


@pytest.fixture(scope="module")
def shop(data_set):
    return Shop(data_set("cdnow"))


@pytest.fixture(scope="module")
def network(new_network, shop):
    """Everything sold and merged; each card was issued on the day of its customer's first ticket."""
    network = new_network("cdnow-welcome", just_before(shop.first))
    enrolled = {ticket.customer: ticket.day for ticket in reversed(shop.tickets)}
    cards = [(card_of(customer), int(customer), enrolled[customer]) for customer in shop.customers]
    network.found(PROGRAMME + WELCOME, list(map(int, shop.customers)), cards)
    network.pair(SHOP)
    network.tell([SHOP])
    network.clock = just_after(shop.last)
    taken = network.take(SHOP, "import-sales", [ticket.till_row() for ticket in shop.tickets])
    assert taken == {"taken": len(shop.tickets), "known": 0, "incidents": 0}
    network.bring([SHOP])
    return network


def test_the_first_thirty_days_of_every_card_earn_triple(network, shop):
    expected = shop.data.expected("welcome_triple.csv.gz", ["customer", "enrolled"], ["tickets", "total_points"])
    issued = {card["account"]: card["issued"] for card in network.central("cards")}

    rows = network.central("report", "--by", "account")
    found = {(int(row["account"]), issued[int(row["account"])]): (row["tickets"], row["points"]) for row in rows}

    assert found == {(int(customer), day): row for (customer, day), row in expected.items()}


@pytest.mark.skipif(not os.environ.get("CANJE_LONG"), reason="the other half of the same: set CANJE_LONG")
def test_without_the_greeting_the_same_sales_would_earn_their_base(network, shop):
    """Rehearsed over the sales as they were recorded; what is missing is the bonus."""
    numbers = shop.data.expected("welcome_triple.csv.gz", ["customer"], ["tickets", "base_points", "bonus_points"])
    tickets, base, bonus = map(sum, zip(*numbers.values(), strict=True))
    plain = network.write("plain.toml", PROGRAMME)

    found = network.central("rehearse", plain, "--from", shop.first, "--to", shop.last)

    assert {name: found[name] for name in ("tickets", "credited", "rehearsed")} == {
        "tickets": tickets,
        "credited": base + bonus,
        "rehearsed": base,
    }
