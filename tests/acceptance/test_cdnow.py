"""Eighteen months of a record shop's customers, lived month by month: points expire first in, first out, to the point.

Two programmes, of 12 and of 24 months, each with customers who only gather and with customers who spend: right after
each ticket, while 100 points or more are there, they take a prize of 50. The shop writes those hand-overs on paper,
so each month brings a till's file and a file of vouchers.
"""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

PROGRAMME = """
[network]
code = "cdnow"
name = "CDNOW"
currency = "USD"
time_zone = "America/New_York"
[points]
value = "0.01"
expire_after_months = {months}
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
SHOP = "SHOP"
PRIZE_POINTS, SPEND_FROM = 50, 100
SHIPPED_MAX = 100_000
TILL_COLUMNS = ("moment", "document", "card", "product", "quantity", "amount")
VOUCHER_COLUMNS = ("moment", "document", "card", "prize")
EVERY_MONTH = ("earned", "redeemed", "expired", "balance_at_close")


class Ticket:
    """A row of the shop's file: the so-many-th purchase of a customer on a day."""

    def __init__(self, customer, day, place, discs, dollars):
        self.customer, self.discs, self.dollars = customer, discs, dollars
        self.day = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        self.month = self.day[:7]
        self.name = f"{day}-{customer}-{place}"
        self.second = 2 * place
        self.points = int(Decimal(dollars))

    def at(self, seconds_later=0):
        second = self.second + seconds_later
        return f"{self.day}T12:{second // 60:02d}:{second % 60:02d}"

    def till_row(self):
        return self.at(), self.name, card_of(self.customer), "CD", self.discs, self.dollars

    def voucher_row(self, place):
        return self.at(seconds_later=1), f"V{self.name}-{place}", card_of(self.customer), "PRIZE"


def card_of(customer):
    return customer.zfill(10)


class Shop:
    """The shop's file by month, in order of day and of place in the file."""

    def __init__(self, data):
        self.data = data
        places = Counter()
        tickets = []
        for row in data.lines("purchases.txt.gz")[1:]:
            if row.strip():
                customer, day, discs, dollars = row.split()
                tickets.append(Ticket(customer, day, places[customer, day], discs, dollars))
                places[customer, day] += 1
        self.by_month = defaultdict(list)
        for ticket in sorted(tickets, key=lambda ticket: ticket.day):
            self.by_month[ticket.month].append(ticket)
        self.customers = sorted({ticket.customer for ticket in tickets})
        assert len({int(customer) for customer in self.customers}) == len(self.customers)
        self.first, self.last = min(self.by_month), max(self.by_month)
        self.prizes_max = sum(ticket.points for ticket in tickets) // PRIZE_POINTS + 1

    def lots_file(self, variant):
        """The name of the expected open lots, which says after which month's close they were open."""
        return next(iter(self.data.has(f"open_lots_*_{variant}.csv.gz")), f"open_lots_{self.last}_{variant}.csv.gz")


def months_between(first, last):
    return [month_after("0000-01", number) for number in range(number_of(first), number_of(last) + 1)]


def month_after(month, months):
    number = number_of(month) + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def number_of(month):
    return int(month[:4]) * 12 + int(month[5:]) - 1


def just_after(month):
    """A moment on the first day of the next month, when everywhere the month is over."""
    return f"{month_after(month, 1)}-01T20:00:00+00:00"


class Life:
    """A variant lived to its end: what the office said on the way."""

    def __init__(self, network, shop, variant):
        self.network, self.shop = network, shop
        habit, expiry = variant.split("_")
        self.spends, self.expiry = habit == "redeem", int(expiry)
        self.balances_at_close = {}
        self.expired_at_close = {}
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
        network.found(PROGRAMME.format(months=self.expiry), members, cards)
        network.pair(SHOP)
        loads = range(0, shop.prizes_max if self.spends else 0, SHIPPED_MAX)
        notes = [network.central("ship", SHOP, f"PRIZE={SHIPPED_MAX}")["note"] for _ in loads]
        network.tell([SHOP])
        for note in notes:
            network.station(SHOP, "receive", note)

    def _live(self, month):
        """One month: its files at the shop, its bundle at the office, its close, and the office's word back."""
        network, tickets = self.network, self.shop.by_month[month]
        network.clock = just_after(month)
        if tickets:
            self._import("import-sales", TILL_COLUMNS, [ticket.till_row() for ticket in tickets])
            if self.spends:
                self._import("import-vouchers", VOUCHER_COLUMNS, self._vouchers(tickets))
            network.bring([SHOP])
        self._close(month)
        self.balances_at_close[month] = self.balances()
        network.tell([SHOP])

    def _import(self, command, columns, rows):
        imported = self.network.station(SHOP, command, self.network.table(f"{command}.csv", columns, rows))
        taken = {name: imported[name] for name in ("taken", "known", "incidents", "set_aside")}
        assert taken == {"taken": len(rows), "known": 0, "incidents": 0, "set_aside": []}

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

    def _close(self, month, *how):
        for closed in self.network.central("close", month, *how):
            self.expired_at_close[closed["month"]] = closed["points"]

    def _end(self):
        """Months closed on without a sale, until the last points are due."""
        last = month_after(self.last, self.expiry)
        self.network.clock = just_after(last)
        self._close(last, "--through")


@pytest.fixture(scope="module")
def shop(data_set):
    return Shop(data_set("cdnow"))


@pytest.mark.parametrize("variant", ["plain_12", "plain_24", "redeem_12", "redeem_24"])
def test_points_are_spent_and_expire_first_in_first_out(new_network, shop, variant, subtests):
    life = Life(new_network(f"cdnow-{variant}", f"{shop.first}-01T00:00:00+00:00"), shop, variant)

    life.live_to_the_end()

    for check in CHECKS if life.spends else CHECKS[:-1]:  # One replay of the fullest journals says it for all.
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


def months_made_again_from_the_journals_are_the_same(life, shop, variant):
    rebuilt = life.network.central("rebuild")

    assert rebuilt["verified"] == rebuilt["replayed"]
    assert life.network.central("months") == life.moved


CHECKS = (
    the_open_lots_after_the_last_sale_are_the_expected_ones,
    every_month_of_every_customer_is_the_expected_one,
    every_month_of_the_network_adds_up_to_the_expected_totals,
    each_close_said_the_expected_points_and_left_the_expected_balances,
    nothing_is_left_when_the_last_points_are_due,
    months_made_again_from_the_journals_are_the_same,
)
