"""`make bench`, or `python -m benchmarks merge sale` for some; `close --full` and `feed --full`: a million members.

`day` (2,000 operations at the screen, half an hour) is run when it is named.
"""

import sys
from importlib import import_module

NAMES = ("merge", "sale", "screen", "close", "accrual", "feed")

for name in [argument for argument in sys.argv[1:] if not argument.startswith("-")] or NAMES:
    import_module(f"benchmarks.{name}").main()
