"""`decide` at both sides of every limit, and what holds whatever the numbers are (PRZ-6)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain import errors
from suite.domain.spending import DAY_MS, HOUR_MS, TELEPHONE, AgeStep, Known, OfflinePolicy, StationRisk, age_of, decide
from suite.runtime.config import read_programme
from suite.runtime.errors import BadInput
from tests.domain.examples import examples
from tests.factories import TOML

POLICY = OfflinePolicy((AgeStep(24, 500), AgeStep(72, 200)), risk=1000, redemptions=3)
FRESH = Known(exact=True, age=0, balance=10_000)


def refusal(points, policy=POLICY, **known):
    found = decide(policy, "E1", msgspec.structs.replace(FRESH, **known), points)
    return type(found) if found else None


@pytest.mark.parametrize(
    ("known", "points", "expected"),
    [
        pytest.param({}, 500, None, id="the whole cap"),
        pytest.param({}, 501, errors.OfflineAccountLimit, id="a point above the cap"),
        pytest.param({"spent": 400}, 100, None, id="the rest of the cap"),
        pytest.param({"spent": 400}, 101, errors.OfflineAccountLimit, id="a point above the rest"),
        pytest.param({"age": 24 * HOUR_MS}, 500, None, id="the last millisecond of the first step"),
        pytest.param({"age": 24 * HOUR_MS + 1}, 500, errors.OfflineAccountLimit, id="the next step"),
        pytest.param({"age": 24 * HOUR_MS + 1}, 200, None, id="the cap of the next step"),
        pytest.param({"age": 72 * HOUR_MS}, 200, None, id="the last millisecond of the last step"),
        pytest.param({"age": 72 * HOUR_MS + 1}, 1, errors.OfflineDataOld, id="too old for a point"),
        pytest.param({"balance": 100}, 100, None, id="the whole balance"),
        pytest.param({"balance": 100}, 101, errors.NotEnoughPoints, id="a point above the balance"),
        pytest.param({"others": 500}, 500, None, id="the whole budget of the station"),
        pytest.param({"others": 501}, 500, errors.OfflineStationLimit, id="a point above the budget"),
        pytest.param({"redemptions": 2}, 1, None, id="the last redemption"),
        pytest.param({"redemptions": 3}, 1, errors.OfflineCountLimit, id="one redemption too many"),
        pytest.param({"exact": False}, 1, errors.OfflineDataInexact, id="not exact"),
        pytest.param({"granted": 100}, 600, None, id="a grant and the cap"),
        pytest.param({"granted": 100}, 601, errors.OfflineAccountLimit, id="a point above grant and cap"),
        pytest.param({"granted": 100, "age": 99 * DAY_MS}, 100, None, id="a grant knows no age"),
        pytest.param({"granted": 100, "age": 99 * DAY_MS}, 101, errors.OfflineDataOld, id="beyond it the age counts"),
        pytest.param({"granted": 100, "others": 1000, "redemptions": 9}, 100, None, id="a grant charges no budget"),
        pytest.param({"granted": 600, "balance": 500}, 501, errors.NotEnoughPoints, id="no grant above the balance"),
    ],
)
def test_both_sides_of_every_limit(known, points, expected):
    assert refusal(points, **known) is expected


def test_a_station_may_have_a_budget_of_its_own():
    own = msgspec.structs.replace(POLICY, stations=(StationRisk("E1", 50),))
    assert refusal(50, own) is None
    assert refusal(51, own) is errors.OfflineStationLimit
    assert decide(own, "E2", FRESH, 51) is None


def test_a_network_that_wants_no_overdraft_spends_grants_only():
    strict = msgspec.structs.replace(POLICY, grants_required=True)
    assert strict.largest_cap() == 0
    assert refusal(1, strict) is errors.GrantNeeded
    assert refusal(100, strict, granted=100) is None
    assert refusal(1, strict, granted=100, spent=100) is errors.GrantNeeded


def test_every_limit_tells_of_the_telephone():
    for refused in TELEPHONE:
        assert "telephone" in refused.text


points, ages = st.integers(0, 2000), st.integers(0, 100 * HOUR_MS)
policies = st.builds(
    lambda caps, risk, n: OfflinePolicy(
        tuple(AgeStep(24 * (i + 1), cap) for i, cap in enumerate(sorted(caps, reverse=True))), risk, n
    ),
    st.lists(points, min_size=1, max_size=3),
    points,
    st.integers(1, 5),
)
knowns = st.builds(
    Known, exact=st.booleans(), age=ages, balance=points, spent=points, redemptions=st.integers(0, 6), granted=points,
    others=points,
)  # fmt: skip


@examples(300)
@given(policies, knowns, st.integers(1, 2000), ages)
def test_older_data_never_allows_more(policy, known, asked, later):
    older = msgspec.structs.replace(known, age=known.age + later)
    if decide(policy, "E1", older, asked) is None:
        assert decide(policy, "E1", known, asked) is None


@examples(300)
@given(policies, knowns, st.integers(1, 2000))
def test_what_is_allowed_keeps_every_promise_of_the_theorem(policy, known, asked):
    if decide(policy, "E1", known, asked) is not None:
        return
    beyond = max(0, known.spent + asked - known.granted)
    assert known.exact
    assert asked <= known.balance
    assert beyond <= policy.largest_cap()
    assert not beyond or known.others + beyond <= policy.risk


@examples(300)
@given(policies, knowns, st.integers(2, 2000))
def test_fewer_points_are_never_refused_where_more_are_allowed(policy, known, asked):
    if decide(policy, "E1", known, asked) is None:
        assert decide(policy, "E1", known, asked - 1) is None


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.integers(0, 10**13), st.integers(0, 10**10))
def test_a_clock_set_back_makes_no_feed_younger(feed, at, newest, back):
    assert age_of(feed, at - back, max(newest, at)) == age_of(feed, at, newest)


# programme.toml


def policy_of(text):
    return read_programme(TOML + text, name="p.toml", version=1).programme.offline


def test_without_the_table_nothing_is_limited_and_an_empty_one_has_the_defaults():
    assert policy_of("") is None
    assert policy_of("[offline]\n") == OfflinePolicy()


def test_the_table_says_the_whole_policy():
    table = "steps = [{hours = 12, points = 70}]\nrisk = 9\nredemptions = 2\ngrants_required = true\n"
    assert policy_of(f"offline_risk = 7\n[offline]\n{table}") == OfflinePolicy(
        (AgeStep(12, 70),), 9, 2, True, (StationRisk("E2", 7),)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offline_risk = 7\n", "needs the table"),
        ("[offline]\nrisk = -1\n", "offline.risk"),
        ("[offline]\nredemptions = 0\n", "offline.redemptions"),
        ("[offline]\nsteps = []\n", "offline.steps"),
        ("[offline]\nsteps = [{hours = 0, points = 1}]\n", "hours"),
        ("[offline]\nsteps = [{hours = 24, points = 1}, {hours = 24, points = 1}]\n", "have to rise"),
        ("[offline]\nsteps = [{hours = 24, points = 1}, {hours = 48, points = 2}]\n", "have to rise"),
        ("[offline]\nlimit = 1\n", "limit"),
    ],
)
def test_a_mistake_in_the_table_is_named(text, said):
    with pytest.raises(BadInput, match=said):
        policy_of(text)
