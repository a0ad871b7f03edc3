"""How many examples a property is tried on: a moderate number, or as many as `CANJE_LONG` asks for.

    CANJE_LONG=100000 pytest tests/domain/test_splitting.py

tries every property of that module on a hundred thousand examples. Nothing else changes.
"""

import os

from hypothesis import HealthCheck, settings

LONG = int(os.environ.get("CANJE_LONG", "0"))


def examples(number: int) -> settings:
    """So many examples, or `CANJE_LONG` when it is set: a decorator for properties."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=LONG or number, deadline=None, suppress_health_check=slow)
