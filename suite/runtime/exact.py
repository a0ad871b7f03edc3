"""Decimals that machines write, as integers. No float stands in between."""

import re

_EXACT = re.compile(r"(-?)(?=\.?[0-9])([0-9]{0,12})(?:\.([0-9]{1,9}))?")


def exact(written: str, decimals: int) -> int | None:
    """A decimal that a machine wrote, below zero too, as an exact integer of its smallest part; None for anything else.

    `exact("-35.00", 2)` is -3500. Zeros beyond the decimals asked for are no digits that somebody meant.
    """
    found = _EXACT.fullmatch(written.strip())
    fraction = (found[3] or "").rstrip("0") if found else ""
    if not found or len(fraction) > decimals:
        return None
    number = int(f"0{found[2]}{fraction.ljust(decimals, '0')}")
    return -number if found[1] else number
