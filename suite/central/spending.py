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
    NotThere,
    Phrase,
    TooManyAuthorisations,
    TruckCard,
    UnknownCard,
)
from suite.domain.events.spending import PointsAuthorised, PointsGranted, PointsReleased
from suite.domain.groups import Groups
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.quantities import Centavos, Moment, Points, Rate, half_up_of
from suite.domain.releasing import Kept, may_release, releasable
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


class Released(msgspec.Struct, frozen=True):
    """What a person freed at a station, and how many authorisations of today stay held until their day is over."""

    station: StationCode
    released: tuple[Kept, ...]
    staying: int


class StationExposure(msgspec.Struct, frozen=True):
    """One station: its budget, what it spent and has not said to know confirmed, what is held and granted there.

    `heard` is when its last bundle came; since then it may have handed out the rest of its budget. `released` was freed
    by hand and may turn up spent, for the station has not said that it knows; `turned_up` did.
    """

    station: StationCode
    risk: Points | None
    unconfirmed: Points
    held: Points
    granted: Points
    heard: Moment | None
    released: Points = Points(0)
    turned_up: Points = Points(0)


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


def release(office: Office, station: StationCode, reason: str, account: AccountId | None = None) -> Released:
    """Free what is held and granted at a station that is lost, of one member or of all.

    Raises NotThere, StationNotPaired, MemberIsRemoved, StationMayBeAlive, BadInput.
    """
    if not reason.strip():
        raise BadInput(N_("The reason is empty."))
    with office.store.transaction():
        journal, _ = addressee(office, station)
        state = office.store.directory.station(station)
        may_release(station, state.heard if state else None, office.clock.now(), believed=not journal.revoked)
        everyone = None if account is None else office.member(account)
        kept = [each for each in _kept(office, station) if everyone is None or each.account in everyone]
        today = local_time(office.clock.now(), office.zone()).date().isoformat()
        freed = releasable(kept, today)
        if not kept:
            raise NotThere(what=Phrase(N_("point held or granted at")), name=station)
        now, by = office.clock.now(), office.operator
        office.store.append(
            [
                PointsReleased(
                    at=now, by=by, station=station, account=k.account, points=k.points, reason=reason, hold=k.hold
                )
                for k in freed
            ]
        )
    return Released(station, tuple(freed), len(kept) - len(freed))


def _kept(office: Office, station: StationCode) -> list[Kept]:
    """What is held and granted at a station now."""
    purse, groups = office.store.purse, office.store.members.groups()
    held = [Kept(hold.account, hold.points, hold.hold, hold.day) for hold in purse.open_holds(station)]
    granted = groups.summed((account, points) for s, account, points in purse.granted() if s == station)
    return [*held, *(Kept(account, Points(points)) for account, points in granted.items() if points > 0)]


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
    released, deaf = purse.released(code), _deaf(office, code)
    return StationExposure(
        station=code,
        risk=policy.risk_of(code) if policy else None,
        unconfirmed=Points(sum(row.points for row in left)),
        held=Points(sum(hold.points for hold in purse.open_holds(code))),
        granted=Points(sum(points for points in granted.values() if points > 0)),
        heard=heard,
        released=Points(sum(points - came for count, points, came in released if any(at < count for at in deaf))),
        turned_up=Points(sum(came for _, _, came in released)),
    )


def _deaf(office: Office, code: StationCode) -> list[int]:
    """For each journal of a station that is believed, the newest feed that it says it has."""
    lines = [line for line in office.store.lines_at(code) if not (line.parent or line.revoked)]
    return [max(line.number, office.store.feed_of(line)) for line in lines]
