"""The theme is legible wherever it is shown: truecolor, 256 colours, the 16 of two consoles, and none."""

from rich._palettes import STANDARD_PALETTE, WINDOWS_PALETTE
from rich.color import Color, ColorSystem, ColorTriplet
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.color import Color as TextualColor

from suite.station.app import StationApp
from tests.factories import ANA
from tests.station.screens import shown, swipe, type_keys

CONTRAST_MIN = 4.5
"""WCAG 2.2, 1.4.3, for text of any size."""
SYSTEMS = {
    "truecolor": (ColorSystem.TRUECOLOR, None),
    "256": (ColorSystem.EIGHT_BIT, None),
    "16 of Linux": (ColorSystem.STANDARD, STANDARD_PALETTE),
    "16 of Windows": (ColorSystem.WINDOWS, WINDOWS_PALETTE),
    "none": (None, None),
}


def luminance(colour):
    def linear(part):
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG's ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on(colour: Color, system, palette) -> ColorTriplet:
    """What a terminal of that many colours shows; of none, greys."""
    if system is None:
        return TextualColor.from_rich_color(colour).monochrome.rich_color.get_truecolor()
    less = colour.downgrade(system)
    if palette is not None and less.number is not None:
        return palette[less.number]
    return less.get_truecolor(DEFAULT_TERMINAL_THEME)


def pairs(app):
    """Text colour and ground of every cell with something to read, and what stands there."""
    found = {}
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if segment.text.strip() and style and style.color and style.bgcolor:
                ground, text = (style.color, style.bgcolor) if style.reverse else (style.bgcolor, style.color)
                found.setdefault((text, ground), segment.text.strip())
    return found


async def test_every_text_stands_out_from_its_ground(world):
    """On the screens of a visit, with every mood of the banner."""
    site = world.pair("E1")
    app, seen = StationApp(site.desk), {}
    async with app.run_test(size=(80, 24)) as pilot:
        for typed, words in (
            (None, "SWIPE THE CARD"),
            (";E?", "could not be read"),
            (f";{ANA}=2912?", "ATTENDANT"),
            (site.code, "BALANCE"),
            ("1", "WHICH PRODUCT"),
            ("1", "LITRES"),
            ("40", "AMOUNT"),
            ("5130", "no more"),
            ("", "TICKET"),
            ("F-1", "OK, recorded"),
        ):
            if typed and typed.startswith(";"):
                await swipe(app, pilot, typed)
            elif typed is not None:
                await type_keys(app, pilot, typed)
            await shown(app, pilot, words)
            seen.update(pairs(app))
    assert len(seen) > 5
    poor = [
        (name, text, round(ratio, 1))
        for name, terminal in SYSTEMS.items()
        for pair, text in seen.items()
        if (ratio := contrast(*(on(colour, *terminal) for colour in pair))) < CONTRAST_MIN
    ]
    assert not poor
