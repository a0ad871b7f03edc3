"""Four days of a card company's petrol stations: each station settles to the cent what an independent program says.

One network is founded and paired; each variant of the rules is published in a copy of it, lived, closed and settled.
"""

from collections import Counter
from datetime import date, timedelta

import pytest

HEAD = """
[network]
code = "ccs"
name = "CCS"
currency = "CZK"
time_zone = "Europe/Prague"
[points]
value = "{value}"
[cards]
per_account = 1000
"""
POINT_VALUE = "0.0375"
EVERYTHING = '[[rules]]\ncode = "all"\n'
PREMIUM_PRODUCT = "5"
PREMIUM = f'[[rules]]\ncode = "premium"\nproducts = ["{PREMIUM_PRODUCT}"]\nper_amount = "2"\nwhole_steps = true\n'
RULES = {
    "U_line": EVERYTHING + 'per_amount = "1"\n',
    "U_ticket": EVERYTHING + 'per_amount = "1"\nrounding = "ticket"\n',
    "P1": EVERYTHING + 'percent = "1"\nrounding = "ticket"\n',
    "PREM": PREMIUM + EVERYTHING + 'per_amount = "1"\n',
}
BY_TICKET = {
    "stations": ("station", "GasStationID"),
    "cards": ("card", "CardID"),
    "customers": ("account", "CustomerID"),
    "days": ("day", "Date"),
}
TILL_COLUMNS = ("moment", "document", "card", "product", "quantity", "amount")


class Sales:
    """The company's sales, and the programme that its stations, products, customers and cards ask for."""

    def __init__(self, data):
        self.data = data
        self.rows = data.rows("transactions_1k.csv")
        self.stations = self._of("GasStationID")
        self.products = self._of("ProductID")
        self.cards = sorted({(card_of(row["CardID"]), row["CustomerID"]) for row in self.rows})
        days = [date.fromisoformat(row["Date"]) for row in self.rows]
        self.before = f"{min(days).replace(day=1)}T08:00:00+00:00"
        self.after = f"{(max(days).replace(day=1) + timedelta(days=31)).replace(day=1)}T08:00:00+00:00"
        self.last_month = f"{max(days):%Y-%m}"
        self.tickets = len({(r["Date"], r["Time"], r["CardID"], r["GasStationID"]) for r in self.rows})

    def _of(self, column):
        return sorted({row[column] for row in self.rows}, key=int)

    def programme(self, variant, value=POINT_VALUE):
        """A group for each product, so that a settlement is printed by product."""
        rules = RULES[variant]
        if PREMIUM_PRODUCT not in self.products:
            rules = rules.replace(PREMIUM, "")
        groups = [f'[[groups]]\ncode = "{p}"\nname = "Group {p}"' for p in self.products]
        products = [f'[[products]]\ncode = "{p}"\nname = "Product {p}"\ngroup = "{p}"' for p in self.products]
        stations = [f'[[stations]]\ncode = "{s}"\nname = "Station {s}"' for s in self.stations]
        return "\n".join([HEAD.format(value=value), *groups, *products, rules, *stations])

    def till_rows(self, station):
        """The station's rows as its till writes them; the document is the ticket's date, time and card."""
        return [
            (
                f"{row['Date']}T{row['Time']}",
                document_of(row),
                card_of(row["CardID"]),
                row["ProductID"],
                row["Amount"],
                row["Price"],
            )
            for row in self.rows
            if row["GasStationID"] == station
        ]


def card_of(number):
    """The company's card number with the four digits that a card of ours has at least."""
    return number.zfill(4)


def document_of(row):
    return f"{row['Date']}{row['Time']}{row['CardID']}".replace("-", "").replace(":", "")


@pytest.fixture(scope="module")
def sales(data_set):
    return Sales(data_set("ccs"))


@pytest.fixture(scope="module")
def paired(new_network, sales):
    """The network founded, and every station paired but not told anything yet."""
    network = new_network("ccs", sales.before)
    network.found(sales.programme("U_line"), sorted({member for _, member in sales.cards}, key=int), sales.cards)
    for station in sales.stations:
        network.pair(station)
    return network


@pytest.fixture(scope="module", params=RULES)
def variant(request):
    return request.param


@pytest.fixture(scope="module")
def lived(new_network, paired, sales, variant):
    """The four days under one variant of the rules: imported, merged, closed, settled."""
    network = new_network(f"ccs-{variant}", sales.before, like=paired)
    network.central("publish", network.write("programme.toml", sales.programme(variant)))
    network.tell(sales.stations)
    network.clock = sales.after
    for station in sales.stations:
        imported = import_till(network, sales, station)
        assert (imported["known"], imported["incidents"], imported["set_aside"]) == (0, 0, [])
    merged = network.bring(sales.stations)
    assert (len(merged["merged"]), merged["refused"]) == (len(sales.stations), [])
    network.central("close", sales.last_month, "--through")
    network.central("settle", sales.last_month)
    return network


@pytest.fixture(scope="module")
def settled(lived, sales):
    """Each station's statement at its first printing."""
    return print_settlement(lived, sales, lived.folder / "first.pdf")


def import_till(network, sales, station):
    return network.station(
        station, "import-sales", network.table(f"till-{station}.csv", TILL_COLUMNS, sales.till_rows(station))
    )


def report(network, *by):
    """Each key's sums as the office reports them."""
    rows = network.central("report", "--by", ",".join(by))
    return {tuple(row[name] for name in by): row for row in rows}


def in_order(rows, *names):
    return {key: tuple(row[name] for name in names) for key, row in rows.items()}


def print_settlement(network, sales, path):
    """Each station's statement, as it is printed into that file."""
    found = network.central("settlement", sales.last_month, "--to", path)
    return {statement["station"]: statement for statement in found["statements"]}


def balances(network):
    return {row["account"]: row["balance"] for row in network.central("balances")}


@pytest.mark.parametrize("table", BY_TICKET)
def test_each_figure_by_ticket_is_the_expected_one(lived, sales, variant, table):
    dimension, column = BY_TICKET[table]
    expected = sales.data.expected(f"{table}.csv", [column], ["tickets", "lines", "cents", variant])

    found = in_order(report(lived, dimension), "tickets", "lines", "amount", "points")

    assert found == {(card_of(key) if dimension == "card" else key,): row for (key,), row in expected.items()}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        pytest.param("products", {"product": "ProductID"}, id="products"),
        pytest.param("station_product", {"station": "GasStationID", "product": "ProductID"}, id="station and product"),
    ],
)
def test_each_figure_by_product_is_the_expected_one(lived, sales, variant, table, columns):
    by_line = [variant] if variant in {"U_line", "PREM"} else []
    expected = sales.data.expected(f"{table}.csv", columns.values(), ["lines", "quantity", "cents", *by_line])

    found = in_order(report(lived, *columns), "lines", "quantity", "amount", *["points" for _ in by_line])

    assert found == {key: (row[0], row[1] * 1000, *row[2:]) for key, row in expected.items()}


def test_each_customer_has_the_expected_cards_and_balance(lived, sales, variant):
    expected = sales.data.expected("customers.csv", ["CustomerID"], ["cards", variant])

    cards = Counter(account for account, _ in report(lived, "account", "card"))
    found = {(str(account),): (cards[str(account)], balance) for account, balance in balances(lived).items()}

    assert found == expected


def test_each_station_settles_the_expected_amount(settled, sales, variant):
    column = f"settle_{variant}_cents"
    known = [column] if column in sales.data.rows("expected/stations.csv")[0] else []
    expected = sales.data.expected("stations.csv", ["GasStationID"], [variant, *known])

    found = {(code,): (s["points"], *[s["amount"] for _ in known]) for code, s in settled.items()}

    assert found == expected


def test_the_lines_of_a_settlement_add_up_to_its_total(settled):
    added = {
        code: [sum(row[name] for row in s["lines"]) for name in ("points", "amount")] for code, s in settled.items()
    }

    assert added == {code: [s["points"], s["amount"]] for code, s in settled.items()}


def test_the_network_adds_up_to_the_expected_totals(lived, settled, sales, variant):
    expected = {row["measure"]: int(row["value"]) for row in sales.data.rows("expected/totals.csv")}
    rows = report(lived, "station")

    found = {
        "tickets": sum(row["tickets"] for row in rows.values()),
        "lines": sum(row["lines"] for row in rows.values()),
        "cents": sum(row["amount"] for row in rows.values()),
        variant: sum(row["points"] for row in rows.values()),
        f"settle_{variant}_cents": sum(statement["amount"] for statement in settled.values()),
        "stations": len(rows),
        "cards": len(report(lived, "card")),
        "customers": len(report(lived, "account")),
    }

    compared = found.keys() & expected.keys()
    assert {measure: found[measure] for measure in compared} == {measure: expected[measure] for measure in compared}
    assert len(compared) >= len(found) - 1


def test_a_settlement_shows_each_product_of_its_station(lived, settled):
    earned = in_order(report(lived, "station", "product"), "points")

    printed = Counter()
    for code, statement in settled.items():
        printed.update({(code, row["group"]): row["points"] for row in statement["lines"]})

    assert printed == {(station, f"Group {product}"): row for (station, product), (row,) in earned.items()}


def test_merging_every_bundle_again_changes_nothing(lived, sales):
    before = lived.central("status"), balances(lived), report(lived, "station", "card", "product")

    again = lived.central("import", *lived.deliveries)

    assert (len(again["merged"]), again["fresh"], again["refused"]) == (len(sales.stations), 0, [])
    assert (lived.central("status"), balances(lived), report(lived, "station", "card", "product")) == before


def test_a_till_file_that_comes_again_brings_nothing(lived, sales):
    again = Counter()
    for station in sales.stations:
        imported = import_till(lived, sales, station)
        again.update({name: imported[name] for name in ("taken", "known", "incidents")})

    assert again == {"taken": 0, "known": sales.tickets, "incidents": 0}


def test_tables_made_again_from_the_journals_are_the_same(lived, settled, sales):
    before = balances(lived), lived.central("months"), lived.central("lots")

    rebuilt = lived.central("rebuild")

    assert rebuilt["verified"] == rebuilt["replayed"] > sales.tickets
    assert (balances(lived), lived.central("months"), lived.central("lots")) == before


def test_a_settlement_printed_again_is_the_same_to_the_byte(lived, settled, sales):
    again = print_settlement(lived, sales, lived.folder / "again.pdf")

    first, second = (lived.folder / name for name in ("first.pdf", "again.pdf"))
    assert again == settled
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"%PDF-")
