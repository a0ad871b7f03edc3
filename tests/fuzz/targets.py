"""What strangers may hand us, as functions of bytes: each ends in a value or in a refusal, whatever the bytes are.

`tests/fuzz/test_targets.py` tries a little in every run; `make fuzz ARGS=entries` lets atheris look for more.
"""

from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from suite.central.merge import _events
from suite.journal.admission import Line, admit, read_seal, run_from_bytes, seal_run
from suite.journal.entry import START
from suite.journal.keys import Signer
from suite.runtime.errors import BadInput, BundleRefused
from suite.runtime.typed_text import document_number, plain_document
from suite.station.pos.claimable import claimable, ticket_of
from suite.station.pos.columns import read_columns
from suite.station.pos.naxml import read_naxml
from suite.station.pos.poslog import read_poslog
from suite.station.pos.setup import PosSetup
from suite.station.reader.burst import END_KEYS, REST_HOLD_SECONDS, Burst, Outcome, Swiped, Typed
from suite.station.reader.masking import masked
from suite.station.reader.port_text import PortText
from suite.station.reader.swipe import RAW_MAX, decode
from suite.station.reader.symbols import symbol_of
from suite.sync import sealing
from suite.sync.bundle import FORMAT, Core, Receiver, close_bundle, open_bundle, read_core
from suite.sync.enrolment import peek_invitation, peek_request
from suite.sync.feed import read_feed
from suite.sync.frames import BLOB, FEED, HOT, PAGE, RUN, Frame, open_blob, signed_frame, signed_parts, unpack
from suite.sync.hot_list import read_hot
from suite.sync.registry import read_registry, read_versions
from tests.factories import programme

BOX, LOG, NOW = bytes(range(32)), bytes(16), 1_792_069_200_000
ME = Receiver("test", LOG, BOX, NOW, plain_max=1 << 20)
CORE = Core(v=FORMAT, net="test", sender="ab" * 16, sender_name="E1", to=LOG.hex(), to_name="central", created=NOW)
PEER = Signer(bytes(reversed(range(32))))
RULES, MAPPED = programme(), {"fuel:1": "2", "item:11": "2", "other": "cafe"}
READERS = {
    "naxml": read_naxml,
    "poslog": read_poslog,
    "csv": lambda data: read_columns(data, Path("till.csv"), PosSetup()).sales,
}


def bundle(data: bytes) -> None:
    """Any file that bears a bundle's name."""
    read_core(b"CSB1" + data)
    open_bundle(b"CSB1" + data, ME)


def sealed(data: bytes) -> None:
    """A bundle that is rightly sealed, with anything inside."""
    file = close_bundle(CORE, [Frame(data[:1] or RUN, data[1:])], to_box=sealing.public_box_key(BOX), file_key=LOG * 2)
    _, frames = open_bundle(file, ME)
    for frame in frames:
        signed_parts(frame)
        if frame.kind == RUN:
            admit(run_from_bytes(frame.content), public=PEER.public, lines=[Line(1, START, lambda _: None)])
        if frame.kind == BLOB:
            open_blob(frame)


def packed(data: bytes) -> None:
    """What is compressed inside."""
    unpack(data, ME.plain_max)


def entries(data: bytes) -> None:
    """A journal that its own station sealed, with anything as its entries, up to what central would count."""
    run = seal_run(PEER, LOG, START, data.split(b"\n")[:2000])
    read_seal(run)
    admitted = admit(run, public=PEER.public, lines=[Line(1, START, {0: START.head}.get)])
    assert admitted is not None, "a fresh run is news"
    for event in _events("station", admitted.bodies, lambda _: frozenset({1})):
        assert event.at > 0, "no date before all dates"


def feed(data: bytes) -> None:
    """A feed that central signed: a header, and pages after the first line break."""
    header, _, page = data.partition(b"\n")
    frames = [signed_frame(FEED, header, PEER.sign(b"feed", header)), Frame(PAGE, page)]
    for _ in read_feed(iter(frames), log=LOG, central=PEER.public).pages():
        pass


def hot_list(data: bytes) -> None:
    """A hot list that central signed."""
    read_hot(signed_frame(HOT, data, PEER.sign(b"hot", data)), net="test", central=PEER.public)


def registry(data: bytes) -> None:
    """A version of central's registry of keys, with anything as its signatures, and a file of many."""
    with suppress(BundleRefused):
        read_versions(data)
    read_registry(data + f"\n{PEER.public.hex()} {PEER.sign(b'registry', data).hex()}".encode())


def enrolment(data: bytes) -> None:
    """An invitation or a request to join."""
    for peek in (peek_invitation, peek_request):
        try:
            peek(data)
        except BundleRefused:
            continue


def card(data: bytes) -> None:
    """Anything that a reader, or hands that pretend to be one, may type."""
    text = data.decode("utf-8", "surrogateescape")
    scan = decode(text)
    symbol_of(text)
    assert not set("0123456789") & set(masked(text)), "nothing of an unknown text is shown"
    if scan and scan.card:
        assert len(text) <= RAW_MAX
        assert scan.card.isascii()
        assert scan.card.isdigit()
        assert 4 <= len(scan.card) <= 19
        assert scan.card not in repr(scan)


KEYS = "0123456789;%+=?^BE]ñÑ¿¡_aZ \x1d\r\n\t"


def keys(data: bytes) -> None:
    """Any keys at any pace, two bytes a key: which one, and how many milliseconds after the one before it."""
    burst, outcomes, at = Burst(), list[Outcome](), 0.0
    pressed = [(KEYS[key % len(KEYS)], pace / 1000) for key, pace in zip(data[::2], data[1::2], strict=False)]
    for key, seconds in pressed:
        at += seconds
        outcomes += burst.feed(key, at)
    outcomes += burst.poll(at + 2 * REST_HOLD_SECONDS)
    assert not burst.is_holding
    held = sum(one.raw_length for one in outcomes if isinstance(one, Swiped))
    typed = "".join(one.text for one in outcomes if isinstance(one, Typed))
    ours = sum(key not in END_KEYS for key, _ in pressed)
    assert held + sum(key not in END_KEYS for key in typed) == ours, "a key is typed or in a swipe, and never both"
    rest = iter(key for key, _ in pressed)
    assert all(key in rest for key in typed), "typing keeps its order"


def port(data: bytes) -> None:
    """Anything that stands on a serial port."""
    text = PortText()
    text.feed(data)
    swiped = text.settle()
    assert swiped is None or 0 < swiped.raw_length <= len(data)
    assert text.settle() is None


def pos_file(data: bytes) -> None:
    """Anything in the folder of a POS, read as each format, up to the ticket that a swipe would claim."""
    for kind, read in READERS.items():
        with suppress(BadInput):
            for sale in read(data):
                ticket = ticket_of(sale, ZoneInfo(RULES.zone), NOW)
                found = claimable(ticket, sale, PosSetup(format=kind, products=MAPPED), RULES) if ticket else None
                if found:
                    assert all(line.quantity >= 0 and line.amount >= 0 for line in found.lines)
                    assert plain_document(found.document) == found.document


def invoice(data: bytes) -> None:
    """Anything typed where a ticket's number is asked for, the address of a QR code among it."""
    with suppress(BadInput):
        document = document_number(data.decode("utf-8", "surrogateescape"))
        assert plain_document(document) == document


TARGETS = (bundle, sealed, packed, entries, feed, hot_list, registry, enrolment, card, keys, port, pos_file, invoice)


def tried(target, data: bytes) -> None:
    """One try: a refusal is a good answer, nothing else is an excuse."""
    try:
        target(data)
    except BundleRefused:
        return
