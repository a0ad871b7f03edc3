"""The card company of `ccs`: its sales, and the programme that its stations, products, customers and cards ask for."""

from datetime import date, timedelta

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
PREMIUM_PRODUCT = "5"


class Sales:
    """Four days of sales at the company's petrol stations."""

    def __init__(self, data):
        self.data = data
        self.rows = data.rows("transactions_1k.csv")
        self.stations = self._of("GasStationID")
        self.products = self._of("ProductID")
        self.customers = self._of("CustomerID")
        self.cards = sorted({(card_of(row["CardID"]), row["CustomerID"]) for row in self.rows})
        days = [date.fromisoformat(row["Date"]) for row in self.rows]
        self.first_day, self.last_day = min(days), max(days)
        self.before = f"{self.first_day.replace(day=1)}T08:00:00+00:00"
        self.after = f"{(self.last_day.replace(day=1) + timedelta(days=31)).replace(day=1)}T08:00:00+00:00"
        self.last_month = f"{self.last_day:%Y-%m}"
        self.tickets = len({(r["Date"], r["Time"], r["CardID"], r["GasStationID"]) for r in self.rows})

    def _of(self, column):
        return sorted({row[column] for row in self.rows}, key=int)

    def programme(self, rules, stations=(), value=POINT_VALUE):
        """A group for each product, so that a settlement is printed by product; other stations where they are named."""
        groups = [f'[[groups]]\ncode = "{p}"\nname = "Group {p}"' for p in self.products]
        products = [f'[[products]]\ncode = "{p}"\nname = "Product {p}"\ngroup = "{p}"' for p in self.products]
        plans = [f'[[stations]]\ncode = "{s}"\nname = "Station {s}"' for s in stations or self.stations]
        return "\n".join([HEAD.format(value=value), *groups, *products, rules, *plans])

    def premium(self, table):
        """A rule or a promotion of the product that counts double; of no use where nobody sold it."""
        return table if PREMIUM_PRODUCT in self.products else ""

    def till_rows(self, station=None):
        """The rows of a station, or all, as its till writes them; a document is a date, a time, a card and a place."""
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
            if station in (None, row["GasStationID"])
        ]


def card_of(number):
    """The company's card number with the four digits that a card of ours has at least."""
    return number.zfill(4)


def document_of(row):
    ticket = f"{row['Date']}{row['Time']}{row['CardID']}.{row['GasStationID']}"
    return ticket.replace("-", "").replace(":", "")
