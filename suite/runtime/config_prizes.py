"""The tables [[prizes]] of programme.toml: what a prize costs, how it can be had, for whom (PRZ-1, PRZ-7)."""

from collections.abc import Sequence
from decimal import Decimal

from suite.domain.errors import N_
from suite.domain.ids import PrizeCode, TierCode
from suite.domain.pricing import MONEY_MAX, PRICES_MAX, Price, is_ladder
from suite.domain.programme import Delivery, Prize
from suite.domain.quantities import Centavos, Points
from suite.runtime.config_tables import Mistake, Table, check_known, scaled_at
from suite.runtime.safe_text import safe_text

POINTS_MAX = 10**9
CENTAVOS_IN_UNIT = 100


class ChoiceTable(Table):
    """A further price of a prize."""

    points: int
    money: Decimal | None = None


class PrizeTable(Table):
    """A prize as the file states it."""

    code: str
    name: str
    points: int
    money: Decimal | None = None
    deliveries: tuple[Delivery, ...] = ("immediate",)
    tiers: tuple[str, ...] = ()
    choices: tuple[ChoiceTable, ...] = ()


def prizes_of(tables: Sequence[PrizeTable], tiers: set[str]) -> tuple[Prize, ...]:
    """The prizes of a file that names these tiers. Raises Mistake."""
    return tuple(_prize(f"prizes[{i}]", table, tiers) for i, table in enumerate(tables))


def _prize(key: str, table: PrizeTable, tiers: set[str]) -> Prize:
    for j, code in enumerate(table.tiers):
        check_known(f"{key}.tiers[{j}]", code, tiers)
    if not table.deliveries:
        raise Mistake(f"{key}.deliveries", N_("a prize has at least one delivery"))
    first = _price(key, table)
    choices = tuple(_price(f"{key}.choices[{j}]", choice) for j, choice in enumerate(table.choices))
    if len(choices) >= PRICES_MAX:
        raise Mistake(f"{key}.choices", N_("a prize has at most {count} prices"), count=PRICES_MAX)
    if not is_ladder([first, *choices]):
        raise Mistake(f"{key}.choices[0]", N_("of two prices the one with fewer points must ask for more money"))
    return Prize(
        PrizeCode(table.code),
        safe_text(table.name),
        first.points,
        table.deliveries,
        tuple(map(TierCode, table.tiers)),
        first.money,
        choices,
    )


def _price(key: str, table: PrizeTable | ChoiceTable) -> Price:
    if not 1 <= table.points <= POINTS_MAX:
        raise Mistake(f"{key}.points", N_("a prize costs from 1 to 1,000,000,000 points"))
    money = 0 if table.money is None else scaled_at(f"{key}.money", table.money, CENTAVOS_IN_UNIT)
    if money > MONEY_MAX:
        raise Mistake(f"{key}.money", N_("is more than 1,000,000,000 currency units"))
    return Price(Points(table.points), Centavos(money))
