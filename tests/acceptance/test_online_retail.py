"""A year of a gift shop that takes a lot back: returns without their ticket, some of goods bought before.

Lived twice. Once a return may leave a debt: every country is a station, the office is asked for the balances after
each round of returns, and each month is settled. Once a return takes no more than there is, at one station for all.
"""

from collections import Counter, defaultdict

import pytest

from tests.acceptance.gift_shop import GiftShop, card_of
from tests.acceptance.months import just_after, just_before

BUSY = 100  # Entries a round: who has more is told what arrived, so that its next bundle does not carry it again.
ONE_STATION = "SHOP"


class Life:
    """The shop's year lived under one policy, and what the office says of it."""

    def __init__(self, network, shop, returns, stations):
        self.network, self.shop, self.stations = network, shop, stations
        self.taken = Counter()
        cards = [(card_of(customer), customer) for customer in shop.customers]
        network.found(shop.programme(returns, stations), shop.customers, cards)
        for station in stations.values():
            network.pair(station)
            network.appoint_manager(station)
        network.tell(stations.values())

    def live(self):
        """Round by round what was sold and then what came back, in each country; and the figures after all of it."""
        self.network.clock = just_after(self.shop.months[-1])
        for sales, credits_ in self.shop.rounds():
            here = Counter(self._take("import-sales", sales))
            here.update(self._take("import-returns", credits_))
            self.after_round(here)
        self.network.bring(self.stations.values())
        self._look()
        return self

    def after_round(self, entries):
        """What is done once a round is at the stations; `entries` says how many each wrote."""

    def _take(self, command, tickets):
        by_station = defaultdict(list)
        for ticket in tickets:
            by_station[self.station_of(ticket)].append(ticket.till_row())
        for station, rows in by_station.items():
            taken = self.network.take(station, command, rows)
            assert taken == {"taken": len(rows), "known": 0, "incidents": 0}
        self.taken.update((command, ticket.month) for ticket in tickets)
        return {station: len(rows) for station, rows in by_station.items()}

    def station_of(self, ticket):
        return self.stations.get(ticket.country, ONE_STATION)

    def balances(self):
        return {row["account"]: row["balance"] for row in self.network.central("balances")}

    def _look(self):
        self.balance = self.balances()
        self.sold = {int(row["account"]): row for row in self.network.central("report", "--by", "account")}
        self.sold_in = {row["month"]: row for row in self.network.central("report", "--by", "month")}
        self.net, self.net_in = Counter(), Counter()
        for row in self.network.central("months"):
            self.net[row["account"]] += row["earned"]
            self.net_in[row["month"]] += row["earned"]

    def earned(self, customer):
        return self.sold[customer]["points"] if customer in self.sold else 0

    def reversed(self, customer):
        """What returns took: a member's month holds it already, the report of sales does not."""
        return self.earned(customer) - self.net[customer]


class LifeWithDebts(Life):
    """The balance may go below zero: seen after each round, and settled by country."""

    def __init__(self, network, shop):
        super().__init__(network, shop, "debt", shop.stations)
        self.lowest = dict.fromkeys(shop.customers, 0)
        self.settled = {}

    def after_round(self, entries):
        self.network.bring(list(entries))
        for account, balance in self.balances().items():
            self.lowest[account] = min(self.lowest[account], balance)
        self.network.tell([station for station, number in entries.items() if number > BUSY])

    def settle(self):
        """Every month closed, then each in which something was sold or came back settled in its turn."""
        self.network.central("close", self.shop.months[-1], "--through")
        names = {station: country for country, station in self.stations.items()}
        for month in sorted({ticket.month for ticket in self.shop.tickets}):
            self.network.central("settle", month)
            printed = self.network.central("settlement", month, "--to", self.network.folder / "settlement.pdf")
            for statement in printed["statements"]:
                self.settled[names[statement["station"]], month] = statement["points"], statement["amount"]


@pytest.fixture(scope="module")
def shop(data_set):
    return GiftShop(data_set("online_retail"))


@pytest.fixture(scope="module")
def debts(new_network, shop):
    life = LifeWithDebts(new_network("gifts-debt", just_before(shop.months[0])), shop).live()
    life.settle()
    return life


@pytest.fixture(scope="module")
def capped(new_network, shop):
    return Life(new_network("gifts-cap", just_before(shop.months[0])), shop, "cap", {ONE_STATION: ONE_STATION}).live()


def test_every_member_earns_and_gives_back_what_is_expected(shop, debts):
    expected = shop.data.expected("members.csv", ["CustomerID"], ["sales", "earned", "reversed"])
    left_out = Counter(invoice.customer for invoice in shop.left_out if not invoice.is_credit)

    found = {}
    for customer in shop.customers:
        tickets = debts.sold[customer]["tickets"] if customer in debts.sold else 0
        found[(str(customer),)] = tickets + left_out[customer], debts.earned(customer), debts.reversed(customer)

    assert found == expected


def test_a_debt_is_as_deep_as_expected_at_its_deepest_and_at_the_end(shop, debts):
    expected = shop.data.expected("members.csv", ["CustomerID"], ["balance_NEG", "lowest_NEG"])

    found = {(str(customer),): (debts.balance[customer], debts.lowest[customer]) for customer in shop.customers}

    assert found == expected


def test_a_capped_return_takes_what_there_is_and_the_rest_is_lost(shop, debts, capped):
    """What was due and not there is what the same returns took where they could make a debt."""
    expected = shop.data.expected("members.csv", ["CustomerID"], ["balance_CAP", "shortfall_CAP"])

    found = {
        (str(customer),): (capped.balance[customer], debts.reversed(customer) - capped.reversed(customer))
        for customer in shop.customers
    }

    assert found == expected


def test_every_month_is_the_expected_one(shop, debts):
    expected = shop.data.expected("months.csv", ["month"], ["invoices", "earned", "reversed"])
    left_out = Counter(invoice.month for invoice in shop.left_out)

    found = {}
    for month in shop.months:
        tickets, points = (
            debts.sold_in[month][name] if month in debts.sold_in else 0 for name in ("tickets", "points")
        )
        invoices = tickets + debts.taken["import-returns", month] + left_out[month]
        found[(month,)] = invoices, points, points - debts.net_in[month]

    assert found == expected


def test_every_country_settles_the_expected_pence_each_month(shop, debts):
    """A month in which more came back than was sold settles as minus what the points would have been worth."""
    expected = shop.data.expected("country_month_settlement.csv", ["country", "month"], ["points", "pence"])
    sold = {(ticket.country, ticket.month) for ticket in shop.tickets}

    assert debts.settled == {key: row for key, row in expected.items() if key in sold}
    assert {row for key, row in expected.items() if key not in sold} <= {(0, 0)}


def test_the_whole_year_adds_up_to_the_expected_totals(shop, debts, capped):
    expected = {row["measure"]: int(row["value"]) for row in shop.data.rows("expected/totals.csv")}
    left_out = Counter(invoice.is_credit for invoice in shop.left_out)

    found = {
        "members": len(debts.balance),
        "sale_invoices": sum(debts.taken["import-sales", month] for month in shop.months) + left_out[False],
        "cancellation_invoices": sum(debts.taken["import-returns", month] for month in shop.months) + left_out[True],
        "earned": sum(map(debts.earned, shop.customers)),
        "reversed": sum(map(debts.reversed, shop.customers)),
        "balance_NEG": sum(debts.balance.values()),
        "members_ever_below_zero_NEG": sum(lowest < 0 for lowest in debts.lowest.values()),
        "balance_CAP": sum(capped.balance.values()),
        "shortfall_CAP": sum(debts.reversed(customer) - capped.reversed(customer) for customer in shop.customers),
    }

    assert found == {name: expected[name] for name in found}


def test_open_lots_are_what_is_left_and_a_debt_leaves_none(shop, debts):
    open_points = Counter()
    for lot in debts.network.central("lots"):
        open_points[lot["account"]] += lot["remaining"]

    assert dict(open_points) == {account: points for account, points in debts.balance.items() if points > 0}


def test_credit_notes_that_come_again_take_nothing(shop, capped):
    notes = [ticket.till_row() for ticket in shop.tickets if ticket.is_credit]

    again = capped.network.take(ONE_STATION, "import-returns", notes)

    assert again == {"taken": 0, "known": len(notes), "incidents": 0}


def test_tables_made_again_from_the_journals_are_the_same(capped):
    rebuilt = capped.network.central("rebuild")

    assert rebuilt["verified"] == rebuilt["replayed"]
    assert capped.balances() == capped.balance
