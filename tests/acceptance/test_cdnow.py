"""Eighteen months of a record shop's customers, lived month by month: points expire first in, first out, to the point.

Two programmes, of 12 and of 24 months, each with customers who only gather and with customers who spend: right after
each ticket, while 100 points or more are there, they take a prize of 50. The shop writes those hand-overs on paper,
so each month brings a till's file and a file of vouchers. One of the programmes has tiers, reached by what is earned
in twelve months, and is asked after each close who stands where.
"""

import os
from collections import Counter, defaultdict

import pytest

from tests.acceptance.months import just_after, just_before, month_after, months_between, number_of
from tests.acceptance.record_shop import SHOP, Shop, card_of

PROGRAMME = """
[network]
code = "cdnow"
name = "CDNOW"
currency = "USD"
time_zone = "America/New_York"
[points]
value = "0.01"
expire_after_months = {months}
tier_months = {window}
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
[[prizes]]
code = "PRIZE"
name = "A disc"
points = 50
[[stations]]
code = "SHOP"
name = "The shop"
"""
LADDER = {"Silver": 0, "Gold": 150, "Platinum": 400}
LADDER_MONTHS = 12
WITH_TIERS = "redeem_12"  # Tiers look at what was earned: in the life where most is spent and expires that shows best.
PRIZE_POINTS, SPEND_FROM = 50, 100
SHIPPED_MAX = 100_000
EVERY_MONTH = ("earned", "redeemed", "expired", "balance_at_close")


class Life:
    """A variant lived to its end: what the office said on the way."""

    def __init__(self, network, shop, variant):
        self.network, self.shop = network, shop
        habit, expiry = variant.split("_")
        self.spends, self.expiry = habit == "redeem", int(expiry)
        self.ladder = LADDER if variant == WITH_TIERS else {}
        self.balances_at_close = {}
        self.expired_at_close = {}
        self.tiers_at_close = {}
        self.last = max(shop.last, shop.lots_file(variant).split("_")[2])

    def live_to_the_end(self):
        """Every month with sales, then every month until the last points are due."""
        self._begin()
        for month in months_between(self.shop.first, self.last):
            self._live(month)
        self.lots = self.network.central("lots")
        self._end()
        self.moved = self.network.central("months")

    def _begin(self):
        """The network founded, the shop paired and, where customers spend, its shelf filled."""
        network, shop = self.network, self.shop
        members = [int(customer) for customer in shop.customers]
        cards = [(card_of(customer), int(customer)) for customer in shop.customers]
        tiers = [
            f'[[tiers]]\ncode = "{tier}"\nname = "{tier}"\npoints = {least}' for tier, least in self.ladder.items()
        ]
        programme = PROGRAMME.format(months=self.expiry, window=LADDER_MONTHS)
        network.found("\n".join([programme, *tiers]), members, cards)
        network.pair(SHOP)
        self.first_tiers = self.tiers()
        prizes_max = sum(ticket.points for ticket in shop.tickets) // PRIZE_POINTS + 1
        loads = range(0, prizes_max if self.spends else 0, SHIPPED_MAX)
        notes = [network.central("ship", SHOP, f"PRIZE={SHIPPED_MAX}")["note"] for _ in loads]
        network.tell([SHOP])
        for note in notes:
            network.station(SHOP, "receive", note)

    def _live(self, month):
        """One month: its files at the shop, its bundle at the office, its close, and the office's word back."""
        network, tickets = self.network, self.shop.by_month[month]
        network.clock = just_after(month)
        if tickets:
            self._take("import-sales", [ticket.till_row() for ticket in tickets])
            if self.spends:
                self._take("import-vouchers", self._vouchers(tickets))
            network.bring([SHOP])
        self._close(month)
        self.balances_at_close[month] = self.balances()
        network.tell([SHOP])

    def _take(self, command, rows):
        assert self.network.take(SHOP, command, rows) == {"taken": len(rows), "known": 0, "incidents": 0}

    def _vouchers(self, tickets):
        """What customers take in a month, from the balances of the last close and the month's tickets."""
        balances = Counter(self.balances_at_close[max(self.balances_at_close)] if self.balances_at_close else {})
        rows = []
        for ticket in tickets:
            account = int(ticket.customer)
            balances[account] += ticket.points
            while balances[account] >= SPEND_FROM:
                balances[account] -= PRIZE_POINTS
                rows.append(ticket.voucher_row(len(rows)))
        return rows

    def balances(self):
        return {row["account"]: row["balance"] for row in self.network.central("balances")}

    def tiers(self):
        return {int(row["account"]): row["tier"] for row in self.network.central("tiers")}

    def _close(self, month):
        for closed in self.network.central("close", month):
            self.expired_at_close[closed["month"]] = closed["points"]
        if self.ladder:
            self.tiers_at_close[month] = self.tiers()

    def _end(self):
        """Months closed on without a sale, until the last points are due."""
        for month in months_between(month_after(self.last, 1), month_after(self.last, self.expiry)):
            self.network.clock = just_after(month)
            self._close(month)


@pytest.fixture(scope="module")
def shop(data_set):
    return Shop(data_set("cdnow"))


LONG = pytest.mark.skipif(not os.environ.get("CANJE_LONG"), reason="the other three of four: set CANJE_LONG")


@pytest.mark.parametrize(
    "variant",
    [
        "redeem_12",
        pytest.param("plain_12", marks=LONG),
        pytest.param("plain_24", marks=LONG),
        pytest.param("redeem_24", marks=LONG),
    ],
)
def test_points_are_spent_and_expire_first_in_first_out(new_network, shop, variant, subtests):
    life = Life(new_network(f"cdnow-{variant}", just_before(shop.first)), shop, variant)

    life.live_to_the_end()

    for check in [*CHECKS, *(TIER_CHECKS if life.ladder else ()), *(REPLAY if life.spends else ())]:
        with subtests.test(check.__name__):
            check(life, shop, variant)


def the_open_lots_after_the_last_sale_are_the_expected_ones(life, shop, variant):
    keys = ["customer", "earned_month", "expires_at_close_of"]
    expected = shop.data.expected(shop.lots_file(variant), keys, ["remaining"])

    found = {(lot["account"], lot["earned"], lot["expires_at_close_of"]): lot["remaining"] for lot in life.lots}

    assert found == {(int(customer), *months): points for (customer, *months), (points,) in expected.items()}


def every_month_of_every_customer_is_the_expected_one(life, shop, variant):
    expected = shop.data.expected(f"monthly_{variant}.csv.gz", ["customer", "month"], EVERY_MONTH)

    found = {
        (row["account"], row["month"]): (row["earned"], row["spent"], row["expired"], row["balance"])
        for row in life.moved
        if row["earned"] or row["spent"] or row["expired"]
    }

    assert found == {(int(customer), month): row for (customer, month), row in expected.items()}


def every_month_of_the_network_adds_up_to_the_expected_totals(life, shop, variant):
    expected = shop.data.expected("totals_by_month.csv", ["variant", "month"], EVERY_MONTH)
    sums = defaultdict(Counter)
    for row in life.moved:
        sums[row["month"]].update({name: row[name] for name in ("earned", "spent", "expired")})

    found, balance = {}, 0
    for month in sorted(life.expired_at_close):
        moved = sums[month]
        balance += moved["earned"] - moved["spent"] - moved["expired"]
        found[variant, month] = (moved["earned"], moved["spent"], moved["expired"], balance)

    assert found == {key: row for key, row in expected.items() if key[0] == variant}


def each_close_said_the_expected_points_and_left_the_expected_balances(life, shop, variant):
    expected = shop.data.expected("totals_by_month.csv", ["variant", "month"], ["expired", "balance_at_close"])
    expected = {month: row for (name, month), row in expected.items() if name == variant}

    balances = {month: sum(found.values()) for month, found in life.balances_at_close.items()}

    assert life.expired_at_close == {month: expired for month, (expired, _) in expected.items()}
    assert balances == {month: expected[month][1] for month in balances}


def nothing_is_left_when_the_last_points_are_due(life, shop, variant):
    assert life.balances() == {int(customer): 0 for customer in shop.customers}
    assert life.network.central("lots") == []


def everybody_starts_on_the_lowest_tier(life, shop, variant):
    assert life.first_tiers == dict.fromkeys(map(int, shop.customers), next(iter(life.ladder)))


def every_close_finds_as_many_members_on_each_tier_as_expected(life, shop, variant):
    expected = shop.data.expected("tier_counts.csv", ["close_of_month"], life.ladder)

    counts = {month: Counter(tiers.values()) for month, tiers in life.tiers_at_close.items()}
    found = {(month,): tuple(count[tier] for tier in life.ladder) for month, count in counts.items()}

    assert found == expected


def every_step_from_tier_to_tier_is_the_expected_one(life, shop, variant):
    """Each with what was earned in the twelve months that end with the close."""
    keys = ["customer", "close_of_month", "from", "to"]
    expected = shop.data.expected("tier_changes.csv.gz", keys, ["earned_12m"])
    earned = {(row["account"], number_of(row["month"])): row["earned"] for row in life.moved}

    found, before = {}, life.first_tiers
    for month, tiers in sorted(life.tiers_at_close.items()):
        window = range(number_of(month) - LADDER_MONTHS + 1, number_of(month) + 1)
        for account, tier in tiers.items():
            if tier != before[account]:
                found[account, month, before[account], tier] = (sum(earned.get((account, m), 0) for m in window),)
        before = tiers

    assert found == {(int(customer), *step): points for (customer, *step), points in expected.items()}


def tables_made_again_from_the_journals_are_the_same(life, shop, variant):
    before = life.tiers()

    rebuilt = life.network.central("rebuild")

    assert rebuilt["verified"] == rebuilt["replayed"]
    assert life.network.central("months") == life.moved
    assert life.tiers() == before


CHECKS = (
    the_open_lots_after_the_last_sale_are_the_expected_ones,
    every_month_of_every_customer_is_the_expected_one,
    every_month_of_the_network_adds_up_to_the_expected_totals,
    each_close_said_the_expected_points_and_left_the_expected_balances,
    nothing_is_left_when_the_last_points_are_due,
)
TIER_CHECKS = (
    everybody_starts_on_the_lowest_tier,
    every_close_finds_as_many_members_on_each_tier_as_expected,
    every_step_from_tier_to_tier_is_the_expected_one,
)
REPLAY = (tables_made_again_from_the_journals_are_the_same,)  # Of the fullest journals only: it says it for all.
