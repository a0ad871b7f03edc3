"""Good input, from which the search begins: vectors of the wire, tracks, and what a small network exchanges."""

import json
from base64 import b64encode
from pathlib import Path

from suite.sync.frames import Frame, pack
from tests.station.pos.files import card, event, fuel, item, journal, poslog, prepay, sold, transaction

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

POS_FILES = (
    journal(event("1", prepay(), item()), event("2", fuel(), prepay("-3000.00", "1"), card())),
    poslog(transaction("5", sold(), sold("12", "-5.00", "-1", 'VoidFlag="true"'), loyalty="600001")),
    b"moment,document,card,product,quantity,amount\n2026-10-15T08:00:00,T-1,600001,2,40.5,100.00\n",
)
INVOICE = (
    b'{"ver":1,"fecha":"2026-10-13","cuit":30000000007,"ptoVta":10,"tipoCmp":6,"nroCmp":94,"importe":12100.0,'
    b'"moneda":"PES"}'
)
QR = b"https://www.arca.gob.ar/fe/qr/?p=" + b64encode(INVOICE)


def seeds(target: str) -> list[bytes]:
    """What stands in a target's corpus at first."""
    events = [path.read_bytes().strip() for path in sorted((VECTORS / "events").glob("*.json"))]
    known = {
        "card": list(TRACKS),
        "port": [*TRACKS, b"\r\n".join(TRACKS)],
        "keys": [FINGERS, FINGERS * 3],
        "entries": [*events, b"\n".join(events)],
        "packed": [pack([Frame(b"R", event)]) for event in events[:3]],
        "pos_file": list(POS_FILES),
        "invoice": [QR, b"AR-30000000007-6-10-94", b"B0001-00041099"],
        "registry": [text.encode() for text in json.loads((VECTORS / "registry.json").read_text())["versions"]],
        "sealed": [b"R" + event for event in events[:3]],
    }
    return known.get(target, [b"{}\n[]"])
