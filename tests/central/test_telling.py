"""What stations are told, kept up by what facts touch: always what it would be, made from nothing."""

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from suite.central import people
from suite.central.cards import issue_card, mark_card, print_cards, replace_card
from suite.central.incidents import incidents, resolve
from suite.central.jobs.month_close import close_month, due_months
from suite.central.messages import Draft, write_message
from suite.central.spending import authorise, grant
from suite.central.telling import bring_up_to_date, told_as_made
from suite.central.told import NETWORK
from suite.domain.calendar import Month, month_of
from suite.domain.errors import Refusal
from suite.domain.events.members import MemberRate
from suite.domain.ids import AccountId, CardNumber, PromotionCode, SegmentCode, StationCode, TierCode
from suite.domain.personal import Person
from suite.domain.quantities import Points, Rate
from suite.runtime.errors import SuiteError
from suite.station import courier
from suite.station.desk import CardRead
from suite.station.incidents import report_incident
from suite.station.messages import show_messages
from tests.factories import ANA, BRUNO, TOML, World

MORE = """
[[tiers]]
code = "silver"
name = "Plata"
points = 0

[[tiers]]
code = "gold"
name = "Oro"
points = 500

[[promotions]]
code = "own"
name = "Propia"
personal = true
percent = "1"
from_day = 2026-01-01

[[promotions]]
code = "again"
name = "De nuevo"
from_day = 2026-01-01
after_first = true
multiply = "2"
"""
CARDS = [CardNumber(f"6000{n:02d}") for n in range(3, 9)]
DAY_MS = 24 * 3600 * 1000


class Office:
    """Deeds of a network; each answers nothing and may be refused."""

    def __init__(self, folder):
        self.world = World(folder, toml=TOML + MORE)
        self.sites = [self.world.pair(code) for code in ("E1", "E2")]
        self.documents = 0
        for account in (3, 4):
            people.enrol(self.world.office, Person("Paz", f"Eva {account}"), None)

    def sell(self, a, b):
        self.documents += 1
        self.sites[a % 2].sell((ANA, BRUNO, *CARDS[:2])[b % 4], f"{a % 2}-{self.documents}", amount=20_000 + 1000 * b)

    def redeem(self, a, b):
        self.sites[a % 2].desk.redeem(CardRead((ANA, BRUNO)[b % 2], "swipe"), "01", "BIKE", "scheduled")

    def exchange(self, a, _):
        code = ("E1", "E2")[a % 2]
        if exported := courier.export(self.world.sites[code].node, self.world.clock):
            self.world.merge(exported.content)
        self.world.clock.moment += 1
        self.world.carry_out(code)

    def wait(self, a, b):
        self.world.clock.moment += (a + 1) * (b + 1) * DAY_MS // 4

    def close(self, *_):
        last = Month(month_of(self.world.clock.now(), self.zone()) - 1)
        for month in due_months(self.world.office, last):
            close_month(self.world.office, month)

    def zone(self):
        with self.world.office.store.transaction():
            return self.world.office.zone()

    def merge(self, a, b):
        people.merge_members(self.world.office, AccountId(1 + a % 4), AccountId(1 + b % 4), "the same")

    def unmerge(self, a, _):
        people.unmerge_member(self.world.office, AccountId(1 + a % 4), "not the same")

    def remove(self, a, _):
        people.remove_member(self.world.office, AccountId(1 + a % 4), "asked")

    def segment(self, a, b):
        accounts = [AccountId(1 + a % 4)]
        people.change_segment(
            self.world.office, SegmentCode("vip"), accounts if b % 2 else (), () if b % 2 else accounts
        )

    def rate(self, a, b):
        own = MemberRate(AccountId(1 + a % 4), Rate(1 + b, 100))
        people.set_rates(self.world.office, PromotionCode("own"), [own])

    def tier(self, a, b):
        until = f"2026-{11 + b % 2}-{1 + a:02d}"
        people.assign_tier(self.world.office, AccountId(1 + a % 4), TierCode("gold"), until, "a friend")

    def card(self, a, b):
        card = CARDS[a % len(CARDS)]
        if b % 4 == 0:
            print_cards(self.world.office, StationCode("E1"), [card])
        elif b % 4 == 1:
            issue_card(self.world.office, card, AccountId(1 + a % 4), "holder")
        elif b % 4 == 2:
            mark_card(self.world.office, card, "blocked")
        else:
            replace_card(self.world.office, (ANA, BRUNO)[a % 2], card)

    def grant(self, a, b):
        grant(self.world.office, StationCode(("E1", "E2")[a % 2]), AccountId(1 + b % 4), Points(10 + b))

    def authorise(self, a, b):
        authorise(self.world.office, StationCode(("E1", "E2")[a % 2]), (ANA, BRUNO)[b % 2], Points(50 + b))

    def message(self, a, b):
        last = f"2026-{10 + b % 2}-{15 + a}"
        write_message(self.world.office, Draft(text=f"{a}", account=a % 4, station=("", "E1")[b % 2], last=last))

    def hear(self, a, b):
        desk = self.sites[a % 2].desk
        show_messages(desk, desk.member((ANA, BRUNO)[b % 2]), "01")

    def report(self, a, b):
        report_incident(self.sites[a % 2].desk, "card", "01", "what", card=(ANA, "")[b % 2])

    def resolve(self, a, _):
        found = incidents(self.world.office)
        resolve(self.world.office, found[a % len(found)].number if found else "", "so")

    def tell(self, a, _):
        with self.world.office.store.transaction():
            bring_up_to_date(self.world.office.store, self.world.clock.now(), StationCode(("E1", "E2")[a % 2]))


DEEDS = [name for name in vars(Office) if not name.startswith("_") and name != "zone"]


def rows_of(store, now):
    """Every row that E1 or E2 is told."""
    for code in ("E1", "E2"):
        bring_up_to_date(store, now, StationCode(code))
    return {
        (scope, page): sorted(store.told.rows(StationCode(scope), page))
        for scope in (NETWORK, "E1", "E2")
        for page in (
            "message",
            "report",
            "account",
            "card",
            "alias",
            "first-purchase",
            "movement",
            "hold",
            "grant",
            "attendant",
            "shipment",
        )
    }


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@example([("sell", 0, 0), ("exchange", 0, 0), ("merge", 0, 1), ("tell", 0, 0), ("unmerge", 0, 0)])
@example([("sell", 0, 8), ("sell", 0, 8), ("exchange", 0, 0), ("wait", 2, 3)])
@example([("message", 0, 0), *[("exchange", 0, 0), ("hear", 0, 0), ("exchange", 0, 0), ("wait", 8, 8)] * 3])
@example([("tier", 0, 0), ("tell", 0, 0), ("wait", 8, 8), ("tell", 1, 0), ("wait", 3, 0)])
@example(
    [
        ("sell", 0, 0),
        ("exchange", 0, 0),
        ("authorise", 0, 0),
        ("tell", 0, 0),
        *[("wait", 3, 8), ("sell", 0, 1)] * 2,
        ("exchange", 0, 0),
    ]
)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 8), st.integers(0, 8)), max_size=40))
def test_what_is_kept_up_is_what_would_be_made_from_nothing(tmp_path_factory, deeds):
    office = Office(tmp_path_factory.mktemp("told"))
    store, clock = office.world.office.store, office.world.clock
    for name, a, b in deeds:
        try:
            getattr(office, name)(a, b)
        except (Refusal, SuiteError):
            continue
    with store.transaction():
        kept, kept_digests = rows_of(store, clock.now()), store.told.all_digests()
        assert store.told.counted_anew() == kept_digests
        assert told_as_made(store, clock.now())
        store.told.drop()
        assert rows_of(store, clock.now()) == kept
        assert store.told.all_digests() == kept_digests
    store.close()


def test_nothing_new_writes_nothing_and_asks_no_history(world):
    world.pair("E1")
    with world.office.store.transaction():
        store, now = world.office.store, world.clock.now()
        before = bring_up_to_date(store, now, StationCode("E1"))
        assert bring_up_to_date(store, now, StationCode("E1")) == before


def test_one_sale_changes_the_rows_of_one_member(world):
    world.pair("E1").sell(ANA, "A-1")
    store = world.office.store
    with store.transaction():
        before = bring_up_to_date(store, world.clock.now())
    world.carry_in("E1")
    with store.transaction():
        after = bring_up_to_date(store, world.clock.now())
        changed = [(page, key) for page, key, _ in store.told.rows_since(NETWORK, before.serial)]
    assert after.serial == before.serial + 1
    assert changed == [("account", "[1]"), ("card", f'["{ANA}"]')]
