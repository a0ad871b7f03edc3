"""Central derives every accrual again from its facts and its ruleset; a station's number is a claim (PTS-9).

The inputs that a station recorded (tier, card's age, day's sums) are held against what central knows, as far as it can
know: a station may be late, it may not be generous.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from suite.central.office import Office
from suite.central.projector import Fact
from suite.domain.calendar import Month, local_time, month_of
from suite.domain.errors import N_, Refusal
from suite.domain.events.base import Event
from suite.domain.events.central import (
    AccrualDisputed,
    AccrualsRechecked,
    FleetInvoiceCredited,
    TierAssigned,
    TiersDecided,
)
from suite.domain.events.members import CardIssued, CardMarked, PersonalRatesSet, SegmentChanged
from suite.domain.events.node import Mark
from suite.domain.events.station import (
    CardReplaced,
    MemberApplied,
    PrizeRedeemed,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
)
from suite.domain.groups import Groups
from suite.domain.ids import NO_TIER, AccountId, TierCode
from suite.domain.programme import Programme, Promotion
from suite.domain.promotions import NOBODY
from suite.domain.quantities import Points, Rate
from suite.domain.sales import explain
from suite.domain.tiers import highest, rank, reached

RULES, VERSION, LINES, CARD_AGE, FIRST_USE, SUMS, RATE, SEGMENT, TIER, TWICE, CARD, NEVER, STARTED, BLOCKED = (
    N_("its ruleset gives other points"),
    N_("it names a ruleset that was never published"),
    N_("its lines cannot be credited"),
    N_("the card is older than it says"),
    N_("the card was used before"),
    N_("the day's sums are not those of its journal"),
    N_("the member has another rate"),
    N_("the member is not in that segment"),
    N_("the member does not hold that tier"),
    N_("its ticket was credited before"),
    N_("the card is another member's"),
    N_("it takes back what was not given"),
    N_("the member bought nothing in that interval before"),
    N_("the card was blocked, and the station knew"),
)


class Disputed(msgspec.Struct, frozen=True):
    """An accrual that its ruleset does not give, or that stands on inputs that are not so."""

    journal: int
    seq: int
    station: str
    document: str
    claimed: int
    derived: int
    why: str


class Rechecked(msgspec.Struct, frozen=True):
    """What a re-derivation looked at and found."""

    checked: int
    disputed: tuple[Disputed, ...]


def recheck(office: Office, *, everything: bool = False) -> Rechecked:
    """Derive all accruals since the last time again, and write down those that differ; they become incidents.

    With `everything` all of history is looked at and nothing is written.
    """
    with office.store.transaction():
        after, through = (0 if everything else office.store.ledger.job_mark("recheck")), office.store.count()
        checker = _Checker(office)
        found = [d for fact in _facts(office) for d in checker.look(fact, report=fact.count > after)]
        if not everything and checker.checked:
            _write_down(office, found, through, checker.checked)
    return Rechecked(checker.checked, tuple(found))


def _facts(office: Office) -> Iterator[Fact]:
    for batch in office.store.history.facts():
        yield from batch


def _write_down(office: Office, found: list[Disputed], through: int, checked: int) -> None:
    now, by = office.clock.now(), office.operator
    disputes = [
        AccrualDisputed(
            at=now,
            by=by,
            journal=d.journal,
            seq=d.seq,
            station=d.station,  # type: ignore[arg-type]  # the code of a station, as text
            document=d.document,  # type: ignore[arg-type]  # the number of a ticket, as text
            claimed=Points(d.claimed),
            derived=Points(d.derived),
            why=d.why,
        )
        for d in found
    ]
    office.store.append(
        [*disputes, AccrualsRechecked(at=now, by=by, through=through, checked=checked, disputed=len(disputes))]
    )


class _Checker:
    """Walks the facts in their order, remembering what the next accrual has to agree with."""

    def __init__(self, office: Office) -> None:
        directory, members = office.store.directory, office.store.members
        self._zone = office.zone()
        self._programmes: dict[int, Programme] = {p.version: p for p in directory.programmes()}
        self._issued = {c.card: c.issued for c in members.cards()}
        self._rates: set[tuple[AccountId, str, Rate]] = set()
        self._segments: set[tuple[AccountId, str]] = set()
        self._programme, self._groups = office.programme(), members.groups()
        self._held: dict[AccountId, TierCode] = {}
        self._earned: dict[AccountId, dict[Month, int]] = {}
        self._first: dict[str, tuple[int, int]] = {}
        self._sums: dict[tuple[int, int, str, str], int] = {}
        self._origins, self._purchases = _Origins(self._groups), _Purchases(self._programmes.values())
        self.checked = 0

    def look(self, fact: Fact, *, report: bool) -> Iterator[Disputed]:
        """What is wrong with one fact, when it moves points by a rule and its time has come."""
        event = fact.event
        if isinstance(event, SaleRecorded):
            why, derived = self._derive(fact, event)
            why = why or self._fault(fact, event) or self._origins.credited(fact, event)
            self._remember(fact, event)
        elif isinstance(event, SaleReversed | RedemptionReversed):
            why, derived = self._origins.taken_back(fact, event), 0
        else:
            self._note(event)
            self._origins.note(fact)
            return
        if report:
            self.checked += 1
            if why:
                document = event.prize if isinstance(event, RedemptionReversed) else event.document
                yield Disputed(fact.journal, fact.seq, fact.station, document, event.points, derived, why)

    def _derive(self, fact: Fact, sale: SaleRecorded) -> tuple[str, int]:
        programme = self._programmes.get(sale.version)
        if programme is None:
            return VERSION, 0
        try:
            earned = explain(programme, sale, fact.station)
        except Refusal:
            return LINES, 0
        same = (earned.lines, earned.points, earned.sums) == (sale.lines, sale.points, sale.sums)
        return ("" if same else RULES), earned.points

    def _fault(self, fact: Fact, sale: SaleRecorded) -> str:
        """An input that cannot be so."""
        buyer, account = sale.buyer or NOBODY, self._groups.root_of(sale.account)
        issued, first = self._issued.get(sale.card), self._first.get(sale.card)
        age = (local_time(sale.at, self._zone).date() - date.fromisoformat(issued)).days if issued else 0
        faults = (
            (any(s.before != self._sums.get(self._key(fact, sale, s.promotion), 0) for s in sale.sums), SUMS),
            (buyer.card_age is not None and buyer.card_age < age, CARD_AGE),
            (buyer.first_use and first is not None and first[0] == fact.journal, FIRST_USE),
            (any((account, own.promotion, own.rate) not in self._rates for own in buyer.rates), RATE),
            (any((account, segment) not in self._segments for segment in buyer.segments), SEGMENT),
            (not self._may_hold(buyer.tier, sale), TIER),
            (any(not self._purchases.began(account, code, self._day(sale)) for code in buyer.started), STARTED),
        )
        return next((why for wrong, why in faults if wrong), "")

    def _may_hold(self, tier: TierCode, sale: SaleRecorded) -> bool:
        """Whether a member held that tier once, or had earned it by then: a station may be late."""
        if not tier:
            return True
        root, month = self._groups.root_of(sale.account), month_of(sale.at, self._zone)
        points = sum(
            p for m, p in self._earned.get(root, {}).items() if month - self._programme.tier_months < m <= month
        )
        best = highest(self._programme.tiers, self._held.get(root, NO_TIER), reached(self._programme.tiers, points))
        return rank(self._programme.tiers, tier) <= rank(self._programme.tiers, best)

    def _note(self, event: Event) -> None:
        """What members ever had: a station that decided on last month's data decided right."""
        ladder, root_of = self._programme.tiers, self._groups.root_of
        if isinstance(event, TiersDecided):
            for row in event.accounts:
                self._hold(root_of(row.account), row.tier)
        elif isinstance(event, TierAssigned):
            self._hold(root_of(event.account), highest(ladder, event.tier))
        elif isinstance(event, FleetInvoiceCredited):
            self._earn(root_of(event.account), month_of(event.at, self._zone), event.points)
        elif isinstance(event, SegmentChanged):
            self._segments.update((root_of(account), event.segment) for account in event.added)
        elif isinstance(event, PersonalRatesSet):
            self._rates.update((root_of(own.account), event.promotion, own.rate) for own in event.rates)

    def _hold(self, root: AccountId, tier: TierCode) -> None:
        self._held[root] = highest(self._programme.tiers, tier, self._held.get(root, NO_TIER))

    def _earn(self, root: AccountId, month: Month, points: int) -> None:
        earned = self._earned.setdefault(root, {})
        earned[month] = earned.get(month, 0) + points

    def _remember(self, fact: Fact, sale: SaleRecorded) -> None:
        self._first.setdefault(sale.card, (fact.journal, fact.seq))
        root = self._groups.root_of(sale.account)
        self._earn(root, month_of(sale.at, self._zone), sale.points)
        self._purchases.note(root, self._day(sale), sale)
        for row in sale.sums:
            key = self._key(fact, sale, row.promotion)
            self._sums[key] = self._sums.get(key, 0) + row.counted

    def _key(self, fact: Fact, sale: SaleRecorded, promotion: str) -> tuple[int, int, str, str]:
        return (
            fact.journal,
            self._groups.root_of(sale.account),
            promotion,
            self._day(sale),
        )

    def _day(self, sale: SaleRecorded) -> str:
        return local_time(sale.at, self._zone).date().isoformat()


class _Purchases:
    """When each member first bought in the interval of each promotion that asks for an earlier purchase."""

    def __init__(self, programmes: Iterable[Programme]) -> None:
        self._asking = [(p, programme) for programme in programmes for p in programme.promotions if p.after_first]
        self._first: dict[tuple[AccountId, str], str] = {}

    def note(self, root: AccountId, day: str, sale: SaleRecorded) -> None:
        for promotion, programme in self._asking:
            if promotion.from_day <= day <= (promotion.until_day or day) and self._serves(promotion, programme, sale):
                key = (root, promotion.code)
                self._first[key] = min(day, self._first.get(key, day))

    def _serves(self, promotion: Promotion, programme: Programme, sale: SaleRecorded) -> bool:
        sold = {line.product for line in sale.lines}
        return any(promotion.serves(product) for product in programme.products if product.code in sold)

    def began(self, root: AccountId, promotion: str, day: str) -> bool:
        """Whether there was a purchase on an earlier day."""
        return self._first.get((root, promotion), day) < day


class _Origins:
    """What was given, so that nothing is given twice, to somebody else, or taken back without having been given."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._sales: dict[tuple[str, str], list[int]] = {}
        self._prizes: dict[tuple[str, int], list[tuple[int, str, int, int]]] = {}
        self._linked: dict[str, set[AccountId]] = {}
        self._blocked: dict[str, int] = {}
        self._told: dict[int, int] = {}

    def credited(self, fact: Fact, sale: SaleRecorded) -> str:
        """Why a sale may not stand as it is."""
        key, owners = (fact.station, sale.document), self._linked.get(sale.card)
        if key in self._sales:
            return TWICE
        self._sales[key] = [sale.account, sale.points]
        if owners is not None and self._groups.root_of(sale.account) not in owners:
            return CARD
        since = self._blocked.get(sale.card)
        return BLOCKED if since is not None and since <= self._told.get(fact.journal, 0) else ""

    def taken_back(self, fact: Fact, event: SaleReversed | RedemptionReversed) -> str:
        """Why a reversal may not stand as it is."""
        if isinstance(event, RedemptionReversed):
            given = (event.account, event.prize, event.points, event.money)
            there = self._prizes.get((fact.station, event.redemption), [])
            if given not in there:
                return NEVER
            there.remove(given)
            return ""
        left = self._sales.get((fact.station, event.document))
        if left is None or left[0] != event.account or event.points > left[1]:
            return NEVER
        left[1] -= event.points
        return ""

    def note(self, fact: Fact) -> None:
        """Prizes handed over, whose a card ever was, which are blocked, and which feed each station decides upon."""
        event = fact.event
        if isinstance(event, PrizeRedeemed):
            given = (event.account, event.prize, event.points, event.money)
            self._prizes.setdefault((fact.station, fact.seq), []).append(given)
        elif isinstance(event, CardIssued | MemberApplied):
            self._link(event.card, event.account)
        elif isinstance(event, CardReplaced) and event.new:
            self._link(event.new, event.account)
        elif isinstance(event, CardMarked):
            self._blocked.pop(event.card, None)
            if event.status == "blocked":
                self._blocked[event.card] = fact.count
        elif isinstance(event, Mark):
            self._told[fact.journal] = event.feed_count

    def _link(self, card: str, account: AccountId) -> None:
        self._linked.setdefault(card, set()).add(self._groups.root_of(account))
