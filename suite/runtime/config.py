"""programme.toml, read into a `Programme`. A mistake is named by its line and its key, with what would be right.

The file's shape is documented in docs/manual/programme.md; unknown keys are mistakes, not ignored.
"""

import re
import tomllib
from datetime import date
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from suite.domain.errors import N_, Phrase
from suite.domain.ids import CENTRAL, GroupCode, ProductCode, RuleCode, StationCode
from suite.domain.programme import (
    AccrualRule,
    CardFormat,
    Product,
    ProductGroup,
    Programme,
    Promotion,
    Returns,
    Rounding,
    Stacking,
)
from suite.domain.quantities import Points, Rate
from suite.domain.standing import CARD_DIGITS
from suite.runtime.config_caps import CapsTable, caps_of
from suite.runtime.config_offline import OfflineTable, offline_of
from suite.runtime.config_prizes import PrizeTable, prizes_of
from suite.runtime.config_promotions import PromotionTable, TierTable, promotion_of, tiers_of
from suite.runtime.config_questions import QuestionTable, questions_of
from suite.runtime.config_tables import PERCENT, Mistake, Table, check_code, check_known, rate_at
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text

CURRENCY_MAX = 8
PROGRAMME_MAX = 200 * 1024
"""As it travels: some 2,000 products. The largest network we know of has 600."""


class _Network(Table):
    code: str
    name: str
    currency: str
    time_zone: str


class _Points(Table):
    value: Decimal
    expire_after_months: int = 24
    stacking: Stacking = "best"
    tier_months: int = 12
    returns: Returns = "debt"
    grace_months: int = 1
    two_people_above: int = 0


class _Calendar(Table):
    holidays: tuple[date, ...] = ()


class _Cards(Table):
    prefixes: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    luhn: bool = False
    per_account: int = 3


class _Group(Table):
    code: str
    name: str


class _Product(Table):
    code: str
    name: str
    group: str
    unit: Literal["litre", "piece"] = "litre"


class _Rule(Table):
    code: str
    per_unit: Decimal | None = None
    per_amount: Decimal | None = None
    percent: Decimal | None = None
    products: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rounding: Rounding = "line"
    whole_steps: bool = False


class _Station(Table):
    code: str
    name: str
    point_value: Decimal | None = None
    offline_risk: int | None = None


class _File(Table):
    network: _Network
    points: _Points
    groups: tuple[_Group, ...]
    products: tuple[_Product, ...]
    rules: tuple[_Rule, ...]
    cards: _Cards = msgspec.field(default_factory=_Cards)
    prizes: tuple[PrizeTable, ...] = ()
    stations: tuple[_Station, ...] = ()
    tiers: tuple[TierTable, ...] = ()
    promotions: tuple[PromotionTable, ...] = ()
    calendar: _Calendar = msgspec.field(default_factory=_Calendar)
    offline: OfflineTable | None = None
    caps: CapsTable | None = None
    questions: tuple[QuestionTable, ...] = ()


class StationPlan(msgspec.Struct, frozen=True):
    """A station that programme.toml names, and its own point value if it has one."""

    code: StationCode
    name: str
    point_value: Rate | None


class ProgrammeFile(msgspec.Struct, frozen=True):
    programme: Programme
    stations: tuple[StationPlan, ...]


def read_programme(text: str, *, name: str, version: int) -> ProgrammeFile:
    """The programme that a TOML text states, as that version. Raises BadInput naming line and key."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadInput(N_("{name}: this is not TOML: {reason}"), name=name, reason=error) from error
    try:
        file = _programme(msgspec.convert(raw, _File), version)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        key = path.rstrip("`").lstrip(".") + _unknown_field(reason)
        raise _located(text, name, key, N_("{reason}"), {"reason": reason.replace("`", "'")}) from error
    except Mistake as mistake:
        raise _located(text, name, mistake.key, mistake.reason, mistake.facts) from None
    if len(msgspec.json.encode(file.programme)) > PROGRAMME_MAX:
        raise BadInput(N_("{name} is too large: it may name some 2,000 products and prizes in all."), name=name)
    return file


def _unknown_field(reason: str) -> str:
    found = re.search(r"unknown field `([^`]*)`", reason)
    return f".{found[1]}" if found else ""


def _located(text: str, name: str, key: str, reason: str, facts: dict[str, object]) -> BadInput:
    key = key.lstrip(".")
    return BadInput(
        N_("{name}, line {line}, {key}: {reason}"),
        name=name,
        line=str(line_of(text, key)),
        key=key or "file",
        reason=Phrase(reason, **facts),
    )


def line_of(text: str, key: str) -> int:
    """The line where a key like `rules[2].percent` stands, or its table when the key itself is missing."""
    best, table, counts = 1, "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[\[\s*([\w.-]+)\s*\]\]", line):
            parent, _, leaf = heading[1].rpartition(".")
            heads = f"{parent}[{counts[parent]}].{leaf}" if parent in counts else heading[1]
            index = counts[heads] = counts.get(heads, -1) + 1
            table = f"{heads}[{index}]"
        elif heading := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            table = heading[1]
        elif assigned := re.match(r"\s*([\w-]+)\s*=", line):
            full = f"{table}.{assigned[1]}" if table else assigned[1]
            if key == full or key.startswith((f"{full}[", f"{full}.")):
                return number
            continue
        else:
            continue
        if key == table or key.startswith((f"{table}.", f"{table}[")):
            best = number
    return best


def _programme(file: _File, version: int) -> ProgrammeFile:
    _check_network(file)
    _check_codes(file)
    _check_references(file)
    programme = Programme(
        version=version,
        network=file.network.code,
        name=safe_text(file.network.name),
        currency=safe_text(file.network.currency, 8),
        zone=file.network.time_zone,
        expiry_months=file.points.expire_after_months,
        point_value=rate_at("points.value", file.points.value),
        products=tuple(
            Product(ProductCode(p.code), safe_text(p.name), GroupCode(p.group), p.unit) for p in file.products
        ),
        groups=tuple(ProductGroup(GroupCode(g.code), safe_text(g.name)) for g in file.groups),
        rules=tuple(_rule(f"rules[{i}]", rule) for i, rule in enumerate(file.rules)),
        prizes=prizes_of(file.prizes, {t.code for t in file.tiers}),
        cards=CardFormat(file.cards.prefixes, file.cards.lengths, file.cards.luhn, file.cards.per_account),
        promotions=_promotions(file),
        stacking=file.points.stacking,
        tiers=tiers_of(file.tiers),
        tier_months=file.points.tier_months,
        returns=file.points.returns,
        grace_months=file.points.grace_months,
        two_people_above=Points(file.points.two_people_above),
        holidays=tuple(sorted(day.isoformat() for day in file.calendar.holidays)),
        offline=offline_of(file.offline, ((s.code, s.offline_risk) for s in file.stations)),
        caps=caps_of(file.caps),
        questions=questions_of(file.questions),
    )
    return ProgrammeFile(programme, tuple(_station(i, s) for i, s in enumerate(file.stations)))


def _promotions(file: _File) -> tuple[Promotion, ...]:
    products, groups = {p.code for p in file.products}, {g.code for g in file.groups}
    tiers = {t.code for t in file.tiers}
    return tuple(
        promotion_of(f"promotions[{i}]", table, products=products, groups=groups, tiers=tiers)
        for i, table in enumerate(file.promotions)
    )


def _check_network(file: _File) -> None:
    check_code("network.code", file.network.code)
    try:
        ZoneInfo(file.network.time_zone)
    except (KeyError, ValueError, OSError):
        raise Mistake(
            "network.time_zone", N_("no such time zone; use one like America/Argentina/Buenos_Aires")
        ) from None
    if not 1 <= file.points.expire_after_months <= 240:  # noqa: PLR2004 -- twenty years; the sentence says it
        raise Mistake("points.expire_after_months", N_("must be from 1 to 240 months"))
    _check_ranges(file.points)
    if not 1 <= file.cards.per_account <= 1000:  # noqa: PLR2004 -- the largest fleet seen has some hundred
        raise Mistake("cards.per_account", N_("must be from 1 to 1000"))
    for key, text in (("network.name", file.network.name), ("network.currency", file.network.currency)):
        if not safe_text(text):
            raise Mistake(key, N_("must not be empty"))
    if len(file.network.currency) > CURRENCY_MAX:
        raise Mistake("network.currency", N_("has 8 characters at most, like ARS"))
    if any(length not in CARD_DIGITS for length in file.cards.lengths):
        raise Mistake("cards.lengths", N_("a card has 4 to 19 digits"))
    for i, prefix in enumerate(file.cards.prefixes):
        if not re.fullmatch("[0-9]{1,12}", prefix):
            raise Mistake(f"cards.prefixes[{i}]", N_("a card prefix is 1 to 12 digits"))


def _check_ranges(points: _Points) -> None:
    for key, number, least, most in (
        ("tier_months", points.tier_months, 1, 60),
        ("grace_months", points.grace_months, 0, 24),
        ("two_people_above", points.two_people_above, 0, 10**9),
    ):
        if not least <= number <= most:
            raise Mistake(f"points.{key}", N_("must be from {least} to {most}"), least=least, most=most)


def _check_codes(file: _File) -> None:
    for table in ("groups", "products", "rules", "prizes", "stations", "tiers", "promotions", "questions"):
        seen = set[str]()
        for i, row in enumerate(getattr(file, table)):
            check_code(f"{table}[{i}].code", row.code)
            if row.code.lower() in seen or (table, row.code.lower()) == ("stations", CENTRAL):
                raise Mistake(f"{table}[{i}].code", N_("the code {code!r} stands twice"), code=row.code)
            seen.add(row.code.lower())
            if not safe_text(getattr(row, "name", "-")):
                raise Mistake(f"{table}[{i}].name", N_("must not be empty"))


def _check_references(file: _File) -> None:
    groups, products = {g.code for g in file.groups}, {p.code for p in file.products}
    for i, product in enumerate(file.products):
        check_known(f"products[{i}].group", product.group, groups)
    for i, rule in enumerate(file.rules):
        for j, code in enumerate(rule.products):
            check_known(f"rules[{i}].products[{j}]", code, products)
        for j, code in enumerate(rule.groups):
            check_known(f"rules[{i}].groups[{j}]", code, groups)


def _rule(key: str, rule: _Rule) -> AccrualRule:
    ways = {"per_unit": rule.per_unit, "per_amount": rule.per_amount, "percent": rule.percent}
    given = {way: value for way, value in ways.items() if value is not None}
    if len(given) != 1:
        raise Mistake(key, N_("a rule needs exactly one of per_unit, per_amount, percent"))
    way, value = next(iter(given.items()))
    rate = rate_at(f"{key}.{way}", value)
    return AccrualRule(
        code=RuleCode(rule.code),
        basis="quantity" if way == "per_unit" else "amount",
        per=Rate(rate.numerator, rate.denominator * PERCENT) if way == "percent" else rate,
        products=tuple(map(ProductCode, rule.products)),
        groups=tuple(map(GroupCode, rule.groups)),
        rounding=rule.rounding,
        whole_steps=rule.whole_steps,
    )


def _station(index: int, station: _Station) -> StationPlan:
    value = station.point_value
    rate = None if value is None else rate_at(f"stations[{index}].point_value", value)
    return StationPlan(StationCode(station.code), safe_text(station.name), rate)
