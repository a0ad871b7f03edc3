"""The grocer of `complete_journey`: a sample of its tickets line by line, and the programme of its stores.

A product of ours is a department of the grocer's. A ticket is a basket of a household at a store.
"""

import csv
import re
from collections import defaultdict
from decimal import Decimal

PROGRAMME = """
[network]
code = "grocer"
name = "The grocer"
currency = "USD"
time_zone = "UTC"
[points]
value = "0.0125"
expire_after_months = 240
[[groups]]
code = "all"
name = "Everything"
[[rules]]
code = "dollar"
per_amount = "1"
rounding = "ticket"
whole_steps = true
"""
PRODUCT = '[[products]]\ncode = "{code}"\nname = "{code}"\ngroup = "all"\nunit = "piece"'
STATION = '[[stations]]\ncode = "{code}"\nname = "Store {code}"'
CODE_MAX = 24


class Ticket:
    """A basket of a household at a store, with the rows that make it."""

    def __init__(self, basket, household, store):
        self.household, self.store = household, store
        self.number = f"{basket}.{household}.{store}"
        self.rows = []

    @property
    def moment(self):
        return min(row["transaction_timestamp"] for row in self.rows)

    @property
    def month(self):
        return self.moment[:7]

    @property
    def is_nothing(self):
        """No pieces for no money: no till prints that, and ours refuses it."""
        return not any(Decimal(row["quantity"]) or Decimal(row["sales_value"]) for row in self.rows)

    def till_rows(self):
        at, card = self.moment.replace(" ", "T"), card_of(self.household)
        return [(at, self.number, card, row["department"], row["quantity"], row["sales_value"]) for row in self.rows]


def card_of(household):
    return household.zfill(6)


def code_of(department):
    return re.sub(r"[^A-Z0-9]+", "-", department.upper()).strip("-")[:CODE_MAX] or "OTHER"


class Grocer:
    """The sample by ticket, in the order of their moments, and the households and stores in it."""

    def __init__(self, data):
        self.data = data
        departments = {
            row["product_id"]: code_of(row["department"]) for row in csv.DictReader(data.lines("products.csv.gz"))
        }
        tickets = {}
        for row in csv.DictReader(data.lines("transactions_sample.csv.gz")):
            key = row["basket_id"], row["household_id"], row["store_id"]
            row["department"] = departments.get(row["product_id"], "OTHER")
            tickets.setdefault(key, Ticket(*key)).rows.append(row)
        every = sorted(tickets.values(), key=lambda ticket: (ticket.moment, ticket.number))
        self.tickets = [ticket for ticket in every if not ticket.is_nothing]
        self.nothings = [ticket for ticket in every if ticket.is_nothing]
        self.enrolled = {ticket.household: ticket.moment[:10] for ticket in reversed(every)}
        self.households = sorted(self.enrolled, key=int)
        self.departments = sorted({*departments.values(), "OTHER"})
        self.months = sorted({ticket.month for ticket in every})
        self.by_store = defaultdict(list)
        for ticket in self.tickets:
            self.by_store[ticket.store].append(ticket)

    def programme(self, stations, promotions=""):
        products = [PRODUCT.format(code=code) for code in self.departments]
        plans = [STATION.format(code=code) for code in stations]
        return "\n".join([PROGRAMME, *products, promotions, *plans])
