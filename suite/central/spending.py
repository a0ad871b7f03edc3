"""Central's side of spending with no link: authorisations by telephone, grants, and what the limits promise (PRZ-6)."""

import msgspec

from suite.central.feeds import addressee
from suite.central.keyring import box_for
from suite.central.office import Office
from suite.domain.calendar import local_time
from suite.domain.errors import (
    N_,
    BlockedCard,
    CardCannotSpend,
    NotEnoughPoints,
    TooManyAuthorisations,
    TruckCard,
    UnknownCard,
)
from suite.domain.events.spending import PointsAuthorised, PointsGranted
from suite.domain.groups import Groups
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.quantities import Centavos, Moment, Points, Rate, half_up_of
from suite.domain.spending import Authorisation
from suite.runtime.errors import BadInput
from suite.sync.sealing import telephone_key
from suite.sync.telephone import NUMBERS, code_of

CENTAVOS_PER_UNIT = 100
POINTS_MAX = 10**9


class Authorised(msgspec.Struct, frozen=True):
    """An authorisation: the digits to read out, until the end of which day, and what the member has left."""

    hold: int
    code: str
    day: str
    balance: Points


class Granted(msgspec.Struct, frozen=True):
    """What a member may now spend at one station alone, and what is left for all others."""

    station: StationCode
    account: AccountId
    granted: Points
    balance: Points


class StationExposure(msgspec.Struct, frozen=True):
    """One station: its budget, what it spent and has not said to know confirmed, what is held and granted there.

    `heard` is when its last bundle came; since then it may have handed out the rest of its budget.
    """

    station: StationCode
    risk: Points | None
    unconfirmed: Points
    held: Points
    granted: Points
    heard: Moment | None


class Exposure(msgspec.Struct, frozen=True):
    """What spending with no link can cost: an account at most, the network at most, and what members owe now.

    None where the programme sets no limits. `parties` are the paired stations, and the telephone once it was used.
    """

    cap: Points | None
    parties: int
    account: Points | None
    account_value: Centavos | None
    network: Points | None
    network_value: Centavos | None
    debts: Points
    debts_value: Centavos
    stations: tuple[StationExposure, ...]


def authorise(office: Office, station: StationCode, card: CardNumber, points: Points) -> Authorised:
    """Hold points for one prize, then give out the digits that the station asks for.

    Raises NotThere, StationNotPaired, UnknownCard, TruckCard, BlockedCard, CardCannotSpend, MemberIsRemoved,
    NotEnoughPoints, TooManyAuthorisations.
    """
    _check_points(points)
    with office.store.transaction():
        journal, _ = addressee(office, station)
        everyone = office.member(_account_of(office, card))
        free = free_points(office, everyone)
        if points > free:
            raise NotEnoughPoints(balance=free, price=points)
        day = local_time(office.clock.now(), office.zone()).date().isoformat()
        number = 1 + office.store.purse.equal_holds(station, card, points, day)
        if number not in NUMBERS:
            raise TooManyAuthorisations(points=points)
        entry = office.record(
            lambda at, by: PointsAuthorised(
                at=at, by=by, station=station, account=everyone[0], card=card, points=points, day=day, number=number
            )
        )
        key = telephone_key(box_for(office, journal), journal.box)
    code = code_of(key, station, card, points, Authorisation(day, number))
    return Authorised(entry.seq, code, day, Points(free - points))


def _check_points(points: int) -> None:
    if not 1 <= points <= POINTS_MAX:
        raise BadInput(N_("Points must be from 1 to 1,000,000,000."))


def _account_of(office: Office, card: CardNumber) -> AccountId:
    """Whose points a card spends. Raises UnknownCard, TruckCard, BlockedCard, CardCannotSpend."""
    found = office.store.members.card(card)
    if found is None or found.status == "issued":
        raise UnknownCard(card=card)
    if found.role == "truck":
        raise TruckCard(card=card)
    if found.status != "active":
        raise BlockedCard(card=card) if found.status == "blocked" else CardCannotSpend(card=card)
    return found.account


def free_points(office: Office, everyone: tuple[AccountId, ...]) -> int:
    """A member's points that are neither held nor granted."""
    purse = office.store.purse
    kept = sum(points for account, points in purse.held() if account in everyone)
    kept += max(0, sum(points for _, account, points in purse.granted() if account in everyone))
    return office.store.ledger.balance_of(everyone) - kept


def grant(office: Office, station: StationCode, account: AccountId, points: Points) -> Granted:
    """Set points aside that a member spends at one station and nowhere else, whatever that station knows of others.

    Raises NotThere, StationNotPaired, MemberIsRemoved, NotEnoughPoints.
    """
    _check_points(points)
    with office.store.transaction():
        addressee(office, station)
        everyone = office.member(account)
        free = free_points(office, everyone)
        if points > free:
            raise NotEnoughPoints(balance=free, price=points)
        office.record(lambda at, by: PointsGranted(at=at, by=by, station=station, account=everyone[0], points=points))
        there = sum(p for s, a, p in office.store.purse.granted() if s == station and a in everyone)
    return Granted(station, everyone[0], Points(there), Points(free - points))


def exposure(office: Office) -> Exposure:
    """The bounds that hold now, in points and money, and where each station stands."""
    with office.store.transaction():
        programme, purse, directory = office.programme(), office.store.purse, office.store.directory
        policy, groups = programme.offline, office.store.members.groups()
        paired = [station for station in directory.stations() if station.paired]
        rows = tuple(_of_station(office, groups, station.code, station.heard) for station in paired)
        parties = len(paired) + purse.ever_held()
        _, debts = office.store.ledger.open_points()
        debts = max(debts, 0)

    def worth(points: int) -> Centavos:
        value = programme.point_value
        return Centavos(half_up_of(points, Rate(value.numerator * CENTAVOS_PER_UNIT, value.denominator)))

    cap = policy.largest_cap() if policy else None
    account = None if cap is None else Points(max(0, parties - 1) * cap)
    network = Points(sum(row.risk or 0 for row in rows)) if policy else None
    return Exposure(
        cap,
        parties,
        account,
        None if account is None else worth(account),
        network,
        None if network is None else worth(network),
        Points(debts),
        worth(debts),
        rows,
    )


def _of_station(office: Office, groups: Groups, code: StationCode, heard: Moment | None) -> StationExposure:
    purse, policy = office.store.purse, office.programme().offline
    journal = office.store.journal_at(code)
    assert journal is not None, "only paired stations are asked"
    known = purse.acknowledged(office.store.feed_of(journal)).get(journal.number, 0)
    left = [row for row in purse.spent(journal.number, known) if not row.back and not row.authorised]
    granted = groups.summed((account, points) for s, account, points in purse.granted() if s == code)
    return StationExposure(
        station=code,
        risk=policy.risk_of(code) if policy else None,
        unconfirmed=Points(sum(row.points for row in left)),
        held=Points(sum(hold.points for hold in purse.open_holds(code))),
        granted=Points(sum(points for points in granted.values() if points > 0)),
        heard=heard,
    )
