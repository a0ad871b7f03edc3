"""What reading JSON from outside can raise, in one name: malformed, not UTF-8, or nested without end."""

import msgspec

HOSTILE_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""msgspec lets the last two through; found by flipping every bit of a bundle."""
