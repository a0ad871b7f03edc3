"""A rehearsal: a ruleset run over the real journal before it is published (PTS-12). It records nothing.

Every sale is decided again by the new rules, on what was recorded with it and on what the new promotions would have
asked, and held against what was really credited: what it costs, who wins, which cards look farmed.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from suite.central.office import Office
from suite.central.projector import Fact
from suite.domain.calendar import Month, local_time, month_of
from suite.domain.earning import SaleLine, earn
from suite.domain.errors import Refusal
from suite.domain.events.station import SaleRecorded
from suite.domain.programme import Programme, Promotion
from suite.domain.promotions import Buyer, DaySum, Setting
from suite.domain.quantities import Centavos, Points, Rate, half_up_of
from suite.runtime.config import ProgrammeFile

WINNERS = 20
FARMED_SHARE = 10
"""A card is shown as farmed when its extra is so many times the median of the winners', or more."""

CENTAVOS_PER_UNIT = 100


class Winner(msgspec.Struct, frozen=True):
    """A card and what it would have got more; `tickets` on `days` days."""

    card: str
    account: int
    extra: int
    tickets: int
    days: int


class Rehearsed(msgspec.Struct, frozen=True):
    """What would have been otherwise: points of those months as credited, as rehearsed, and what the rest costs.

    `by_promotion` holds the points that each promotion gave.
    """

    tickets: int
    credited: Points
    rehearsed: Points
    cost: Centavos
    by_promotion: tuple[tuple[str, int], ...]
    winners: tuple[Winner, ...]
    farmed: tuple[Winner, ...]
    not_credited: int


def rehearse(office: Office, read: Callable[[int], ProgrammeFile], first: Month, last: Month) -> Rehearsed:
    """The programme of a file over the sales of the months `first` to `last`. Raises BadInput for a faulty file."""
    with office.store.transaction():
        programme = read(office.programme().version + 1).programme
        run = _Run(office, programme)
        for batch in office.store.history.facts():
            for fact in batch:
                if isinstance(fact.event, SaleRecorded):
                    inside = first <= month_of(fact.event.at, office.zone()) <= last
                    run.sale(fact, fact.event, counts=inside)
    return run.result(programme.point_value)


class _Run:
    """The state that promotions would have seen, built up as the sales come by."""

    def __init__(self, office: Office, programme: Programme) -> None:
        self._programme, self._zone = programme, office.zone()
        self._issued = {c.card: c.issued for c in office.store.members.cards()}
        self._segments, self._tiers = office.store.members.segments(), office.store.members.tiers()
        self._rates = office.store.members.personal_rates()
        self._seen = set[str]()
        self._sums: dict[tuple[str, int, str], dict[str, int]] = {}
        self._first: dict[tuple[str, int], str] = {}
        self._extra: dict[str, list[int]] = {}
        self._days: dict[str, set[str]] = {}
        self._promotions: dict[str, int] = {}
        self.tickets = self.credited = self.rehearsed = self.refused = 0

    def sale(self, fact: Fact, sale: SaleRecorded, *, counts: bool) -> None:
        """Decide one sale again; sales outside the months only build up the state."""
        setting = self._setting(fact, sale)
        lines = tuple(SaleLine(line.product, line.quantity, line.amount) for line in sale.lines)
        try:
            earned = earn(self._programme, lines, setting)
        except Refusal:
            self.refused += counts
            return
        self._note(fact, sale, setting, earned.sums)
        if not counts:
            return
        self.tickets += 1
        self.credited += sale.points
        self.rehearsed += earned.points
        for tried in earned.tried:
            self._promotions[tried.promotion] = self._promotions.get(tried.promotion, 0) + tried.points
        row = self._extra.setdefault(sale.card, [sale.account, 0, 0])
        row[1] += earned.points - sale.points
        row[2] += 1
        self._days.setdefault(sale.card, set()).add(setting.day)

    def _setting(self, fact: Fact, sale: SaleRecorded) -> Setting:
        when = local_time(sale.at, self._zone)
        issued, day = self._issued.get(sale.card, ""), when.date().isoformat()
        buyer = Buyer(
            tier=sale.buyer.tier if sale.buyer and sale.buyer.tier else self._tiers.get(sale.account, Buyer().tier),
            segments=self._segments.get(sale.account, ()),
            card_age=(when.date() - date.fromisoformat(issued)).days if issued else None,
            first_use=sale.card not in self._seen,
            started=tuple(
                p.code for p in self._programme.promotions if self._first.get((p.code, sale.account), day) < day
            ),
            rates=self._rates.get(sale.account, ()),
        )
        today = self._sums.get((fact.station, sale.account, day), {})
        return Setting(when, fact.station, buyer, tuple(DaySum(p, n, 0, 0) for p, n in today.items()))  # type: ignore[arg-type]  # codes as text

    def _note(self, fact: Fact, sale: SaleRecorded, setting: Setting, sums: tuple[DaySum, ...]) -> None:
        self._seen.add(sale.card)
        today = self._sums.setdefault((fact.station, sale.account, setting.day), {})
        for row in sums:
            today[row.promotion] = today.get(row.promotion, 0) + row.counted
        for promotion in self._programme.promotions:
            if promotion.after_first and self._starts(promotion, sale, setting.day):
                self._first.setdefault((promotion.code, sale.account), setting.day)

    def _starts(self, promotion: Promotion, sale: SaleRecorded, day: str) -> bool:
        inside = promotion.from_day <= day <= (promotion.until_day or day)
        return inside and any(promotion.serves(self._programme.product(line.product)) for line in sale.lines)

    def result(self, value: Rate) -> Rehearsed:
        """The sums, and the cards that win most."""
        ranked = sorted(
            (
                Winner(card, account, extra, tickets, len(self._days[card]))
                for card, (account, extra, tickets) in self._extra.items()
                if extra > 0
            ),
            key=lambda w: (-w.extra, w.card),
        )
        median = ranked[len(ranked) // 2].extra if ranked else 0
        extra = self.rehearsed - self.credited
        return Rehearsed(
            self.tickets,
            Points(self.credited),
            Points(self.rehearsed),
            Centavos(half_up_of(extra, Rate(value.numerator * CENTAVOS_PER_UNIT, value.denominator))),
            tuple(sorted((p, n) for p, n in self._promotions.items() if n)),
            tuple(ranked[:WINNERS]),
            tuple(w for w in ranked if w.extra >= FARMED_SHARE * max(median, 1))[:WINNERS],
            self.refused,
        )
