"""Good input, from which the search begins: vectors of the wire, tracks, and what a small network exchanges."""

from pathlib import Path

from suite.sync.frames import Frame, pack

VECTORS = Path(__file__).parent.parent / "vectors"

TRACKS = (
    b"%B6000010000000001^GARCIA/ANA^2512?;6000010000000001=2512?",
    b";600001=2512?",
    b"%E?",
    b"]C0600001",
    b"600001",
    b"+016000010000000001=123456?",
    b"]C18018950110153000000007",
    b"]E02012345678903|]e09912",
    b"]Q1600001",
)
FINGERS = bytes(value for key in (10, 6, 0, 0, 0, 1, 13, 2, 9, 14, 28) for value in (key, 2)) + b"\x01\xb4\x1c\xb4"
"""A track at a reader's pace and Enter, then a person."""


def seeds(target: str) -> list[bytes]:
    """What stands in a target's corpus at first."""
    events = [path.read_bytes().strip() for path in sorted((VECTORS / "events").glob("*.json"))]
    known = {
        "card": list(TRACKS),
        "port": [*TRACKS, b"\r\n".join(TRACKS)],
        "keys": [FINGERS, FINGERS * 3],
        "entries": [*events, b"\n".join(events)],
        "packed": [pack([Frame(b"R", event)]) for event in events[:3]],
        "sealed": [b"R" + event for event in events[:3]],
    }
    return known.get(target, [b"{}\n[]"])
