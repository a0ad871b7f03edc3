"""A little of what `make fuzz` does for hours: good input, and good input with something wrong in it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.examples import LONG
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS, tried

MUTATIONS = 300


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_good_input_with_something_wrong_in_it_is_refused_or_read(target):
    dice = random.Random(target.__name__)
    for seed in seeds(target.__name__):
        tried(target, seed)
    for _ in range(LONG or MUTATIONS):
        tried(target, mutated(dice, dice.choice(seeds(target.__name__))))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_refused_or_read(target, data):
    tried(target, data)


def mutated(dice, data):
    """Bytes flipped, cut out, doubled or put in."""
    wrong = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        place, length = dice.randrange(len(wrong) + 1), dice.randint(1, 8)
        how = dice.randrange(4)
        if how == 0 and place < len(wrong):
            wrong[place] ^= 1 << dice.randrange(8)
        elif how == 1:
            del wrong[place : place + length]
        elif how == 2:
            wrong[place:place] = wrong[place : place + length]
        else:
            wrong[place:place] = dice.choice((b"\\u0000", b"-1", b"1e999", b"\xff\xfe", b"[" * 50, b"null", b"\n"))
    return bytes(wrong)
