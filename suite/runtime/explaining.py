"""Why a ticket earned what it did, said line by line to people (PTS-11); and what comes next for a member (PTS-10)."""

from collections.abc import Iterator

from suite.domain.earning import Earned, Tried
from suite.domain.errors import N_
from suite.domain.lots import Expiring
from suite.domain.programme import Programme
from suite.domain.tiers import NextTier
from suite.runtime.texts import number, say
from suite.runtime.words import last_day

WHY_NOT = {
    "not-yet": N_("has not begun"),
    "over": N_("is over"),
    "other-weekday": N_("is for other days of the week"),
    "other-hour": N_("is for other hours"),
    "other-station": N_("is for other stations"),
    "other-tier": N_("is for another tier"),
    "other-segment": N_("is for other members"),
    "card-too-old": N_("is for new cards"),
    "not-first-use": N_("is for a card's first use"),
    "no-earlier-purchase": N_("asks for a purchase on an earlier day"),
    "no-personal-rate": N_("asks for a rate of the member's own"),
    "below-minimum": N_("asks for a larger purchase"),
    "other-product": N_("is for other products"),
    "outvoted": N_("gave way to a better one"),
    "given-today": N_("was given today already"),
}


def lines_of(programme: Programme, earned: Earned) -> Iterator[str]:
    """Each line with its rule, then each promotion: what it gave, or why it gave nothing."""
    names = {product.code: product.name for product in programme.products}
    for line in earned.lines:
        rule = say(N_("rule {rule}"), rule=line.rule) if line.rule else say(N_("no rule serves it"))
        yield say(
            N_("{product}: {points} points, {rule}"),
            product=names.get(line.product, line.product),
            points=number(line.points),
            rule=rule,
        )
    for tried in earned.tried:
        yield tried_line(programme, tried)


def tried_line(programme: Programme, tried: Tried) -> str:
    """One promotion in one line."""
    name = next((p.name for p in programme.promotions if p.code == tried.promotion), tried.promotion)
    if tried.why_not:
        return say(N_("{promotion}: no, it {reason}"), promotion=name, reason=say(WHY_NOT[tried.why_not]))
    return say(N_("{promotion}: yes, {points} points more"), promotion=name, points=number(tried.points))


def expiring_line(coming: tuple[Expiring, ...]) -> str:
    """`320 points expire on 30/11`, the nearest first."""
    return " · ".join(
        say(N_("{points} expire on {day}"), points=number(row.points), day=last_day(row.month)) for row in coming
    )


def next_tier_line(coming: NextTier | None) -> str:
    """`120 points to Gold`; nothing at the top."""
    if coming is None:
        return ""
    return say(N_("{points} points to {tier}"), points=number(coming.missing), tier=coming.tier.name)


def tier_name(programme: Programme, code: str) -> str:
    """A tier by its name; the code of one that the ladder no longer has."""
    return next((tier.name for tier in programme.tiers if tier.code == code), code)
