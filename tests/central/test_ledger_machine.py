"""The ledger under everything at once: sales, prizes, returns, closes, adjustments, merges, removals, late bundles.

Two stations work on, central hears of them when it hears of them; after every step the sum of the ledger is the replay
of the journals, and what expired is what should have. `CANJE_LONG` asks for so many histories.
"""

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from suite.central import people
from suite.central.adjustments import adjust, cancel_order, load_opening
from suite.central.jobs.month_close import close_month, due_months
from suite.domain.calendar import Month, month_of
from suite.domain.errors import Refusal
from suite.domain.events.central import OpeningLot
from suite.domain.ids import AccountId, PrizeCode
from suite.domain.quantities import Centavos
from suite.station.desk import Attendant, CardRead
from suite.station.returns import bring_prize_back, reverse_sale
from tests.central.ledger_checks import check, check_lots
from tests.factories import ANA, BRUNO, TOML, World

LIFE = 3
SHORT = TOML.replace("expire_after_months = 12", f"expire_after_months = {LIFE}")
ZONE = ZoneInfo("America/Argentina/Buenos_Aires")
MANAGER = Attendant("01", "Eva", True)
SITES = ("E1", "E2")
cards = st.sampled_from((ANA, BRUNO))
sites = st.sampled_from(SITES)
accounts = st.sampled_from((AccountId(1), AccountId(2)))


class LedgerMachine(RuleBasedStateMachine):
    """One world of two members and two stations, whose points live three months."""

    @initialize(returns=st.sampled_from(("debt", "cap")))
    def found(self, returns):
        self.folder = Path(tempfile.mkdtemp())
        toml = SHORT.replace("[points]", f'[points]\nreturns = "{returns}"\ntwo_people_above = 0')
        self.world = World(self.folder, toml=toml)
        self.office = self.world.office
        for code in SITES:
            self.world.pair(code)
            self.world.stock_up(code, quantity=500)
        self.sales, self.prizes, self.tickets = [], [], 0

    def teardown(self):
        if hasattr(self, "folder"):
            self.world.carry_in(*(code for code in SITES if self._has_something(code)))
            self._rebuilt_is_the_same()
            shutil.rmtree(self.folder)

    def _has_something(self, code):
        return bool(self.world.sites[code].node.store.pending())

    def _rebuilt_is_the_same(self):
        before = self.world.tables()
        with self.office.store.transaction():
            self.office.store.rebuild()
        assert self.world.tables() == before
        check(self.office)

    @rule(site=sites, card=cards, amount=st.integers(1, 40_000))
    def sell(self, site, card, amount):
        self.tickets += 1
        document = f"T-{self.tickets}"
        try:
            self.world.sites[site].sell(card, document, amount=amount)
        except Refusal:
            return
        self.sales.append((site, document))

    @rule(site=sites, card=cards)
    def redeem(self, site, card):
        desk = self.world.sites[site].desk
        try:
            desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("MUG"), "immediate")
        except Refusal:
            return
        self.prizes.append((site, desk.store.tip().seq))

    @rule(site=sites, card=cards)
    def order(self, site, card):
        try:
            self.world.sites[site].desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("BIKE"), "scheduled")
        except Refusal:
            return

    @precondition(lambda self: self.sales)
    @rule(data=st.data(), part=st.none() | st.integers(1, 20_000))
    def take_back(self, data, part):
        site, document = data.draw(st.sampled_from(self.sales))
        try:
            reverse_sale(self.world.sites[site].desk, document, MANAGER, Centavos(part) if part else None)
        except Refusal:
            return

    @precondition(lambda self: self.prizes)
    @rule(data=st.data())
    def bring_back(self, data):
        site, seq = data.draw(st.sampled_from(self.prizes))
        try:
            bring_prize_back(self.world.sites[site].desk, seq, MANAGER)
        except Refusal:
            return

    @rule(site=sites)
    def exchange(self, site):
        if self._has_something(site):
            results = self.world.carry_in(site)
            assert all(hasattr(result, "fresh") for result in results), results
        self.world.carry_out(site)

    @rule(days=st.integers(1, 40))
    def time_goes_by(self, days):
        self.world.clock.moment += int(timedelta(days=days).total_seconds() * 1000)

    @rule()
    def close(self):
        last = Month(month_of(self.world.clock.now(), ZONE) - 1)
        for month in due_months(self.office, last)[:6]:
            close_month(self.office, month)

    @rule(account=accounts, points=st.integers(-200, 200).filter(bool))
    def adjust_by_hand(self, account, points):
        try:
            adjust(self.office, account, points, "a reason")
        except Refusal:
            return

    @rule(account=accounts, ago=st.integers(0, 6), points=st.integers(1, 300))
    def load_a_lot(self, account, ago, points):
        month = Month(month_of(self.world.clock.now(), ZONE) - ago)
        with self.office.store.transaction():
            loaded = self.office.store.ledger.opening_months()
            if not any(a == account for a, _ in loaded):
                load_opening(self.office, [OpeningLot(account, month, points)])

    @rule(reason=st.just("one person"))
    def merge(self, reason):
        try:
            people.merge_members(self.office, AccountId(2), AccountId(1), reason)
        except Refusal:
            return

    @rule(reason=st.just("two persons"))
    def unmerge(self, reason):
        try:
            people.unmerge_member(self.office, AccountId(2), reason)
        except Refusal:
            return

    @rule(dice=st.integers(0, 9))
    def remove(self, dice):
        if dice:
            return
        try:
            people.remove_member(self.office, AccountId(2), "asked for it")
        except Refusal:
            return

    @rule()
    def cancel_orders(self):
        with self.office.store.transaction():
            waiting = self.office.store.shelf.pending_orders()
        for order in waiting[:1]:
            cancel_order(self.office, order.order, "no longer made")

    @invariant()
    def the_ledger_is_true(self):
        if hasattr(self, "office"):
            check_lots(self.office, check(self.office))


LONG = int(os.environ.get("CANJE_LONG", "0"))
LedgerMachine.TestCase.settings = settings(
    max_examples=LONG or 10,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a history of two nodes takes minutes
    suppress_health_check=list(HealthCheck),
)
TestTheLedger = LedgerMachine.TestCase
