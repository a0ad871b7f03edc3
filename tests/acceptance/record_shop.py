"""The record shop of `cdnow`: its file of purchases, month by month and ticket by ticket."""

from collections import Counter, defaultdict
from decimal import Decimal

SHOP = "SHOP"


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
        self.tickets = sorted(tickets, key=lambda ticket: ticket.day)
        self.by_month = defaultdict(list)
        for ticket in self.tickets:
            self.by_month[ticket.month].append(ticket)
        self.customers = sorted({ticket.customer for ticket in tickets})
        assert len({int(customer) for customer in self.customers}) == len(self.customers)
        self.first, self.last = min(self.by_month), max(self.by_month)

    def lots_file(self, variant):
        """The name of the expected open lots, which says after which month's close they were open."""
        return next(iter(self.data.has(f"open_lots_*_{variant}.csv.gz")), f"open_lots_{self.last}_{variant}.csv.gz")
