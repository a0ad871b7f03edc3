"""The promotions and tiers of programme.toml. What would let a split sale earn more is a mistake here."""

import re
from datetime import date
from decimal import Decimal
from typing import Literal

from suite.domain.errors import N_
from suite.domain.ids import GroupCode, ProductCode, PromotionCode, SegmentCode, StationCode, TierCode
from suite.domain.programme import Add, Basis, Minimum, Multiply, Promotion, Replace, Tier
from suite.domain.quantities import Points, Rate
from suite.runtime.config_tables import PERCENT, Mistake, Table, check_code, check_known, rate_at, scaled_at
from suite.runtime.safe_text import safe_text

WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
MINUTES_A_DAY = 24 * 60
SCALES = {"amount": 100, "quantity": 1000}
POINTS_MAX = 10**9
MULTIPLY_MAX = 100


class TierTable(Table):
    """`[[tiers]]`."""

    code: str
    name: str
    points: int


class PromotionTable(Table):
    """`[[promotions]]`: one effect, and the conditions under which it holds."""

    code: str
    name: str
    multiply: Decimal | None = None
    add: int | None = None
    add_each: Decimal | None = None
    percent: Decimal | None = None
    per_unit: Decimal | None = None
    per_amount: Decimal | None = None
    personal: bool = False
    whole_steps: bool = False
    priority: int = 0
    from_day: date | None = None
    until_day: date | None = None
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    hours: str = ""
    products: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    card_days: int = 0
    first_use: bool = False
    after_first: bool = False
    min_amount: Decimal | None = None
    min_quantity: Decimal | None = None
    min_over: Literal["ticket", "day"] = "ticket"


def tiers_of(tables: tuple[TierTable, ...]) -> tuple[Tier, ...]:
    """The ladder, lowest first. Raises Mistake."""
    for i, table in enumerate(tables):
        check_code(f"tiers[{i}].code", table.code)
        if not 0 <= table.points <= POINTS_MAX or (i and table.points <= tables[i - 1].points):
            raise Mistake(f"tiers[{i}].points", N_("each tier asks for more points than the one before it"))
    return tuple(Tier(TierCode(t.code), safe_text(t.name), Points(t.points)) for t in tables)


def promotion_of(
    key: str, table: PromotionTable, *, products: set[str], groups: set[str], tiers: set[str]
) -> Promotion:
    """One promotion of the file. Raises Mistake."""
    check_code(f"{key}.code", table.code)
    for name, codes, known in (
        ("products", table.products, products),
        ("groups", table.groups, groups),
        ("tiers", table.tiers, tiers),
    ):
        for j, code in enumerate(codes):
            check_known(f"{key}.{name}[{j}]", code, known)
    for name, codes in (("stations", table.stations), ("segments", table.segments)):
        for j, code in enumerate(codes):
            check_code(f"{key}.{name}[{j}]", code)
    _check_days(key, table)
    start, end = _hours(f"{key}.hours", table.hours)
    return Promotion(
        code=PromotionCode(table.code),
        name=safe_text(table.name),
        effect=_effect(key, table),
        priority=table.priority,
        from_day=table.from_day.isoformat() if table.from_day else "",
        until_day=table.until_day.isoformat() if table.until_day else "",
        weekdays=tuple(WEEKDAYS[day] for day in table.weekdays),
        from_minute=start,
        until_minute=end,
        products=tuple(map(ProductCode, table.products)),
        groups=tuple(map(GroupCode, table.groups)),
        stations=tuple(map(StationCode, table.stations)),
        tiers=tuple(map(TierCode, table.tiers)),
        segments=tuple(map(SegmentCode, table.segments)),
        card_days=table.card_days,
        first_use=table.first_use,
        after_first=table.after_first,
        minimum=_minimum(key, table),
    )


def _effect(key: str, table: PromotionTable) -> Multiply | Add | Replace:
    if table.personal and (table.per_unit is not None or table.per_amount is not None):
        raise Mistake(f"{key}.personal", N_("a personal rate is a percentage: use percent, or nothing"))
    rates = {"percent": table.percent, "per_unit": table.per_unit, "per_amount": table.per_amount}
    given = [name for name, value in rates.items() if value is not None]
    effects = [name for name in ("multiply", "add") if getattr(table, name) is not None]
    if table.personal and not given:
        return _replace(key, table, "percent", Decimal(0))
    if len(given) + len(effects) != 1:
        raise Mistake(key, N_("a promotion needs exactly one of multiply, add, percent, per_unit, per_amount"))
    if table.multiply is not None:
        rate = rate_at(f"{key}.multiply", table.multiply)
        if not rate.denominator <= rate.numerator <= MULTIPLY_MAX * rate.denominator:
            raise Mistake(f"{key}.multiply", N_("must be from 1 to 100"))
        return Multiply(rate)
    if table.add is not None:
        return _add(key, table, table.add)
    return _replace(key, table, given[0], rates[given[0]] or Decimal(0))


def _add(key: str, table: PromotionTable, points: int) -> Add:
    if not 1 <= points <= POINTS_MAX:
        raise Mistake(f"{key}.add", N_("must be from 1 to 1,000,000,000 points"))
    basis: Basis = "quantity" if table.min_quantity is not None else "amount"
    each = 0 if table.add_each is None else scaled_at(f"{key}.add_each", table.add_each, SCALES[basis])
    return Add(Points(points), basis, each)


def _replace(key: str, table: PromotionTable, way: str, value: Decimal) -> Replace:
    if table.min_amount is not None or table.min_quantity is not None or table.first_use:
        raise Mistake(key, N_("a replacing rate cannot have a minimum or first_use: splitting a sale could pay"))
    rate = rate_at(f"{key}.{way}", value)
    per = Rate(rate.numerator, rate.denominator * PERCENT) if way == "percent" else rate
    return Replace("quantity" if way == "per_unit" else "amount", per, table.whole_steps, table.personal)


def _minimum(key: str, table: PromotionTable) -> Minimum | None:
    if table.min_amount is not None and table.min_quantity is not None:
        raise Mistake(key, N_("a promotion has one minimum: min_amount or min_quantity"))
    if table.min_amount is not None:
        return Minimum(scaled_at(f"{key}.min_amount", table.min_amount, SCALES["amount"]), "amount", table.min_over)
    if table.min_quantity is not None:
        least = scaled_at(f"{key}.min_quantity", table.min_quantity, SCALES["quantity"])
        return Minimum(least, "quantity", table.min_over)
    return None


def _check_days(key: str, table: PromotionTable) -> None:
    if table.from_day and table.until_day and table.until_day < table.from_day:
        raise Mistake(f"{key}.until_day", N_("ends before it begins"))
    if not 0 <= table.card_days <= 10_000:  # noqa: PLR2004 -- twenty-seven years; the sentence says it
        raise Mistake(f"{key}.card_days", N_("must be from 0 to 10,000 days"))
    if table.after_first and not table.from_day:
        raise Mistake(f"{key}.after_first", N_("needs from_day: the interval in which the first purchase counts"))


def _hours(key: str, written: str) -> tuple[int, int]:
    """`HH:MM-HH:MM` in minutes; the end is not included, `24:00` is the day's end. Raises Mistake."""
    if not written:
        return 0, MINUTES_A_DAY
    found = re.fullmatch(r"([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])", written)
    start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
    if not found or start >= MINUTES_A_DAY or end > MINUTES_A_DAY or start == end:
        raise Mistake(key, N_("{hours!r} is no time of day; write it like 06:00-09:30"), hours=safe_text(written))
    return start, end
