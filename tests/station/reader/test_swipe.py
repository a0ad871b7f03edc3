"""From a reader's text to a card, on any machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.station.reader.swipe import RAW_MAX, Scan, decode, opens_track
from tests.station.reader.hosts import CAPS_LOCKS, KEYBOARDS, typed_on

TRACK_1 = "%B6035990000012345678^ACOSTA/JUAN^29121010000000000?"
TRACK_2 = ";6035990000012345678=29121010000000000?"
TRACK_3 = "+016035990000012345678=123456?"
CARD = "6035990000012345678"

CARDS = st.text("0123456789", min_size=4, max_size=19)


def swiped(card, layout="us"):
    return Scan(card=card, entry="swipe", layout=layout)


def scanned(card, layout="us"):
    return Scan(card=card, entry="barcode", layout=layout)


def bad_read(layout="us"):
    return Scan(card="", entry="swipe", layout=layout, unreadable=True)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(TRACK_2, id="track 2"),
        pytest.param(TRACK_2 + "5", id="track 2 with its check character"),
        pytest.param(TRACK_2 + ";", id="track 2 with a start sentinel for a check character"),
        pytest.param(TRACK_2 + "?", id="track 2 with an end sentinel for a check character"),
        pytest.param(TRACK_1, id="track 1"),
        pytest.param(TRACK_1 + "K", id="track 1 with its check character"),
        pytest.param("%B6035 9900 0001 2345 678^ACOSTA/JUAN^2912101?", id="track 1 with a spaced number"),
        pytest.param("%B6035990000012345678^^2912101?", id="track 1 without a name"),
        pytest.param(TRACK_1 + TRACK_2, id="both tracks"),
        pytest.param(TRACK_1 + ";" + TRACK_2 + "%", id="both tracks, with sentinels for check characters"),
        pytest.param(TRACK_1 + TRACK_2 + TRACK_3, id="three tracks"),
        pytest.param("%B1111^OTHER/CARD^2912?" + TRACK_2, id="track 2 goes before track 1"),
        pytest.param("%E?" + TRACK_2, id="track 2 beside an unreadable track 1"),
        pytest.param(TRACK_1 + ";E?", id="track 1 beside an unreadable track 2"),
        pytest.param("%E?" + TRACK_2 + "+E?", id="track 2 between unreadable tracks"),
        pytest.param(";123?" + TRACK_2, id="a track 2 behind a broken one"),
        pytest.param("^" + TRACK_2, id="a stray escape in front"),
        pytest.param(TRACK_2 + "\r", id="Enter behind"),
        pytest.param(TRACK_1 + "\r" + TRACK_2 + "\r\n", id="Enter between"),
        pytest.param(TRACK_1 + "K\r\n;E?\r\n", id="Enter between, and an unreadable track 2"),
        pytest.param("@6035990000012345678=2912?", id="track 2 of seven bits"),
        pytest.param(TRACK_3, id="track 3"),
        pytest.param(TRACK_3.replace("+", "#"), id="track 3 with the sentinel of a driver's licence"),
        pytest.param(TRACK_3.replace("+", "&"), id="track 3 of seven bits"),
        pytest.param(TRACK_3.replace("+", "!"), id="track 3 with one more sentinel"),
        pytest.param(TRACK_3 + "9", id="track 3 with its check character"),
        pytest.param(";016035990000012345678" + "=123" * 20 + "?", id="track 3 with the sentinel of track 2"),
        pytest.param("%E?;E?" + TRACK_3, id="track 3 behind two unreadable tracks"),
        pytest.param("+011111=1?" + TRACK_2, id="track 2 goes before track 3"),
        pytest.param("+011111=1?" + TRACK_1, id="track 1 goes before track 3"),
        pytest.param(TRACK_2 + "   ", id="spaces behind"),
        pytest.param("\0\0" + TRACK_2 + "\0", id="a short track filled up"),
    ],
)
def test_a_swipe_gives_its_card(raw):
    assert decode(raw) == swiped(CARD)


@pytest.mark.parametrize(
    ("raw", "layout"),
    [
        pytest.param("ñ6035990000012345678¿29121010000000000_", "latam", id="Latin America"),
        pytest.param("ñ6035990000012345678¡29121010000000000_", "es", id="Spain"),
        pytest.param("%B6035990000012345678ÂCOSTA/JUAN²9121010000000000?", "us-intl", id="US international"),
        pytest.param("ç6035990000012345678=29121010000000000:", "br", id="Brazil"),
        pytest.param("ç6035990000012345678«29121010000000000_", "pt", id="Portugal"),
        pytest.param("ö6035990000012345678´29121010000000000_", "de", id="Germany"),
        pytest.param("ò6035990000012345678ì29121010000000000_", "it", id="Italy"),
        pytest.param("%B6035990000012345678&ACOSTA-JUAN&2912_ñ6035990000012345678¿2912_", "latam", id="both tracks"),
        pytest.param("Ñ6035990000012345678¿29121010000000000_", "latam", id="Caps Lock turns the start sentinel"),
        pytest.param("%b6035990000012345678&acosta-juan&2912_", "latam", id="Caps Lock turns track 1"),
        pytest.param(
            "%b6035990000012345678&acosta&2912_ò6035990000012345678ì2912_",
            "it",
            id="Caps Lock spares the start sentinel",
        ),
        pytest.param("Ò6035990000012345678Ì2912_", "it", id="Caps Lock makes it a capital"),
        pytest.param("%b6035990000012345678&acosta&2912ß_", "de", id="Caps Lock on a letter without a capital"),
        pytest.param("%b6035990000012345678^acosta/juan^29121010000000000?", "us", id="Caps Lock alone"),
        pytest.param("¡016035990000012345678¿123456_", "latam", id="track 3"),
        pytest.param("%B6035990000012345678&A&2912_\rñ6035990000012345678¿2912_", "latam", id="Enter between tracks"),
    ],
)
def test_a_swipe_is_understood_on_any_machine(raw, layout):
    assert decode(raw) == swiped(CARD, layout)


@pytest.mark.parametrize("caps_lock", CAPS_LOCKS.values(), ids=CAPS_LOCKS)
@pytest.mark.parametrize("layout", KEYBOARDS)
@given(card=CARDS, check=st.sampled_from(["", "0", "9", "<", "?"]))
def test_any_card_survives_any_layout_and_caps_lock(layout, caps_lock, card, check):
    track_1 = f"%B{card}^ACOSTA/JUAN^2912101?"
    track_2 = f";{card}=2912101?{check}"

    read = [decode(caps_lock(layout, typed_on(layout, raw))) for raw in (track_1, track_2, track_1 + track_2)]

    assert [(scan.card, scan.entry) for scan in read] == [(card, "swipe")] * 3


@pytest.mark.parametrize(
    ("raw", "layout"),
    [
        pytest.param(";E?", "us", id="track 2"),
        pytest.param("%E?", "us", id="track 1"),
        pytest.param("%E?;E?", "us", id="both tracks"),
        pytest.param("%E?;E?+E?\r", "us", id="three tracks"),
        pytest.param("ñE_", "latam", id="track 2 in Latin America"),
        pytest.param("#E?", "us", id="track 3"),
        pytest.param("%E_ñE_", "latam", id="both tracks in Latin America"),
        pytest.param("çE:", "br", id="track 2 in Brazil"),
        pytest.param("çE_", "pt", id="track 2 in Portugal"),
        pytest.param("Ñe_", "latam", id="track 2 under Caps Lock"),
        pytest.param(";e?", "us", id="track 2 under Caps Lock alone"),
    ],
)
def test_an_unreadable_card_is_told_from_none(raw, layout):
    assert decode(raw) == bad_read(layout)


@pytest.mark.parametrize(
    ("raw", "layout"),
    [
        pytest.param("]C0604633123456", "us", id="Code 128"),
        pytest.param("]d1604633123456", "us", id="Data Matrix"),
        pytest.param("604633123456", "us", id="a bare number"),
        pytest.param("604633123456\r\n", "us", id="a bare number and Enter"),
        pytest.param("+C0604633123456", "latam", id="Code 128 in Latin America"),
        pytest.param("Ć0604633123456", "pt", id="Code 128 in Portugal"),
        pytest.param("]c0604633123456", "us", id="Code 128 under Caps Lock"),
    ],
)
def test_a_barcode_gives_its_card(raw, layout):
    assert decode(raw) == scanned("604633123456", layout)


@pytest.mark.parametrize("raw", ["]Q1604633123456", "]Q2604633123456", "+Q1604633123456", "]q1604633123456"])
def test_a_qr_code_that_says_so_is_told_apart(raw):
    scan = decode(raw)

    assert (scan.card, scan.entry, scan.source) == ("604633123456", "qr", "QR")


@pytest.mark.parametrize(
    ("raw", "entry"),
    [
        pytest.param("]C18018950110153000000007", "barcode", id="GS1-128"),
        pytest.param("]d2010401234512345610A1\x1d8018950110153000000007", "barcode", id="behind other elements"),
        pytest.param("]Q38018950110153000000007\x1d9912", "qr", id="GS1 QR"),
    ],
)
def test_gs1_has_an_identifier_for_members(raw, entry):
    scan = decode(raw)

    assert (scan.card, scan.entry) == ("950110153000000007", entry)


def test_an_in_store_ean_13_is_a_card():
    assert decode("]E02012345678903") == scanned("2012345678903")
    assert decode("]E02012345678905") is None, "its check digit is wrong"


def digits(count):
    return ("1234567890" * 3)[:count]


@pytest.mark.parametrize("form", ["{}", "]C0{}", ";{}=2912?", "%B{}^ACOSTA/JUAN^2912?"])
@pytest.mark.parametrize(
    ("count", "is_card"),
    [
        pytest.param(3, False, id="too few digits"),
        pytest.param(4, True, id="as few digits as a card may have"),
        pytest.param(19, True, id="as many digits as a card may have"),
        pytest.param(20, False, id="too many digits"),
    ],
)
def test_a_card_has_four_to_nineteen_digits(form, count, is_card):
    scan = decode(form.format(digits(count)))

    assert (scan and scan.card) == (digits(count) if is_card else None)


@pytest.mark.parametrize(
    ("raw", "is_card"),
    [
        pytest.param(";1234=" + "0" * 32 + "?", True, id="track 2 of forty characters with its check character"),
        pytest.param(";1234=" + "0" * 33 + "?", False, id="track 2 one character longer"),
        pytest.param("%B1234^N^" + "0" * 68 + "?", True, id="track 1 of seventy-nine"),
        pytest.param("%B1234^N^" + "0" * 69 + "?", False, id="track 1 one character longer"),
        pytest.param(("x" * RAW_MAX + TRACK_2)[-RAW_MAX:], True, id="as long a text as is looked at"),
        pytest.param(("x" * RAW_MAX + TRACK_2)[-RAW_MAX - 1 :], False, id="a text one character longer"),
    ],
)
def test_what_is_too_long_is_no_card(raw, is_card):
    assert (decode(raw) is not None) == is_card


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("", id="nothing"),
        pytest.param("\r\n", id="Enter alone"),
        pytest.param("foobar", id="a word"),
        pytest.param(";240000000000000000^1232343456456?", id="a track 3 too short to be told from a broken track 2"),
        pytest.param("+6035990000012345678?", id="track 3 without its separator"),
        pytest.param("+01123=1?", id="track 3 with too few digits behind its format"),
        pytest.param("6035990000012345678=2912101?", id="track 2 without its start sentinel"),
        pytest.param(";6035990000012345678=2912101", id="track 2 without its end sentinel"),
        pytest.param(";6035990000012345678?", id="track 2 without its separator"),
        pytest.param(";6035990000012345678=29A2?", id="track 2 with a letter"),
        pytest.param(";6035990000012345678=10?123?", id="track 2 with an end sentinel inside"),
        pytest.param(";6035 9900=2912?", id="track 2 with a spaced number"),
        pytest.param("%6035990000012345678^ACOSTA^2912?", id="track 1 without its format"),
        pytest.param("%B6035990000012345678^ACOSTA?", id="track 1 without its second separator"),
        pytest.param("%B    ^ACOSTA^2912?", id="track 1 with spaces for a number"),
        pytest.param("]C10104012345123456", id="GS1-128"),
        pytest.param("]Q30104012345123456", id="GS1 QR"),
        pytest.param("]d20104012345123456", id="GS1 Data Matrix"),
        pytest.param("]e00104012345123456", id="GS1 DataBar"),
        pytest.param("]c10104012345123456", id="GS1-128 under Caps Lock"),
        pytest.param("]E00104012345123456", id="GS1 DataBar under Caps Lock"),
        pytest.param("]C0ABC123", id="a barcode with letters"),
        pytest.param("]604633123456", id="half a symbology identifier"),
        pytest.param("６０４６３３１２３４", id="digits of another script"),
        pytest.param(";٦٠٣٥=٢٩١٢?", id="a track with digits of another script"),
        pytest.param("6046 3312", id="a spaced number"),
    ],
)
def test_what_is_no_card_of_ours_is_none(raw):
    assert decode(raw) is None


@given(raw=st.text(max_size=RAW_MAX + 4) | st.text("%;+BE?^=_&ñÑ¿¡0123 \r", max_size=80))
def test_decoding_never_raises_and_gives_a_card_or_a_bad_read(raw):
    scan = decode(raw)

    assert scan is None or scan.unreadable == (scan.card == "")
    assert (
        scan is None or scan.unreadable or (scan.card.isascii() and scan.card.isdigit() and 4 <= len(scan.card) <= 19)
    )


def test_a_card_number_does_not_show_in_a_log():
    assert CARD not in repr(decode(TRACK_2))


@pytest.mark.parametrize("layout", KEYBOARDS)
@pytest.mark.parametrize("track", [TRACK_1, TRACK_2, TRACK_3, "%E?", ";E?"])
def test_a_track_is_known_from_its_first_keys(track, layout):
    for caps_lock in CAPS_LOCKS.values():
        shown = caps_lock(layout, typed_on(layout, track))

        assert all(opens_track(shown[:length]) for length in range(1, len(shown) + 1))


@pytest.mark.parametrize("text", ["", "4", "a", "ño", "%5", "%a", ";a", "+a", "123;4"])
def test_typing_does_not_look_like_a_track(text):
    assert not opens_track(text)
