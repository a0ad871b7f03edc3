"""`[caps]` of programme.toml: what one card may load at a station (STA-11)."""

from typing import Literal

from suite.domain.caps import Caps
from suite.domain.errors import N_
from suite.runtime.config_tables import Mistake, Table

LIMIT_MAX = 1_000_000


class CapsTable(Table):
    """`[caps]`; a key that is left out asks for nothing."""

    loads_per_day: int = 0
    litres_per_day: int = 0
    minutes_between: int = 0
    tank: int = 0
    beyond: Literal["refuse", "incident"] = "refuse"


def caps_of(table: CapsTable | None) -> Caps | None:
    """The caps that a table states. Raises Mistake."""
    if table is None:
        return None
    limits = (table.loads_per_day, table.litres_per_day, table.minutes_between, table.tank)
    for key, limit in zip(("loads_per_day", "litres_per_day", "minutes_between", "tank"), limits, strict=True):
        if not 0 <= limit <= LIMIT_MAX:
            raise Mistake(f"caps.{key}", N_("must be from 0 to {limit}"), limit=LIMIT_MAX)
    return Caps(*limits, table.beyond)
