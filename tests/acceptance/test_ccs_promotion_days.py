"""The days of a promotion, both included: before and after them the card company's sales earn what they always do.

One network, and several stations that each sell everything the company sold, each with a promotion of its own days;
one more sells under a rule for the same product in the place of a promotion, and must come to the same.
"""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.acceptance.petrol_company import PREMIUM_PRODUCT, Sales, card_of

BASE = '[[rules]]\ncode = "all"\nper_amount = "1"\nwhole_steps = true\n'
OWN_RULE = f'[[rules]]\ncode = "premium"\nproducts = ["{PREMIUM_PRODUCT}"]\nper_amount = "2"\nwhole_steps = true\n'
PROMOTION = """
[[promotions]]
code = "{station}"
name = "Premium counts double at {station}"
multiply = 2
products = ["{product}"]
stations = ["{station}"]
{days}
"""
PLAIN, DOUBLE = "U_line", "PREM"
TABLES = {"card": "cards", "account": "customers", "day": "days", "product": "products"}
COLUMNS = {"card": "CardID", "account": "CustomerID", "day": "Date", "product": "ProductID"}


class Days:
    """The stations of the test by name, with the days of their promotion and what the sales of a day earn there.

    A promotion covers its product's sales from the first day to the last, or is over just before, or begins just after.
    """

    def __init__(self, sales):
        sold = Counter(row["Date"] for row in sales.rows if row["ProductID"] == PREMIUM_PRODUCT)
        sold = sold or Counter(row["Date"] for row in sales.rows)
        first, last, day = date.fromisoformat(min(sold)), date.fromisoformat(max(sold)), timedelta(days=1)
        self.busiest = sold.most_common(1)[0][0]
        self.of = {
            "COVERED": f"from_day = {first}\nuntil_day = {last}",
            "ALWAYS": "",
            "OVER": f"until_day = {first - day}",
            "NOT-YET": f"from_day = {last + day}",
            "ONE-DAY": f"from_day = {self.busiest}\nuntil_day = {self.busiest}",
        }
        self.stations = ["OWN-RULE", *self.of]
        self.promotions = "\n".join(
            PROMOTION.format(station=station, product=PREMIUM_PRODUCT, days=days) for station, days in self.of.items()
        )

    def column(self, station, day):
        """The column of the expected files that holds what a day earns at a station."""
        counts_double = {"OVER": False, "NOT-YET": False, "ONE-DAY": day == self.busiest}
        return DOUBLE if counts_double.get(station, True) else PLAIN


@pytest.fixture(scope="module")
def sales(data_set):
    return Sales(data_set("ccs"))


@pytest.fixture(scope="module")
def days(sales):
    return Days(sales)


@pytest.fixture(scope="module")
def network(new_network, sales, days):
    """Everything sold once at each station: first under the rule, then under the promotions in its place."""
    network = new_network("ccs-days", sales.before)
    own_rule = sales.programme(sales.premium(OWN_RULE) + BASE, days.stations)
    network.found(own_rule, sales.customers, sales.cards)
    for station in days.stations:
        network.pair(station)
    network.tell(["OWN-RULE"])
    promotions = sales.programme(BASE + sales.premium(days.promotions), days.stations)
    network.central("publish", network.write("programme.toml", promotions))
    network.tell(list(days.of))
    network.clock = sales.after
    for station in days.stations:
        taken = network.take(station, "import-sales", sales.till_rows())
        assert taken == {"taken": sales.tickets, "known": 0, "incidents": 0}
    network.bring(days.stations)
    return network


def points_by(network, dimension):
    """What was earned at each station, by one more dimension."""
    rows = network.central("report", "--by", f"station,{dimension}")
    return {(row["station"], row[dimension]): row["points"] for row in rows}


def test_each_day_earns_double_while_the_promotion_runs_and_no_more_outside(network, sales, days):
    expected = {}
    for row in sales.data.rows("expected/days.csv"):
        expected.update({(s, row["Date"]): int(row[days.column(s, row["Date"])]) for s in days.stations})

    found = points_by(network, "day")

    assert found == expected


@pytest.mark.parametrize("dimension", ["card", "account", "product"])
def test_a_whole_period_inside_or_outside_the_days_is_the_expected_one(network, sales, days, dimension):
    """The station whose promotion runs for one day has no expected figures but those by day."""
    whole = [station for station in days.stations if station != "ONE-DAY"]
    rows = sales.data.rows(f"expected/{TABLES[dimension]}.csv")
    name = {"card": card_of}.get(dimension, str)
    expected = {
        (s, name(row[COLUMNS[dimension]])): int(row[days.column(s, sales.first_day)]) for row in rows for s in whole
    }

    found = {key: points for key, points in points_by(network, dimension).items() if key[0] in whole}

    assert found == expected


def test_the_office_comes_to_the_same_points_from_what_was_recorded(network, sales, days):
    rechecked = network.central("recheck", "--all")

    assert rechecked == {"checked": len(days.stations) * sales.tickets, "disputed": []}
