"""`[offline]` of programme.toml: the limits of what stations hand out with no link (PRZ-6)."""

from collections.abc import Iterable

from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.domain.quantities import Points
from suite.domain.spending import AgeStep, OfflinePolicy, StationRisk
from suite.runtime.config_tables import Mistake, Table

POINTS_MAX = 10**9
HOURS_MAX = 24 * 366
REDEMPTIONS_MAX = 1000
STEPS_MAX = 20
DEFAULT = OfflinePolicy()


class StepTable(Table):
    """One row of `steps`."""

    hours: int
    points: int


class OfflineTable(Table):
    """`[offline]`; an empty one has the defaults, a missing one sets no limits."""

    steps: tuple[StepTable, ...] = tuple(StepTable(step.hours, step.points) for step in DEFAULT.steps)
    risk: int = DEFAULT.risk
    redemptions: int = DEFAULT.redemptions
    grants_required: bool = DEFAULT.grants_required


def offline_of(table: OfflineTable | None, risks: Iterable[tuple[str, int | None]]) -> OfflinePolicy | None:
    """The policy that a table states, with the stations' own risks in the file's order. Raises Mistake."""
    own = [(i, code, risk) for i, (code, risk) in enumerate(risks) if risk is not None]
    for i, _, risk in own:
        _check(f"stations[{i}].offline_risk", risk, 0, POINTS_MAX)
        if table is None:
            raise Mistake(f"stations[{i}].offline_risk", N_("needs the table [offline]"))
    if table is None:
        return None
    _check("offline.risk", table.risk, 0, POINTS_MAX)
    _check("offline.redemptions", table.redemptions, 1, REDEMPTIONS_MAX)
    _check("offline.steps", len(table.steps), 1, STEPS_MAX)
    for i, step in enumerate(table.steps):
        _check(f"offline.steps[{i}].hours", step.hours, 1, HOURS_MAX)
        _check(f"offline.steps[{i}].points", step.points, 0, POINTS_MAX)
        before = table.steps[i - 1] if i else None
        if before and (step.hours <= before.hours or step.points > before.points):
            raise Mistake(f"offline.steps[{i}]", N_("hours have to rise from step to step, and points must not"))
    return OfflinePolicy(
        steps=tuple(AgeStep(step.hours, Points(step.points)) for step in table.steps),
        risk=Points(table.risk),
        redemptions=table.redemptions,
        grants_required=table.grants_required,
        stations=tuple(StationRisk(StationCode(code), Points(risk)) for _, code, risk in own),
    )


def _check(key: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise Mistake(key, N_("must be from {least} to {most}"), least=least, most=most)
