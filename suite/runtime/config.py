"""programme.toml, read into a `Programme`. A mistake is named by its line and its key, with what would be right.

The file's shape is documented in docs/manual/programme.md; unknown keys are mistakes, not ignored.
"""

import re
import tomllib
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from suite.domain.errors import N_, Phrase
from suite.domain.ids import CENTRAL, CODE_PATTERN, GroupCode, PrizeCode, ProductCode, RuleCode, StationCode
from suite.domain.programme import (
    AccrualRule,
    CardFormat,
    Delivery,
    Prize,
    Product,
    ProductGroup,
    Programme,
    Rounding,
)
from suite.domain.quantities import Points, Rate
from suite.domain.standing import CARD_DIGITS
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text

PERCENT = 100
RATE_DECIMALS_MAX = 9
RATE_MAX = 10_000
CURRENCY_MAX = 8
PROGRAMME_MAX = 200 * 1024
"""As it travels: some 2,000 products. The largest network we know of has 600."""


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    """A table of the file; a key we do not know is a mistake."""


class _Network(_Table):
    code: str
    name: str
    currency: str
    time_zone: str


class _Points(_Table):
    value: Decimal
    expire_after_months: int = 24


class _Cards(_Table):
    prefixes: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    luhn: bool = False
    per_account: int = 3


class _Group(_Table):
    code: str
    name: str


class _Product(_Table):
    code: str
    name: str
    group: str
    unit: Literal["litre", "piece"] = "litre"


class _Rule(_Table):
    code: str
    per_unit: Decimal | None = None
    per_amount: Decimal | None = None
    percent: Decimal | None = None
    products: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rounding: Rounding = "line"
    whole_steps: bool = False


class _Prize(_Table):
    code: str
    name: str
    points: int
    deliveries: tuple[Delivery, ...] = ("immediate",)


class _Station(_Table):
    code: str
    name: str
    point_value: Decimal | None = None


class _File(_Table):
    network: _Network
    points: _Points
    groups: tuple[_Group, ...]
    products: tuple[_Product, ...]
    rules: tuple[_Rule, ...]
    cards: _Cards = msgspec.field(default_factory=_Cards)
    prizes: tuple[_Prize, ...] = ()
    stations: tuple[_Station, ...] = ()


class StationPlan(msgspec.Struct, frozen=True):
    """A station that programme.toml names, and its own point value if it has one."""

    code: StationCode
    name: str
    point_value: Rate | None


class ProgrammeFile(msgspec.Struct, frozen=True):
    programme: Programme
    stations: tuple[StationPlan, ...]


class _Mistake(ValueError):
    """Something wrong at a key, before we know its line."""

    def __init__(self, key: str, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.key, self.reason, self.facts = key, reason, facts


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
    except _Mistake as mistake:
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
            index = counts[heading[1]] = counts.get(heading[1], -1) + 1
            table = f"{heading[1]}[{index}]"
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
        point_value=_rate("points.value", file.points.value),
        products=tuple(
            Product(ProductCode(p.code), safe_text(p.name), GroupCode(p.group), p.unit) for p in file.products
        ),
        groups=tuple(ProductGroup(GroupCode(g.code), safe_text(g.name)) for g in file.groups),
        rules=tuple(_rule(f"rules[{i}]", rule) for i, rule in enumerate(file.rules)),
        prizes=tuple(Prize(PrizeCode(p.code), safe_text(p.name), Points(p.points), p.deliveries) for p in file.prizes),
        cards=CardFormat(file.cards.prefixes, file.cards.lengths, file.cards.luhn, file.cards.per_account),
    )
    return ProgrammeFile(programme, tuple(_station(i, s) for i, s in enumerate(file.stations)))


def _check_network(file: _File) -> None:
    _code("network.code", file.network.code)
    try:
        ZoneInfo(file.network.time_zone)
    except (KeyError, ValueError, OSError):
        raise _Mistake(
            "network.time_zone", N_("no such time zone; use one like America/Argentina/Buenos_Aires")
        ) from None
    if not 1 <= file.points.expire_after_months <= 240:  # noqa: PLR2004 -- twenty years; the sentence says it
        raise _Mistake("points.expire_after_months", N_("must be from 1 to 240 months"))
    if not 1 <= file.cards.per_account <= 1000:  # noqa: PLR2004 -- the largest fleet seen has some hundred
        raise _Mistake("cards.per_account", N_("must be from 1 to 1000"))
    for key, text in (("network.name", file.network.name), ("network.currency", file.network.currency)):
        if not safe_text(text):
            raise _Mistake(key, N_("must not be empty"))
    if len(file.network.currency) > CURRENCY_MAX:
        raise _Mistake("network.currency", N_("has 8 characters at most, like ARS"))
    if any(length not in CARD_DIGITS for length in file.cards.lengths):
        raise _Mistake("cards.lengths", N_("a card has 4 to 19 digits"))
    for i, prefix in enumerate(file.cards.prefixes):
        if not re.fullmatch("[0-9]{1,12}", prefix):
            raise _Mistake(f"cards.prefixes[{i}]", N_("a card prefix is 1 to 12 digits"))


def _check_codes(file: _File) -> None:
    for table in ("groups", "products", "rules", "prizes", "stations"):
        seen = set[str]()
        for i, row in enumerate(getattr(file, table)):
            _code(f"{table}[{i}].code", row.code)
            if row.code.lower() in seen or (table, row.code.lower()) == ("stations", CENTRAL):
                raise _Mistake(f"{table}[{i}].code", N_("the code {code!r} stands twice"), code=row.code)
            seen.add(row.code.lower())
            if not safe_text(getattr(row, "name", "-")):
                raise _Mistake(f"{table}[{i}].name", N_("must not be empty"))


def _check_references(file: _File) -> None:
    groups, products = {g.code for g in file.groups}, {p.code for p in file.products}
    for i, product in enumerate(file.products):
        _known(f"products[{i}].group", product.group, groups)
    for i, rule in enumerate(file.rules):
        for j, code in enumerate(rule.products):
            _known(f"rules[{i}].products[{j}]", code, products)
        for j, code in enumerate(rule.groups):
            _known(f"rules[{i}].groups[{j}]", code, groups)
    for i, prize in enumerate(file.prizes):
        if not 1 <= prize.points <= 10**9 or not prize.deliveries:
            raise _Mistake(f"prizes[{i}].points", N_("a prize costs from 1 to 1,000,000,000 points and has a delivery"))


def _code(key: str, code: str) -> None:
    if not re.fullmatch(CODE_PATTERN, code):
        raise _Mistake(
            key, N_("a code is 1 to 24 letters, digits, '.', '-' or '_'; {code!r} is not"), code=safe_text(code)
        )


def _known(key: str, code: str, known: set[str]) -> None:
    if code not in known:
        raise _Mistake(
            key,
            N_("there is no {code!r}; the file names: {known}"),
            code=safe_text(code),
            known=", ".join(sorted(known)[:8]),
        )


def _rule(key: str, rule: _Rule) -> AccrualRule:
    ways = {"per_unit": rule.per_unit, "per_amount": rule.per_amount, "percent": rule.percent}
    given = {way: value for way, value in ways.items() if value is not None}
    if len(given) != 1:
        raise _Mistake(key, N_("a rule needs exactly one of per_unit, per_amount, percent"))
    way, value = next(iter(given.items()))
    rate = _rate(f"{key}.{way}", value)
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
    rate = None if value is None else _rate(f"stations[{index}].point_value", value)
    return StationPlan(StationCode(station.code), safe_text(station.name), rate)


def _rate(key: str, value: Decimal) -> Rate:
    try:
        return rate_of(value)
    except ValueError:
        raise _Mistake(key, N_("must be a number from 0 to 10,000 with at most 9 decimals")) from None


def rate_of(value: Decimal) -> Rate:
    """The exact fraction of a decimal. Raises ValueError for a negative, endless or absurd one."""
    if not value.is_finite() or not 0 <= value <= RATE_MAX or value != round(value, RATE_DECIMALS_MAX):
        raise ValueError(value)
    numerator, denominator = value.as_integer_ratio()
    return Rate(numerator, denominator)
