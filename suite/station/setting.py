"""Where, when and to whom a ticket is sold: what promotions ask, gathered before the domain decides (PTS-2).

The tier that earns is the one of the morning: points of the same day raise what a member sees and may have, not what
the day's next ticket earns, so that splitting a sale never pays.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from suite.domain.calendar import local_time, moment_of
from suite.domain.ids import StationCode, TierCode
from suite.domain.programme import Programme, Promotion
from suite.domain.promotions import Buyer, Setting
from suite.domain.quantities import Moment
from suite.domain.standing import CardStanding
from suite.domain.tiers import standing_tier
from suite.station.cardbox import Cardbox


def setting_of(
    cards: Cardbox, programme: Programme, standing: CardStanding, at: Moment, station: StationCode
) -> Setting | None:
    """The setting of a ticket sold at that moment; None when the programme has no promotions."""
    if not programme.promotions:
        return None
    zone = ZoneInfo(programme.zone)
    when = local_time(at, zone)
    start = moment_of(datetime(when.year, when.month, when.day, tzinfo=zone))
    tomorrow = when.date() + timedelta(days=1)
    end = moment_of(datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone))
    asked = programme.promotions
    buyer = Buyer(
        tier=_tier_of_the_morning(cards, programme, standing, start),
        segments=standing.segments,
        card_age=_card_age(cards, standing, when, zone) if any(p.card_days for p in asked) else None,
        first_use=any(p.first_use for p in asked) and not cards.is_used(standing.card),
        started=tuple(p.code for p in asked if p.after_first and _started(cards, programme, p, standing, start)),
        rates=standing.rates,
    )
    return Setting(when, station, buyer, cards.day_sums(standing.account, start, end))


def _tier_of_the_morning(cards: Cardbox, programme: Programme, standing: CardStanding, start: Moment) -> TierCode:
    if not programme.tiers:
        return standing.tier
    before = standing.qualifying - cards.earned_since(standing.account, start)
    if standing.as_of >= start:
        before = 0  # central's word is of today: its tier is the morning's, its points are the day's
    today = local_time(start, ZoneInfo(programme.zone)).date().isoformat()
    return standing_tier(programme.tiers, decided=standing.tier, points=before, assigned=standing.assigned, today=today)


def _card_age(cards: Cardbox, standing: CardStanding, when: datetime, zone: ZoneInfo) -> int | None:
    found = cards.find(standing.card)
    if found and found.linked_at:
        return (when.date() - local_time(found.linked_at, zone).date()).days
    return (when.date() - date.fromisoformat(standing.issued)).days if standing.issued else None


def _started(cards: Cardbox, programme: Programme, promotion: Promotion, standing: CardStanding, start: Moment) -> bool:
    """Whether the member bought the promotion's products on an earlier day of its interval, here or elsewhere."""
    zone = ZoneInfo(programme.zone)
    today = local_time(start, zone).date().isoformat()
    told = cards.first_purchase_told(standing.account, promotion.code)
    if promotion.from_day <= told < today:
        return True
    begin = date.fromisoformat(promotion.from_day)
    since = moment_of(datetime(begin.year, begin.month, begin.day, tzinfo=zone))
    products = tuple(p.code for p in programme.products if promotion.serves(p))
    return cards.bought_between(standing.account, products, since, start)
