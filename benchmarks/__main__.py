"""`make bench`, or `python -m benchmarks merge sale screen` for some of them."""

import sys
from importlib import import_module

NAMES = ("merge", "sale", "screen")

for name in sys.argv[1:] or NAMES:
    import_module(f"benchmarks.{name}").main()
