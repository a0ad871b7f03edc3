"""Decimals of machines as integers: exact, or nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.runtime.exact import exact


@pytest.mark.parametrize(
    ("written", "decimals", "number"),
    [
        ("35.00", 2, 3500),
        ("-35.5", 2, -3550),
        (".5", 2, 50),
        ("-.05", 2, -5),
        (" 7 ", 0, 7),
        ("28.2650", 3, 28265),
        ("0.001", 2, None),
        ("1e3", 2, None),
        ("", 2, None),
        ("-", 2, None),
        (".", 2, None),
        ("1,5", 2, None),
        ("٣", 0, None),
        ("1" * 13, 0, None),
    ],
)
def test_a_decimal_is_an_integer_of_its_smallest_part(written, decimals, number):
    assert exact(written, decimals) == number


@given(st.decimals(-(10**11), 10**11, places=3), st.integers(3, 5))
def test_it_is_what_exact_arithmetic_says(value, decimals):
    assert exact(f"{value:f}", decimals) == int(value * Decimal(10) ** decimals)
