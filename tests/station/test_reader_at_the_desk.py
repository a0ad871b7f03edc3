"""Readers at a real desk: real keys and other ways in, through the real app, to what the journal says of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual import events

from suite.cli import canje
from suite.domain.ids import DocumentNumber
from suite.runtime.console import run
from suite.station.app import StationApp
from suite.station.reader.burst import Swiped
from suite.station.reader.swipe import decode
from tests.factories import ANA, TOML, World
from tests.station.screens import NAMES, screen_text, shown, swipe, type_keys

TRACK_2 = f";{ANA}=29121010000000000?"
PAYMENT = "4111111111111111"
PAYMENT_TRACKS = f"%B{PAYMENT}^PEREZ/JUAN^29121010000000000?;{PAYMENT}=29121010000000000?"
PIN_ASKED = "ATTENDANT CODE AND PIN"


@pytest.fixture
def site(world):
    station = world.pair("E1")
    world.stock_up("E1")
    return station


@contextmanager
def entries_of(site) -> Iterator[list[bytes]]:
    """The bodies that the journal got meanwhile."""
    before, bodies = site.node.store.tip().seq, []
    yield bodies
    bodies += [entry.body for entry in site.node.store.entries()][before:]


async def keys(app, pilot, pressed):
    """Keys as a terminal reports them, as fast as they go: names, or characters."""
    for key in pressed:
        name = NAMES.get(key, key)
        app.post_message(events.Key(name, key if len(key) == 1 else None))
    await pilot.pause()


async def sold(app, pilot, site):
    """From the PIN to a recorded ticket."""
    await shown(app, pilot, PIN_ASKED)
    await type_keys(app, pilot, site.code)
    await shown(app, pilot, "BALANCE IN POINTS")
    for answer in ("1", "1", "10", "1000", "", "F-1"):
        await type_keys(app, pilot, answer)
    await shown(app, pilot, "OK, recorded")


class Ear:
    """A way in beside the terminal, held by a test."""

    def __init__(self, way):
        self.way = way

    def start(self, heard, told):
        self.heard, self.told = heard, told

    def stop(self):
        self.stopped = True

    def hear(self, raw):
        scan = decode(raw)
        self.heard(Swiped(scan, len(raw), 0.0))


# Keys


async def test_modifiers_that_a_terminal_reports_do_not_part_a_swipe(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        pressed = [part for key in f"%B{ANA}^A^1?{TRACK_2}" for part in ("left_shift", key)]
        await keys(app, pilot, [*pressed, "\r"])
        await shown(app, pilot, PIN_ASKED)


async def test_a_swipe_into_a_half_typed_field_is_a_swipe_and_what_was_typed_stays(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await type_keys(app, pilot, "12", enter=None)
        await swipe(app, pilot, TRACK_2)
        await shown(app, pilot, PIN_ASKED)
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "BALANCE IN POINTS")
        await type_keys(app, pilot, "1")
        await type_keys(app, pilot, "1")
        await type_keys(app, pilot, "40", enter=None)
        await swipe(app, pilot, ";600002=29121010000000000?")
        text = await shown(app, pilot, "before the next card")
        assert " 40 " in text
        assert "600002" not in text


@pytest.mark.parametrize(
    "stray", [pytest.param("escape", id="a key of its own"), pytest.param("^", id="as terminals pass it on")]
)
async def test_a_stray_esc_before_a_swipe_does_not_spoil_it(site, stray):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await keys(app, pilot, [stray])
        await pilot.pause()
        await keys(app, pilot, [*TRACK_2, "\r"])
        await shown(app, pilot, PIN_ASKED)


async def test_a_reader_that_sends_enter_behind_each_track_is_one_swipe(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await keys(app, pilot, [*f"%B{ANA}^A^1?", "\r", *TRACK_2, "\r", *"+E?", "\r"])
        await shown(app, pilot, PIN_ASKED)
        assert "before the next card" not in screen_text(app)
        assert "could not be read" not in screen_text(app)


@pytest.mark.parametrize("key", ["home", "end", "pageup", "insert", "kp_begin"])
async def test_a_number_pad_without_num_lock_is_told(site, key):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, TRACK_2)
        await shown(app, pilot, PIN_ASKED)
        await pilot.press(key)
        assert PIN_ASKED in await shown(app, pilot, "Is Num Lock off?")


async def test_a_qr_code_is_recorded_as_one(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        with entries_of(site) as bodies:
            await shown(app, pilot, "SWIPE THE CARD")
            await swipe(app, pilot, f"]Q1{ANA}")
            await sold(app, pilot, site)
    assert b'"entry":"qr"' in bodies[-1]


async def test_a_members_number_of_gs1_is_read_with_its_separators(tmp_path):
    member = "950110153000000007"
    site = World(tmp_path, toml=TOML + f'[cards]\nprefixes = ["{member[:6]}"]\n').pair("E1")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await keys(app, pilot, [*"]C110A", "ctrl+right_square_bracket", *f"8018{member}", "\r"])
        assert "Card ending in 0007" in await shown(app, pilot, PIN_ASKED)


# The clipboard


async def test_a_pasted_number_is_recorded_as_pasted(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        with entries_of(site) as bodies:
            await shown(app, pilot, "SWIPE THE CARD")
            app.post_message(events.Paste(str(ANA)))
            await pilot.pause()
            await type_keys(app, pilot, "")
            await sold(app, pilot, site)
    assert b'"entry":"paste"' in bodies[-1]


async def test_a_number_typed_after_a_pasted_one_was_wiped_is_recorded_as_typed(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        with entries_of(site) as bodies:
            await shown(app, pilot, "SWIPE THE CARD")
            app.post_message(events.Paste("12"))
            await pilot.pause()
            await pilot.press("backspace", "backspace")
            await type_keys(app, pilot, str(ANA))
            await sold(app, pilot, site)
    assert b'"entry":"keyed"' in bodies[-1]


async def test_a_pasted_track_is_no_swipe(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        app.post_message(events.Paste(f"{TRACK_2}\r"))
        assert "SWIPE THE CARD" in await shown(app, pilot, "not a card number of this programme")


# Other ways in


async def test_a_card_of_a_serial_port_is_recorded_as_that(site):
    ear = Ear("serial")
    app = StationApp(site.desk, ear=ear)
    async with app.run_test(size=(80, 24)) as pilot:
        with entries_of(site) as bodies:
            await shown(app, pilot, "SWIPE THE CARD")
            scan = decode(TRACK_2)
            ear.heard(Swiped(scan.__class__(scan.card, "serial", scan.layout), 20, 0.0))
            await sold(app, pilot, site)
    assert b'"entry":"serial"' in bodies[-1]
    assert ear.stopped


async def test_a_reader_that_was_unplugged_is_told_until_it_is_back(site):
    ear = Ear("serial")
    app = StationApp(site.desk, ear=ear)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        ear.told("The plug is out.")
        await shown(app, pilot, "The plug is out.")
        await pilot.press("f6")
        await shown(app, pilot, "PRIZES ON THE SHELF")
        await pilot.press("escape")
        await shown(app, pilot, "The plug is out.")
        ear.told("")
        assert "The plug is out." not in await shown(app, pilot, "The card reader is back.")
        await swipe(app, pilot, TRACK_2)
        await shown(app, pilot, PIN_ASKED)


async def test_one_swipe_heard_over_two_ways_is_one(site):
    ear = Ear("global")
    app = StationApp(site.desk, ear=ear)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, TRACK_2)
        ear.hear(TRACK_2)
        text = await shown(app, pilot, PIN_ASKED)
        await pilot.pause(0.05)
        assert "before the next card" not in text + screen_text(app)


async def test_what_is_swiped_into_other_programs_and_is_not_ours_says_nothing(tmp_path):
    site = World(tmp_path, toml=TOML + '[cards]\nprefixes = ["600"]\n').pair("E1")
    ear = Ear("global")
    app = StationApp(site.desk, ear=ear)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        before = screen_text(app)
        ear.hear(PAYMENT_TRACKS)
        ear.hear("7790895000997")
        await pilot.pause(0.05)
        assert screen_text(app) == before
        ear.hear(TRACK_2)
        await shown(app, pilot, PIN_ASKED)


# Trying the reader


async def to_reader(app, pilot):
    await shown(app, pilot, "SWIPE THE CARD")
    await pilot.press("f1")
    await shown(app, pilot, "9 and Enter tries it")
    await type_keys(app, pilot, "9")
    await shown(app, pilot, "TRY THE READER")


async def test_the_reader_is_tried_from_the_help_and_nothing_is_recorded(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        with entries_of(site) as bodies:
            await to_reader(app, pilot)
            await swipe(app, pilot, "ñ6000010000000001¿29121010000000000_")
            text = await shown(app, pilot, "A CARD OF THIS PROGRAMME")
            assert "ñ••••••••••••0001¿•••••••••••••••••_" in text
            assert "Spanish (Latin America), put right" in text
            assert "magnetic track 2" in text
            assert "ms each" in text
            await type_keys(app, pilot, str(ANA))
            assert str(ANA) not in await shown(app, pilot, "TYPED BY A PERSON")
            await type_keys(app, pilot, "")
            await shown(app, pilot, "SWIPE THE CARD")
    assert bodies == []


async def test_a_reader_that_types_like_a_person_is_found_out(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_reader(app, pilot)
        await type_keys(app, pilot, TRACK_2)
        assert "delay between characters" in await shown(app, pilot, "A READER, TOO SLOW")


async def test_a_pasted_text_is_told_as_that(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_reader(app, pilot)
        app.post_message(events.Paste(str(ANA)))
        await pilot.pause()
        await type_keys(app, pilot, "")
        await shown(app, pilot, "PASTED FROM THE CLIPBOARD")


async def test_another_way_in_is_tried_as_well(site):
    ear = Ear("serial")
    app = StationApp(site.desk, ear=ear)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_reader(app, pilot)
        ear.hear("%E?;E?")
        assert "a serial port" in await shown(app, pilot, "NOT READ")


# Payment cards

WAYS_OF_A_PAYMENT_CARD = [
    pytest.param(PAYMENT_TRACKS, id="both tracks"),
    pytest.param(f";{PAYMENT}=29121010000000000?", id="track 2"),
    pytest.param(f"%B{PAYMENT}^PEREZ/JUAN^29121010000000000?", id="track 1"),
    pytest.param("%B4111 1111 1111 1111^PEREZ/JUAN^29121010000000000?", id="a spaced number"),
    pytest.param(f"+59{PAYMENT}=1234567890?", id="track 3"),
    pytest.param(f"ñ{PAYMENT}¿29121010000000000_", id="on another keyboard"),
    pytest.param(f"]C0{PAYMENT}", id="a barcode"),
    pytest.param(PAYMENT, id="a bare number"),
    pytest.param(f";{PAYMENT}=2912101", id="half a track"),
    pytest.param(f"{PAYMENT}=2912101?x", id="a broken track"),
]


def everything_kept(site, folder):
    """All that is on this PC: each file as it is, and each row of the encrypted database as it was before."""
    store = site.node.store
    tables = [row[0] for row in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    rows = [repr(store._db.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables]
    files = [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    assert any("SaleRecorded" in text for text in rows), "this looks where facts are"
    return "\n".join([*rows, *files])


@pytest.mark.parametrize("raw", WAYS_OF_A_PAYMENT_CARD)
async def test_a_payment_card_is_written_nowhere(tmp_path, caplog, capfd, raw):
    """In a programme that names no prefix, where any other number would be kept with its ticket."""
    site = World(tmp_path).pair("E1")
    site.sell(ANA, "A-1")
    ear = Ear("serial")
    app = StationApp(site.desk, ear=ear)
    screens = []
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, raw)
        screens.append(await shown(app, pilot, "card"))
        await pilot.pause(0.6)  # so that the next hearing is another swipe
        ear.hear(raw)
        screens.append(await shown(app, pilot, "SWIPE"))
        await type_keys(app, pilot, raw[:19])
        screens.append(await shown(app, pilot, "not a card number"))
        await pilot.press("escape")
        app.post_message(events.Paste(raw))
        await pilot.pause()
        await type_keys(app, pilot, "")
        screens.append(await shown(app, pilot, "not a card number"))
        await swipe(app, pilot, TRACK_2)
        await shown(app, pilot, PIN_ASKED)
        await swipe(app, pilot, raw)
        screens.append(await shown(app, pilot, PIN_ASKED))
        await pilot.press("escape")
        await to_reader(app, pilot)
        await swipe(app, pilot, raw)
        screens.append(await shown(app, pilot, "TRY THE READER"))
        ear.hear(raw)
        screens.append(await shown(app, pilot, "TRY THE READER"))
    assert site.desk.incidents() == []
    said = "".join(capfd.readouterr()) + caplog.text
    for text in (*screens, everything_kept(site, tmp_path), said):
        assert PAYMENT not in text.replace(" ", "")
        assert "PEREZ" not in text


@pytest.mark.parametrize("command", ["inquiry", "sale", "redeem"])
def test_a_payment_card_on_the_command_line_is_written_nowhere(tmp_path, monkeypatch, capfd, command):
    site = World(tmp_path).pair("E1")
    site.sell(ANA, DocumentNumber("A-1"))
    monkeypatch.setenv("CANJE_CODE", site.code)
    rest = {"sale": ["--document", "F-1", "--line", "2:1:1"], "redeem": ["--prize", "MUG"]}.get(command, [])
    given = ["station", "--home", str(site.home.folder), command, "--card", PAYMENT, *rest]
    assert run(canje, given) == 3
    assert PAYMENT not in "".join(capfd.readouterr()) + everything_kept(site, tmp_path)
