"""The bound of unlinked spending, tried in every order there is (PRZ-6): no account ends below −(m − 1) × F.

One account, points one by one, two or three stations and central. Journals travel up by prefixes, at any time; whatever
central ever said may reach a station at any later time, again, or never: so bundles are lost, repeated and overtaken in
every way. Each station asks the real `decide`. Central itself may hold points (telephone), grant them, and release a
grant whose station it believes lost, which adds no more than was released. Two things
that the protocol forbids are tried as well, and each breaks the bound: they are what it stands on.

Larger worlds: `CANJE_LONG=1 pytest tests/domain/test_spending_model.py` (some minutes).
"""

from functools import cache
from typing import NamedTuple

import pytest

from suite.domain.spending import AgeStep, Known, OfflinePolicy, decide
from tests.domain.examples import LONG

STATES_MAX = 6_000_000


class Station(NamedTuple):
    """What one station holds: the feed's count, balance and grant, its acknowledgement, and its journal of ±1."""

    count: int
    balance: int
    grant: int
    ack: int
    log: tuple[int, ...] = ()
    forgiven: int = 0
    """Where a timer let the limits begin anew: nothing that this protocol has."""


class Central(NamedTuple):
    """Central after so many facts: balance less holds, how far each journal is admitted, the stations' grants."""

    count: int
    balance: int
    admitted: tuple[int, ...]
    grants: tuple[int, ...]


class World(NamedTuple):
    stations: tuple[Station, ...]
    history: tuple[Central, ...]
    """Central's moments that some station has not passed yet; the last one is now."""
    accruals: int
    holds: int
    grants: int
    releases: int = 0
    released: int = 0
    """Points that central released so far."""


class Model:
    """Every world that can come of `balance` points, a cap of `cap` and so many accruals, holds and grants."""

    def __init__(self, stations, balance, cap, *, accruals=0, holds=0, grants=0, releases=0, broken=""):
        self.policy = OfflinePolicy((AgeStep(24, cap),), risk=99, redemptions=99)
        self.broken = broken
        start = Central(0, balance, (0,) * stations, (0,) * stations)
        self.first = World((Station(0, balance, 0, 0),) * stations, (start,), accruals, holds, grants, releases)
        self.may_spend = cache(self._may_spend)

    def _may_spend(self, balance, spent, granted):
        return decide(self.policy, "E1", Known(True, 0, balance, spent, spent, granted), 1) is None

    def every_world(self):
        """Each world that can come about, once."""
        seen, waiting = {self.first}, [self.first]
        while waiting:
            world = waiting.pop()
            yield world
            for after in self.steps(world):
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
            assert len(seen) < STATES_MAX, "choose a smaller world"

    def worst(self, *, enough=99):
        """The deepest overdraft of any world, or the first one deeper than `enough`."""
        worst = 0
        for world in self.every_world():
            worst = max(worst, -final_balance(world))
            if worst > enough:
                break
        return worst

    def steps(self, world):
        for i, station in enumerate(world.stations):
            yield from (placed(world, i, after) for after in self.at_the_desk(world, station))
            yield from (placed(world, i, after) for after in self.feeds(world, i, station))
            if world.accruals:
                earned = placed(world, i, station._replace(log=(*station.log, 1)))
                yield earned._replace(accruals=world.accruals - 1)
            yield from admissions(world, i)
        yield from by_central(world)

    def at_the_desk(self, world, station):
        unknown = station.log[station.ack :]
        spent = -sum(step for step in station.log[max(station.ack, station.forgiven) :] if step < 0)
        if self.may_spend(station.balance + sum(unknown), spent, station.grant):
            yield station._replace(log=(*station.log, -1))
        if self.broken == "timer" and station.forgiven < len(station.log):
            yield station._replace(forgiven=len(station.log))

    def feeds(self, world, i, station):
        for told in world.history:
            if told.count <= station.count:
                continue
            balance = told.balance - sum(g for j, g in enumerate(told.grants) if j != i)
            whole = station._replace(count=told.count, balance=balance, grant=told.grants[i], ack=told.admitted[i])
            if self.broken == "apart":  # two units, one of which gets lost
                yield station._replace(count=told.count, balance=balance)
                yield station._replace(count=told.count, ack=told.admitted[i])
            else:
                yield whole


def placed(world, i, station):
    """The world with another state of one station; what all stations have passed is forgotten."""
    stations = (*world.stations[:i], station, *world.stations[i + 1 :])
    oldest = min(each.count for each in stations)
    kept = tuple(c for c in world.history[:-1] if c.count > oldest)
    return world._replace(stations=stations, history=(*kept, world.history[-1]))


def admissions(world, i):
    """Central merges any prefix of a journal that it has not yet; grants are used up first."""
    now, log = world.history[-1], world.stations[i].log
    for end in range(now.admitted[i] + 1, len(log) + 1):
        fresh = log[now.admitted[i] : end]
        grant = max(0, now.grants[i] + sum(step for step in fresh if step < 0))
        yield world._replace(
            history=(
                *world.history,
                Central(
                    now.count + len(fresh),
                    now.balance + sum(fresh),
                    (*now.admitted[:i], end, *now.admitted[i + 1 :]),
                    (*now.grants[:i], grant, *now.grants[i + 1 :]),
                ),
            )
        )


def by_central(world):
    """Central reads out an authorisation, or grants a point to a station, when it knows of a free one."""
    now = world.history[-1]
    if world.releases:
        for i, grant in enumerate(now.grants):
            freed = now._replace(count=now.count + 1, grants=(*now.grants[:i], 0, *now.grants[i + 1 :]))
            given_up = world.released + grant
            if grant:
                yield world._replace(history=(*world.history, freed), releases=world.releases - 1, released=given_up)
    if now.balance - sum(now.grants) < 1:
        return
    if world.holds:
        held = now._replace(count=now.count + 1, balance=now.balance - 1)
        yield world._replace(history=(*world.history, held), holds=world.holds - 1)
    if world.grants:
        for i, grant in enumerate(now.grants):
            granted = now._replace(count=now.count + 1, grants=(*now.grants[:i], grant + 1, *now.grants[i + 1 :]))
            yield world._replace(history=(*world.history, granted), grants=world.grants - 1)


def final_balance(world):
    """The balance once everything is known."""
    now = world.history[-1]
    return now.balance + sum(sum(s.log[seen:]) for s, seen in zip(world.stations, now.admitted, strict=True))


SMALL = [
    pytest.param({"stations": 2, "balance": 1, "cap": 1}, 1, id="two stations"),
    pytest.param({"stations": 2, "balance": 2, "cap": 1}, 1, id="more points than the cap"),
    pytest.param({"stations": 2, "balance": 3, "cap": 2}, 2, id="a cap of two"),
    pytest.param({"stations": 2, "balance": 1, "cap": 2}, 1, id="fewer points than the cap"),
    pytest.param({"stations": 2, "balance": 2, "cap": 1, "accruals": 1}, 1, id="somebody earns"),
    pytest.param({"stations": 2, "balance": 2, "cap": 2, "accruals": 1}, 2, id="a cap of two, somebody earns"),
    pytest.param({"stations": 3, "balance": 2, "cap": 1}, 2, id="three stations"),
    pytest.param({"stations": 2, "balance": 2, "cap": 0}, 0, id="no cap"),
    pytest.param({"stations": 2, "balance": 2, "cap": 1, "holds": 2}, 2, id="two stations and the telephone"),
    pytest.param({"stations": 2, "balance": 2, "cap": 0, "grants": 2}, 0, id="grants alone"),
    pytest.param({"stations": 2, "balance": 2, "cap": 1, "grants": 2}, 1, id="a grant is no party of its own"),
    pytest.param({"stations": 2, "balance": 2, "cap": 0, "grants": 1, "holds": 1}, 0, id="grants and the telephone"),
    pytest.param({"stations": 2, "balance": 3, "cap": 1, "holds": 1, "grants": 1}, 2, id="everything at once"),
]
LARGE = [
    pytest.param({"stations": 3, "balance": 1, "cap": 1, "accruals": 1}, 2, id="three stations, somebody earns"),
    pytest.param({"stations": 3, "balance": 2, "cap": 1, "grants": 1}, 2, id="three stations and a grant"),
    pytest.param({"stations": 3, "balance": 2, "cap": 1, "holds": 1}, 3, id="three stations and the telephone"),
    pytest.param({"stations": 3, "balance": 2, "cap": 2}, 4, id="three stations, a cap of two"),
    pytest.param({"stations": 2, "balance": 3, "cap": 2, "accruals": 1}, 2, id="three points, somebody earns"),
]


@pytest.mark.parametrize(("world", "bound"), SMALL + (LARGE if LONG else []))
def test_no_order_of_things_overdraws_more_than_the_bound_and_some_order_reaches_it(world, bound):
    parties = world["stations"] + bool(world.get("holds"))
    promised = (parties - 1) * world["cap"]
    worst = Model(**world).worst()
    assert worst <= promised
    assert worst == bound, "the bound is tight as soon as there are as many points as the cap"


@pytest.mark.parametrize("broken", ["timer", "apart"])
def test_what_the_bound_stands_on_cannot_be_left_out(broken):
    """A budget that a timer fills again, or an acknowledgement apart from its balance, costs more than the bound."""
    worst = Model(2, 3, 1, broken=broken).worst(enough=1)
    assert worst > 1


@pytest.mark.parametrize(
    ("world", "reached"),
    [
        pytest.param({"balance": 1, "cap": 0, "grants": 2}, 1, id="grants alone"),
        pytest.param({"balance": 2, "cap": 1, "grants": 1}, 2, id="a cap beside"),
    ],
)
def test_a_release_at_a_lost_station_adds_what_was_released_and_no_more(world, reached):
    model, worst = Model(2, **world, releases=1), 0
    for seen in model.every_world():
        beyond = -final_balance(seen) - world["cap"]
        assert beyond <= seen.released
        worst = max(worst, -final_balance(seen))
    assert worst == reached
