"""Histories of one account, the ledger that central would keep of them, and the walk that both are held against.

`walk` is the judge: a queue of lots in the order of time. It calls nothing of `suite.domain.lots`.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from suite.domain.calendar import Month
from suite.domain.lots import ClosedMonth, Lot, MonthTotals, calendar, expired_by, open_lots

# Facts


@dataclass(frozen=True)
class Fact:
    """Points that moved in `month`. `lot` is the month of the lot they belong to, `effect` when a use counts as back.

    `kind` is `credit`, `return` (of a sale), `spend` or `back` (a prize brought back). `arrives` is the month in which
    central hears of it.
    """

    kind: str
    month: int
    points: int
    lot: int = 0
    effect: int = 0
    arrives: int = 0


def credit(month, points, *, arrives=None):
    return Fact("credit", month, points, lot=month, arrives=month if arrives is None else arrives)


def spend(month, points, *, arrives=None):
    return Fact("spend", month, points, effect=month, arrives=month if arrives is None else arrives)


def returned(month, points, *, sold, arrives=None):
    return Fact("return", month, points, lot=sold, arrives=month if arrives is None else arrives)


def back(month, points, *, grace, arrives=None):
    return Fact("back", month, points, effect=month + grace, arrives=month if arrives is None else arrives)


def months_of(facts, expired=()):
    """The months of an account as central sums them: by the month of the movement, and by the month of its effect."""
    rows = {}

    def add(month, **numbers):
        row = rows.setdefault(month, dict.fromkeys(("earned", "spent", "expired", "lot", "used"), 0))
        for name, number in numbers.items():
            row[name] += number

    for fact in facts:
        if fact.kind in ("credit", "return"):
            points = fact.points if fact.kind == "credit" else -fact.points
            add(fact.month, earned=points)
            add(fact.lot, lot=points)
        else:
            points = fact.points if fact.kind == "spend" else -fact.points
            add(fact.month, spent=points)
            add(fact.effect, used=points)
    for month, points in expired:
        add(month, expired=points)
    return [MonthTotals(Month(month), **row) for month, row in sorted(rows.items())]


# The judge


@dataclass
class Walked:
    """Where a walk ended: what expired, what there is, and the lots with every point in grace already in its own."""

    expired: int
    balance: int
    lots: list[Lot]

    def living(self, cutoff):
        return living(self.lots, cutoff)


def living(lots, cutoff):
    """The lots that no close has reached, and all points there are: older lots can only hold points in grace."""
    return [lot for lot in lots if lot.earned_in > cutoff], sum(lot.remaining for lot in lots)


class Purse:
    """Lots as they are: a queue spent from its oldest, a debt, and a memory of where each point was taken from."""

    def __init__(self):
        self.lots = {}
        self.taken = []
        self.debt = self.expired = 0

    def earn(self, month, points):
        paid = min(self.debt, points)
        self.debt -= paid
        self._remember(month, paid)
        self.lots[month] = self.lots.get(month, 0) + points - paid

    def spend(self, points):
        for month in sorted(self.lots):
            taken = min(points, self.lots[month])
            self.lots[month] -= taken
            self._remember(month, taken)
            points -= taken
        self.debt += points

    def give_back(self, points):
        """Points that were spent return: what is owed goes first, then the last points taken, each to its lot."""
        forgiven = min(self.debt, points)
        self.debt -= forgiven
        points -= forgiven
        while points:
            month, number = self.taken.pop()
            returned = min(number, points)
            self.lots[month] = self.lots.get(month, 0) + returned
            self._remember(month, number - returned)
            points -= returned

    def expire(self, cutoff):
        for month in [m for m in self.lots if m <= cutoff]:
            self.expired += self.lots.pop(month)

    def _remember(self, month, points):
        if points:
            self.taken.append((month, points))


def walk(facts, closes):
    """An account lived through in the order of time, up to its last close, with everything known from the start.

    A returned sale was smaller all along. Points of prizes brought back are in `grace` until they count as back.
    """
    purse, net, last = Purse(), {}, max((close.month for close in closes), default=-1)
    cutoffs = {close.month: close.cutoff for close in closes}
    for fact in facts:
        if fact.kind in ("credit", "return"):
            net[fact.lot] = net.get(fact.lot, 0) + (fact.points if fact.kind == "credit" else -fact.points)
    for month in range(min([*net, 0]), last + 1):
        purse.earn(month, net.get(month, 0))
        purse.spend(sum(f.points for f in facts if f.kind == "spend" and f.month == month))
        purse.give_back(sum(f.points for f in facts if f.kind == "back" and f.effect == month))
        if month in cutoffs:
            purse.expire(cutoffs[month])
    expired, debt = purse.expired, purse.debt
    grace = sum(f.points for f in facts if f.kind == "back" and f.month <= last < f.effect)
    balance = sum(purse.lots.values()) - debt + grace
    purse.give_back(grace)
    lots = [Lot(Month(month), left) for month, left in sorted(purse.lots.items()) if left]
    return Walked(expired, balance, lots)


# What central does


@dataclass
class Ledger:
    """One account at central: facts in, closes that expire, corrections in the open month (CEN-3)."""

    life: int
    facts: list[Fact] = field(default_factory=list)
    closes: list[ClosedMonth] = field(default_factory=list)
    postings: list[tuple[int, int]] = field(default_factory=list)
    corrections: int = 0

    @property
    def totals(self):
        return months_of(self.facts, self.postings)

    @property
    def expired(self):
        return sum(points for _, points in self.postings)

    @property
    def balance(self):
        return sum(row.earned - row.spent - row.expired for row in self.totals)

    def arrive(self, fact):
        """A fact comes in; what it changes in closed months is posted in the open one."""
        self.facts.append(fact)
        difference = expired_by(self.totals, self.closes) - self.expired
        if difference:
            self.corrections += 1
            self.postings.append((self.closes[-1].month + 1, difference))

    def close(self, month, cutoff=None):
        """Close a month. Returns what expired."""
        close = ClosedMonth(Month(month), Month(month - self.life if cutoff is None else cutoff))
        due = expired_by(self.totals, [*self.closes, close]) - self.expired
        assert due >= 0, "a close gives nothing back"
        self.closes.append(close)
        if due:
            self.postings.append((month, due))
        return due

    def living(self):
        return living(open_lots(self.totals), self.closes[-1].cutoff)

    def calendar(self):
        return calendar(self.totals, after=self.closes[-1].month, expiry_months=self.life)

    def coming(self):
        """The months that can still take something, were they closed."""
        after = self.closes[-1].month
        last = max((row.month for row in self.totals), default=after) + self.life
        return [Month(m) for m in range(after + 1, last + 1)]


# Any history


@dataclass(frozen=True)
class History:
    """What happened to an account, each fact with the month in which it arrives."""

    facts: tuple[Fact, ...]

    @property
    def last(self):
        return max((max(f.month, f.arrives) for f in self.facts), default=0)

    def by_month(self):
        return [(m, [f for f in self.facts if f.month == m]) for m in range(self.last + 1)]

    def by_arrival(self):
        return [(m, [f for f in self.facts if f.arrives == m]) for m in range(self.last + 1)]


LONGEST = 20
numbers = st.integers(1, 60)


@st.composite
def histories(draw, *, delays=False, opening=False, prizes_come_back=True):
    """Credits, spending, sales returned and prizes brought back over twenty months; none brought back twice."""
    month, delay = st.integers(0, LONGEST), st.integers(0, 6) if delays else st.just(0)
    facts = []
    for _ in range(draw(st.integers(1, 8))):
        at = draw(month)
        if draw(st.booleans()):
            facts += _sale(draw, at, delay)
        else:
            facts += _prize(draw, at, delay)[: 2 if prizes_come_back else 1]
    if opening:
        for _ in range(draw(st.integers(1, 4))):
            facts.append(credit(draw(st.integers(-15, 5)), draw(numbers), arrives=draw(st.integers(5, 12))))
    return History(tuple(facts))


def _sale(draw, at, delay):
    arrives = at + draw(delay)
    sale = credit(at, draw(numbers), arrives=arrives)
    if not draw(st.booleans()):
        return [sale]
    when = draw(st.integers(at, LONGEST))
    points = draw(st.integers(1, sale.points))
    return [sale, returned(when, points, sold=at, arrives=max(arrives, when + draw(delay)))]


def _prize(draw, at, delay):
    arrives = at + draw(delay)
    prize = spend(at, draw(numbers), arrives=arrives)
    if not draw(st.booleans()):
        return [prize]
    when, grace = draw(st.integers(at, LONGEST)), draw(st.integers(0, 4))
    return [prize, back(when, prize.points, grace=grace, arrives=max(arrives, when + draw(delay)))]


def thrown(roll):
    """A history of the same kind out of dice, a hundred times as quickly as Hypothesis draws one; facts come late."""
    facts = []
    for _ in range(roll.randint(1, 8)):
        at = roll.randint(0, LONGEST)
        arrives, when = at + roll.randint(0, 6), roll.randint(at, LONGEST)
        again = max(arrives, when + roll.randint(0, 6))
        points, comes_back = roll.randint(1, 60), roll.random() < 0.5
        if roll.random() < 0.5:
            facts.append(credit(at, points, arrives=arrives))
            if comes_back:
                facts.append(returned(when, roll.randint(1, points), sold=at, arrives=again))
        else:
            facts.append(spend(at, points, arrives=arrives))
            if comes_back:
                facts.append(back(when, points, grace=roll.randint(0, 4), arrives=again))
    return History(tuple(facts))
