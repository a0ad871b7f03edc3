"""Some months of a real loyalty ledger, in tenths of a point: what a chain booked and its clients spent at each store.

A network whose points have one decimal counts tenths: our points here are tenths of the chain's. Clients spend at one
store what they gathered at others, on a ticket before it gives its own points, and never more than they have.
"""

from collections import Counter, defaultdict
from datetime import datetime
from itertools import accumulate, takewhile
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.months import just_after, just_before, month_after
from tests.acceptance.points_chain import KINDS, ZONE, Chain

SPARE = 1  # Left on every shelf, so that what was handed over shows beside what was not.
RECEIVED = [f"{kind}_received" for kind in KINDS]
SPENT = [f"{kind}_spent" for kind in KINDS]
FIGURES = ["tickets", "kopecks", *RECEIVED, *SPENT]


class Life:
    """The clients' tickets lived in their order, and every client's statement as the office shows it."""

    def __init__(self, network, chain):
        self.network, self.chain = network, chain
        self.opening = chain.data.expected("clients.csv", ["client_id"], ["opening_needed"])
        self.statements = {client: [] for client in chain.clients}

    def live(self):
        self._begin()
        self.network.clock = just_after(self.chain.last_month)
        for wave in self.chain.waves():
            self._live(wave)
        return self

    def _begin(self):
        """The network founded, opening balances loaded, prizes on the shelves of the stores that will need them."""
        network, chain = self.network, self.chain
        cards = [(card_of(number), number) for number in chain.clients.values()]
        network.found(chain.programme(), list(chain.clients.values()), cards)
        month = month_after(chain.first_month, -1)
        lots = [(chain.clients[c], month, points) for (c,), (points,) in self.opening.items() if points]
        loaded = network.central("load-opening", network.table("opening.csv", ("member", "month", "points"), lots))
        assert (loaded["taken"], loaded["set_aside"]) == (len(lots), 0)
        for store in chain.stores:
            network.pair(store)
        lines = defaultdict(list)
        for (store, prize), count in sorted(chain.handed_over.items()):
            lines[store].append(f"{prize}={count + SPARE}")
        notes = {store: network.central("ship", store, *counts)["note"] for store, counts in lines.items()}
        network.tell(chain.stores)
        for store, note in notes.items():
            network.station(store, "receive", note)

    def _live(self, wave):
        """Stores where points are spent are told the balances of now; then vouchers, then tickets, then statements."""
        vouchers, sales, counts = defaultdict(list), defaultdict(list), Counter()
        for client, tickets in wave.items():
            card = card_of(self.chain.clients[client])
            if rows := tickets[0].voucher_rows(card):
                vouchers[tickets[0].store] += rows
            for ticket in tickets:
                sales[ticket.store] += ticket.till_rows(card)
                counts[ticket.store] += 1
        self.network.tell(list(vouchers))
        for store, rows in vouchers.items():
            assert self.network.take(store, "import-vouchers", rows)["taken"] == len(rows)
        for store, rows in sales.items():
            assert self.network.take(store, "import-sales", rows)["taken"] == counts[store]
        self.network.bring(list(sales))
        for client in wave:
            self._read_on(client)

    def _read_on(self, client):
        """What is new on a client's statement, oldest first, each movement with the balance after it."""
        shown = self.network.central("inquiry", "--member", self.chain.clients[client])
        statement = self.statements[client]
        last = statement[-1][0] if statement else None
        new = list(takewhile(lambda movement: movement != last, shown["movements"]))
        balances = accumulate((-movement["points"] for movement in new), initial=shown["balance"])
        statement += reversed(list(zip(new, balances, strict=False)))


def card_of(number):
    return str(number).zfill(6)


@pytest.fixture(scope="module")
def chain(data_set):
    return Chain(data_set("x5_retailhero"))


@pytest.fixture(scope="module")
def life(new_network, chain):
    return Life(new_network("chain", just_before(chain.first_month)), chain).live()


class Figures:
    """Tickets, kopecks, and tenths received and spent by kind: of the report and the statements, under any key."""

    def __init__(self, life):
        self.rows = []
        clients = {str(number): client for client, number in life.chain.clients.items()}
        for row in life.network.central("report", "--by", "account,station,day,product"):
            basket = row["product"] == "basket"
            names = {"tickets": "tickets", "kopecks": "amount"} if basket else {f"{row['product']}_received": "points"}
            place = clients[row["account"]], row["station"], row["day"]
            self.rows.append((*place, Counter({name: row[column] for name, column in names.items()})))
        for client, statement in life.statements.items():
            for movement, _ in statement:
                if movement["kind"] == "redemption":
                    kind, _ = life.chain.prizes[movement["reference"]]
                    place = client, movement["station"], time_of(movement)[:10]
                    self.rows.append((*place, Counter({f"{kind}_spent": -movement["points"]})))

    def by(self, key):
        """The sums under each key that a client, a store and a day have."""
        sums = defaultdict(Counter)
        for client, store, day, figure in self.rows:
            sums[key(client, store, day)].update(figure)
        return {key: tuple(figure[name] for name in FIGURES) for key, figure in sums.items()}


def time_of(movement):
    """When points moved, as the chain writes it."""
    return datetime.fromtimestamp(movement["at"] / 1000, ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.fixture(scope="module")
def figures(life):
    return Figures(life)


def test_every_client_received_and_spent_what_was_booked(chain, figures):
    expected = chain.data.expected("clients.csv", ["client_id"], FIGURES)

    found = figures.by(lambda client, store, day: (client,))

    nothing = dict.fromkeys(((client,) for client in chain.clients), (0,) * len(FIGURES))
    assert {**nothing, **found} == expected


def test_every_client_is_left_with_the_expected_balance(chain, life):
    expected = chain.data.expected("clients.csv", ["client_id"], ["net_change", "opening_needed"])
    balances = {row["account"]: row["balance"] for row in life.network.central("balances")}

    found = {(client,): balances[number] for client, number in chain.clients.items()}

    assert found == {client: change + opening for client, (change, opening) in expected.items()}


def test_every_store_gave_and_took_what_was_booked(chain, figures):
    expected = chain.data.expected("stores.csv", ["store_id"], FIGURES)

    found = figures.by(lambda client, store, day: (store,))

    assert found == expected


def test_every_shelf_lacks_exactly_what_the_points_of_its_store_paid_for(chain, life):
    expected = chain.data.expected("stores.csv", ["store_id"], SPENT)
    spent = defaultdict(Counter)

    for row in life.network.central("stock"):
        kind, points = chain.prizes[row["prize"]]
        shipped = chain.handed_over[row["station"], row["prize"]] + SPARE
        spent[(row["station"],)][f"{kind}_spent"] += (shipped - row["on_hand"]) * points

    assert {store: tuple(spent[store][name] for name in SPENT) for store in expected} == expected


def test_every_month_is_the_expected_one(chain, figures):
    expected = chain.data.expected("months.csv", ["month"], FIGURES)

    found = figures.by(lambda client, store, day: (day[:7],))

    assert found == expected


def test_every_ticket_was_booked_as_expected(chain, figures):
    """The report knows tickets by client, store and day; two of one day come as one row, here as there."""
    expected = defaultdict(Counter)
    for row in chain.data.rows("expected/tickets.csv.gz"):
        numbers = Counter({name: int(row[name]) for name in FIGURES[1:]}, tickets=1)
        expected[row["client_id"], row["store_id"], row["datetime"][:10]].update(numbers)

    found = figures.by(lambda client, store, day: (client, store, day))

    assert found == {key: tuple(figure[name] for name in FIGURES) for key, figure in expected.items()}


def test_the_balance_after_every_ticket_is_the_expected_one(chain, life):
    keys = ["client_id", "datetime", "store_id", "running_net"]
    expected = sorted(tuple(row[key] for key in keys) for row in chain.data.rows("expected/tickets.csv.gz"))

    found = [
        (client, time_of(movement), movement["station"], str(balance - life.opening[(client,)][0]))
        for client, statement in life.statements.items()
        for movement, balance in statement
        if movement["kind"] == "sale"
    ]

    assert sorted(found) == expected


def test_no_balance_is_ever_below_zero_and_every_opening_balance_was_needed(chain, life):
    """The opening balance is the least with which all that was spent could be: at its lowest nothing is left of it."""
    lowest = {
        client: min((balance for _, balance in statement), default=0) for client, statement in life.statements.items()
    }

    assert {client: balance for client, balance in lowest.items() if balance < 0} == {}
    assert {client for client, balance in lowest.items() if balance and life.opening[(client,)][0]} == set()
