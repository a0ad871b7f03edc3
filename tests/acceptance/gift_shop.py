"""The gift shop of `online_retail`: its invoices and credit notes, and the programme of its network of countries.

Prices have up to three decimals and points are whole pounds, so each invoice comes to the till as one line with its
exact total cut to pennies: the floor of that is the floor of the exact total. An invoice without a member, or of
nothing, or of less than nothing, is no ticket.
"""

import csv
from collections import defaultdict
from decimal import Decimal

PROGRAMME = """
[network]
code = "gifts"
name = "Gifts"
currency = "GBP"
time_zone = "Europe/London"
[points]
value = "0.0175"
expire_after_months = 240
returns = "{returns}"
[[groups]]
code = "gifts"
name = "Gifts"
[[products]]
code = "GIFT"
name = "A gift"
group = "gifts"
unit = "piece"
[[rules]]
code = "pound"
per_amount = "1"
"""
STATION = '[[stations]]\ncode = "{code}"\nname = "{name}"\n'
THOUSANDTHS_OF_A_PENNY = 10


class Invoice:
    """An invoice, or a credit note when its number begins with C: its rows added up."""

    def __init__(self, number, customer):
        self.number, self.customer = number, customer
        self.moment, self.thousandths, self.pieces, self.countries = "", 0, 0, set()

    def add(self, row):
        self.moment = min(self.moment or row["InvoiceDate"], row["InvoiceDate"])
        price = Decimal(row["UnitPrice"]) * 1000
        assert price == int(price)
        self.thousandths += int(row["Quantity"]) * int(price)
        self.pieces += int(row["Quantity"])
        self.countries.add(row["Country"])

    @property
    def is_credit(self):
        return self.number.startswith("C")

    @property
    def is_ticket(self):
        return self.thousandths < 0 if self.is_credit else self.thousandths > 0

    @property
    def country(self):
        return min(self.countries)

    @property
    def month(self):
        return self.moment[:7]

    @property
    def place(self):
        """What comes first, when a customer has several."""
        return self.moment, self.is_credit, self.number

    def till_row(self):
        pennies = abs(self.thousandths) // THOUSANDTHS_OF_A_PENNY
        amount = f"{pennies // 100}.{pennies % 100:02d}"
        return self.moment.replace(" ", "T"), self.number, card_of(self.customer), "GIFT", abs(self.pieces), amount


def card_of(customer):
    return str(customer).zfill(6)


class GiftShop:
    """A year of the shop by month, and the countries that play its stations."""

    def __init__(self, data):
        self.data = data
        every = {}
        for row in csv.DictReader(data.lines("online_retail.csv.gz")):
            if row["CustomerID"]:
                customer = int(Decimal(row["CustomerID"]))
                every.setdefault(row["InvoiceNo"], Invoice(row["InvoiceNo"], customer)).add(row)
        invoices = sorted(every.values(), key=lambda invoice: invoice.place)
        self.customers = sorted({invoice.customer for invoice in invoices})
        self.tickets = [invoice for invoice in invoices if invoice.is_ticket]
        self.left_out = [invoice for invoice in invoices if not invoice.is_ticket]
        self.months = sorted({invoice.month for invoice in invoices})
        countries = sorted({invoice.country for invoice in self.tickets})
        self.stations = {country: f"S{number:03d}" for number, country in enumerate(countries, start=1)}

    def programme(self, returns, stations):
        plans = [STATION.format(code=code, name=name) for name, code in stations.items()]
        return "\n".join([PROGRAMME.format(returns=returns), *plans])

    def rounds(self):
        """The year in rounds, each a list of sales and one of credit notes: files keep to one kind, a life does not.

        Round by round every customer's sales and returns come in the order in which they happened.
        """
        rounds, reached = defaultdict(lambda: ([], [])), {}
        for ticket in self.tickets:
            number, was_credit = reached.get(ticket.customer, (0, False))
            number += was_credit and not ticket.is_credit
            reached[ticket.customer] = number, ticket.is_credit
            rounds[number][ticket.is_credit].append(ticket)
        return [rounds[number] for number in sorted(rounds)]
