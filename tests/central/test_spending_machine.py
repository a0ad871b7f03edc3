"""Days of two stations and central in any order: the bound holds, and no honest desk is ever accused (PRZ-6).

Sales, prizes, orders, returns, exchanges and half exchanges, old bundles once more, clocks that go on or are set back,
authorisations, grants, members made one. `CANJE_LONG` asks for so many histories.
"""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suite.central import people
from suite.central.jobs.spending_audit import CLOCK_CORRECTED
from suite.central.spending import authorise, exposure, grant
from suite.domain.errors import Refusal
from suite.domain.ids import PrizeCode
from suite.domain.spending import HOUR_MS
from suite.station.desk import Attendant, CardRead
from suite.station.returns import bring_prize_back
from tests.domain.examples import LONG
from tests.factories import ANA, BRUNO, TOML, World
from tests.station.test_spending_at_the_desk import OFFLINE, opening

OPENING = 600
STEPS = (
    "sell",
    "mug",
    "mug",
    "mug",
    "bike",
    "back",
    "carry_in",
    "carry_in",
    "carry_out",
    "carry_out",
    "again",
    "later",
    "earlier",
    "phone",
    "use",
)
RARE = ("grant", "merge")

moves = st.tuples(st.sampled_from(STEPS + RARE), st.sampled_from(("E1", "E2")), st.sampled_from((ANA, BRUNO)))


class Days:
    """One world, and what each move does to it; a refusal is an answer like another."""

    def __init__(self, folder):
        self.world = World(folder, toml=TOML + OFFLINE)
        opening(self.world, OPENING)
        for code in ("E1", "E2"):
            self.world.pair(code)
            self.world.stock_up(code, quantity=99)
        self.latest = self.world.clock.moment
        self.bundles, self.codes, self.tickets = [], {"E1": [], "E2": []}, 0

    def move(self, what, code, card):
        with suppress(Refusal):
            getattr(self, what)(code, card, self.world.sites[code])

    def sell(self, code, card, site):
        self.tickets += 1
        site.sell(card, f"T-{self.tickets}")

    def mug(self, code, card, site):
        site.desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("MUG"), "immediate")

    def bike(self, code, card, site):
        site.desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("BIKE"), "scheduled")

    def back(self, code, card, site):
        bring_prize_back(site.desk, site.node.store.tip().seq, Attendant("01", "Eva", True))

    def use(self, code, card, site):
        if self.codes[code]:
            held_for, digits = self.codes[code].pop()
            site.desk.redeem(CardRead(held_for, "swipe"), "01", PrizeCode("MUG"), "immediate", digits)

    def phone(self, code, card, site):
        self.codes[code].append((card, authorise(self.world.office, code, card, 100).code))

    def grant(self, code, card, site):
        grant(self.world.office, code, 1 if card == ANA else 2, 100)

    def merge(self, code, card, site):
        people.merge_members(self.world.office, 2, 1, "the same person")

    def carry_out(self, code, card, site):
        self.world.carry_out(code)

    def again(self, code, card, site):
        self.world.merge(*self.bundles[:1])

    def later(self, code, card, site):
        self.world.clock.moment += 17 * HOUR_MS
        self.latest = max(self.latest, self.world.clock.moment)

    def earlier(self, code, card, site):
        """One clock serves all here; central's own may be set back by an hour (`spending_audit.CLOCK_CORRECTED`)."""
        self.world.clock.moment = max(self.world.clock.moment - HOUR_MS // 2, self.latest - CLOCK_CORRECTED)

    def carry_in(self, code, card, site):
        site.sell(BRUNO, f"X-{site.node.store.tip().seq}")
        self.bundles.append(self.world.bundle(code))
        self.world.merge(self.bundles[-1])


@settings(
    max_examples=LONG or 12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.lists(moves, max_size=30))
def test_the_bound_holds_and_no_honest_desk_is_accused(moved):
    with tempfile.TemporaryDirectory() as folder:
        days = Days(Path(folder))
        for move in moved:
            days.move(*move)
        for code, site in days.world.sites.items():
            days.carry_in(code, BRUNO, site)
        with days.world.office.store.transaction():
            store = days.world.office.store
            incidents = [i.kind for i in store.shelf.open_incidents() if i.kind != "clock"]  # which was set back
            groups = store.members.groups()
            balances = groups.summed((a, balance) for a, _, balance in store.directory.accounts())
        merged = len(balances) < 2
        bound = exposure(days.world.office).account * (2 if merged else 1)
        assert incidents == []
        assert min(balances.values()) >= -bound
        days.world.office.store.close()
        for site in days.world.sites.values():
            site.node.store.close()
