"""What a member is told at the swipe, how often, and what answers a campaign (MEM-12, STA-5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from suite.domain.campaigns import Campaign, Purchase, Response, answers_to
from suite.domain.messages import AT_ONCE, Message, to_say
from tests.factories import standing

TODAY = "2026-10-15"
ALL = Message(7, "Feliz día", "2026-10-01", "2026-10-31", 1)
BOUGHT = Purchase(1, 1000, TODAY, frozenset({"cafe"}), frozenset({"double"}))


@pytest.mark.parametrize(
    ("message", "of", "said"),
    [
        pytest.param(ALL, {}, True, id="everybody"),
        pytest.param(replace(ALL, account=1), {}, True, id="the member's own"),
        pytest.param(replace(ALL, account=2), {}, False, id="another's"),
        pytest.param(replace(ALL, segment="vip"), {}, False, id="not in the segment"),
        pytest.param(replace(ALL, segment="vip"), {"segments": ("vip",)}, True, id="in the segment"),
        pytest.param(replace(ALL, first="2026-10-16"), {}, False, id="from tomorrow"),
        pytest.param(replace(ALL, first=TODAY, last=TODAY), {}, True, id="today only"),
        pytest.param(replace(ALL, last="2026-10-14"), {}, False, id="until yesterday"),
        pytest.param(replace(ALL, station="E1"), {}, True, id="at this station"),
        pytest.param(replace(ALL, station="E2"), {}, False, id="at another station"),
        pytest.param(ALL, {"role": "truck", "balance": None}, False, id="a truck's card"),
        pytest.param(ALL, {"status": "lost"}, False, id="a lost card"),
        pytest.param(ALL, {"status": "blocked"}, False, id="a blocked card"),
    ],
)
def test_who_is_told_what(message, of, said):
    assert to_say([message], standing(**of), "E1", TODAY, {}) == ((message,) if said else ())


def test_a_member_hears_it_as_often_as_the_office_wanted():
    twice = replace(ALL, times=2)
    assert [bool(to_say([twice], standing(), "E1", TODAY, {7: heard})) for heard in (0, 1, 2, 3)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_member_s_own_come_first_and_no_more_than_two():
    others = [replace(ALL, number=number) for number in (3, 1, 2)]
    own = replace(ALL, number=9, account=1)
    assert [message.number for message in to_say([*others, own], standing(), "E1", TODAY, {})] == [9, 1]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), max_size=8), st.integers(0, 20))
def test_said_again_and_again_every_message_comes_to_its_end(wanted, swipes):
    messages = [replace(ALL, number=number, times=times) for number, times in dict(wanted).items()]
    heard = {}
    for _ in range(swipes):
        said = to_say(messages, standing(), "E1", TODAY, heard)
        assert len(said) <= AT_ONCE
        for message in said:
            heard[message.number] = heard.get(message.number, 0) + 1
    assert all(heard.get(m.number, 0) <= m.times for m in messages)
    assert sum(heard.values()) == min(sum(m.times for m in messages), sum(heard.values()))
    if swipes >= sum(m.times for m in messages):
        assert {m.number: m.times for m in messages} == heard


@pytest.mark.parametrize(
    ("campaign", "shown", "answered"),
    [
        pytest.param(Campaign(TODAY, TODAY, product="cafe"), {1: 1000}, True, id="the very sale, its product"),
        pytest.param(Campaign(TODAY, TODAY, promotion="double"), {1: 999}, True, id="a promotion that applied"),
        pytest.param(Campaign(TODAY, TODAY, product="2"), {1: 999}, False, id="another product"),
        pytest.param(Campaign(TODAY, TODAY, promotion="other"), {1: 999}, False, id="another promotion"),
        pytest.param(Campaign(TODAY, TODAY, product="cafe"), {1: 1001}, False, id="bought before it was said"),
        pytest.param(Campaign(TODAY, TODAY, product="cafe"), {2: 999}, False, id="said to somebody else"),
        pytest.param(Campaign(TODAY, TODAY), {1: 999}, False, id="a message that asks for nothing"),
    ],
)
def test_what_answers_a_campaign(campaign, shown, answered):
    assert answers_to(campaign, shown, [BOUGHT]) == ([Response(1, TODAY)] if answered else [])
