"""The chain of `x5_retailhero`: real tickets with the points that were booked and spent on them, in tenths of a point.

Nothing is computed by a rule. A network whose points have one decimal counts tenths, and a ticket comes to the till
with the tenths it gave as pieces of two products, each worth one of our points; what it took is paid for by vouchers.
"""

import json
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

ZONE = "Europe/Moscow"
PROGRAMME = """
[network]
code = "chain"
name = "The chain"
currency = "RUB"
time_zone = "{zone}"
[points]
value = "0.1"
expire_after_months = 240
[[groups]]
code = "all"
name = "Everything"
[[products]]
code = "basket"
name = "What was bought"
group = "all"
unit = "piece"
[[products]]
code = "regular"
name = "Regular points, in tenths"
group = "all"
unit = "piece"
[[products]]
code = "express"
name = "Express points, in tenths"
group = "all"
unit = "piece"
[[rules]]
code = "booked"
per_unit = "1"
products = ["regular", "express"]
"""
PRIZE = '[[prizes]]\ncode = "{code}"\nname = "{code}"\npoints = {points}'
STATION = '[[stations]]\ncode = "{code}"\nname = "{code}"'
KINDS = ("regular", "express")
TICKETS_SHOWN = 12
"""An inquiry shows thirty movements: those of so many tickets and of what the first of them spent fit in."""


class Ticket:
    """A ticket of the source: kopecks, and tenths of points received and spent by kind."""

    def __init__(self, client, place, told):
        self.client, self.at, self.store = client, told["datetime"], told["store_id"]
        self.number = f"{client}-{place}".upper()  # As every till's number is kept.
        self.kopecks = int((Decimal(told["purchase_sum"]) * 100).to_integral_value(ROUND_HALF_UP))
        self.received = {kind: tenths(told[f"{kind}_points_received"]) for kind in KINDS}
        self.spent = {kind: -tenths(told[f"{kind}_points_spent"]) for kind in KINDS}

    def till_rows(self, card):
        amount = f"{self.kopecks // 100}.{self.kopecks % 100:02d}"
        rows = [("basket", 1, amount), *((kind, points, 0) for kind, points in self.received.items() if points)]
        return [(self.at, self.number, card, *row) for row in rows]

    def prizes(self):
        """What its points paid for, by kind: a voucher over exactly so many."""
        return {kind: prize_of(kind, points) for kind, points in self.spent.items() if points}

    def voucher_rows(self, card):
        return [(self.at, f"{self.number}.{kind}", card, prize) for kind, prize in self.prizes().items()]


def tenths(points):
    number = int(points * 10)
    assert number == points * 10
    return number


def prize_of(kind, points):
    return f"{kind}-{points}"


class Chain:
    """The chain's clients, each with their tickets in order, and its stores."""

    def __init__(self, data):
        self.data = data
        self.tickets = {}
        for line in data.lines("clients.jsonl.gz"):
            told = json.loads(line, parse_float=Decimal, parse_int=Decimal)
            client = told["client_id"]
            history = sorted(told["transaction_history"], key=lambda ticket: ticket["datetime"])
            self.tickets[client] = [Ticket(client, place, ticket) for place, ticket in enumerate(history)]
        self.clients = {client: number for number, client in enumerate(sorted(self.tickets), start=1)}
        every = [ticket for tickets in self.tickets.values() for ticket in tickets]
        self.stores = sorted({ticket.store for ticket in every})
        self.first_month = min(ticket.at for ticket in every)[:7]
        self.last_month = max(ticket.at for ticket in every)[:7]
        self.handed_over = Counter((ticket.store, prize) for ticket in every for prize in ticket.prizes().values())
        self.prizes = {
            prize_of(kind, points): (kind, points)
            for ticket in every
            for kind, points in ticket.spent.items()
            if points
        }

    def programme(self):
        prizes = [PRIZE.format(code=code, points=points) for code, (_, points) in sorted(self.prizes.items())]
        plans = [STATION.format(code=store) for store in self.stores]
        return "\n".join([PROGRAMME.format(zone=ZONE), *prizes, *plans])

    def waves(self):
        """The clients' lives in stretches: only on the first ticket of a stretch are points spent.

        So a store that takes a voucher can be told all that its client did before, wherever that was.
        """
        waves = []
        for client, tickets in self.tickets.items():
            stretches = []
            for ticket in tickets:
                if not stretches or any(ticket.spent.values()) or len(stretches[-1]) == TICKETS_SHOWN:
                    stretches.append([])
                stretches[-1].append(ticket)
            waves += [{} for _ in stretches[len(waves) :]]
            for wave, stretch in zip(waves, stretches, strict=False):
                wave[client] = stretch
        return waves
