"""What the 80 × 24 cells show, screen by screen and in both languages, held against what people looked at.

`CANJE_GRIDS=write pytest tests/station/test_grids.py` writes `grids/` anew; look at every change before it is kept.
"""

import os
import re
from pathlib import Path

import pytest

from suite.central.documents import issue_slip
from suite.central.messages import Draft, write_message
from suite.domain.errors import N_, WrongPin
from suite.domain.ids import AttendantNumber, CardNumber, PrizeCode
from suite.runtime.texts import say, set_language
from suite.station.app import StationApp
from suite.station.desk import CardRead
from tests.factories import ANA, TOML, World
from tests.station.screens import screen_text, shown, swipe, type_keys

FOLDER = Path(__file__).parent / "grids"
COLUMNS, ROWS = 80, 24
REFERENCE = re.compile(r"(E1-\d{6}-)[0-9A-F]{5}")
"""Its end is of keys that are drawn anew in each run."""
OTHER = ";999999=29121010000000000?"
OURS = f";{ANA}=29121010000000000?"


HOME = ("", "<escape", N_("SWIPE THE CARD"))


def walk(code):
    """Step by step: the screen's name (empty: not looked at), what is typed, and the words to wait for.

    `<` begins the name of a key, `;` a card that is swiped; anything else is typed, with its Enter.
    """
    return (
        ("swipe", None, N_("SWIPE THE CARD")),
        ("help", "<f1", N_("HELP")),
        ("try the reader", "9", N_("TRY THE READER")),
        HOME,
        ("bad swipe", ";E?", N_("The card could not be read. Swipe it again, slowly, stripe towards the reader.")),
        ("code", OURS, N_("ATTENDANT CODE AND PIN")),
        ("wrong code", "01000001", WrongPin.text),
        ("member", code, N_("BALANCE IN POINTS")),
        ("product", "1", N_("WHICH PRODUCT?")),
        ("litres", "1", N_("LITRES of {product}")),
        ("amount", "40,5", N_("AMOUNT OF THE LINE, in {currency}")),
        ("another product", "51300", N_("Enter alone: no more products")),
        ("ticket", "", N_("TICKET NUMBER")),
        ("sold", "F-0001", N_("OK, recorded")),
        HOME,
        ("", "<f7", N_("ATTENDANT CODE AND PIN")),
        ("members", code, N_("MEMBERS")),
        HOME,
        ("", "<f8", N_("ATTENDANT CODE AND PIN")),
        ("take back", code, N_("TAKE BACK")),
        HOME,
        ("", "<f9", N_("ATTENDANT CODE AND PIN")),
        ("shift", code, N_("Open the shift of {attendant}")),
        ("shift open", "1", N_("Shift open. Close it when it is over.")),
        HOME,
        ("", OTHER, N_("ATTENDANT CODE AND PIN")),
        ("unknown card", code, N_("Type the ticket: it is kept for central.")),
        HOME,
        ("", OURS, N_("ATTENDANT CODE AND PIN")),
        ("member after the sale", code, N_("BALANCE IN POINTS")),
        ("prizes", "2", N_("WHICH PRIZE?")),
        ("confirm", "1", N_("HAND OVER THIS PRIZE?")),
        ("given", "1", N_("OK, recorded")),
        HOME,
        ("shelf", "<f6", N_("PRIZES ON THE SHELF")),
        HOME,
        ("", OURS, N_("ATTENDANT CODE AND PIN")),
        ("", code, N_("BALANCE IN POINTS")),
        ("moves", "3", N_("Enter or Esc to go back")),
    )


def pieces(words):
    """The fixed parts of a sentence: what to wait for where the rest is a name or a number."""
    return max(re.split(r"\{\w+\}", say(words)), key=len).strip()


async def press(app, pilot, typed):
    """One thing that a person or a reader does."""
    if typed.startswith("<"):
        await pilot.press(typed[1:])
    elif typed.startswith(";"):
        await swipe(app, pilot, typed)
    else:
        await type_keys(app, pilot, typed)


async def grids(site):
    """Each screen of the walk, by name."""
    found = {}
    app = StationApp(site.desk)
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        for name, typed, words in walk(site.code):
            if typed is not None:
                await press(app, pilot, typed)
            await shown(app, pilot, pieces(words))
            await pilot.pause()
            if name:
                found[name] = REFERENCE.sub(r"\1*****", screen_text(app))
    return found


def written(found):
    return "".join(f"== {name}\n{grid.rstrip()}\n" for name, grid in found.items())


def read(text):
    return dict(part.split("\n", 1) for part in text.removeprefix("== ").split("\n== "))


EVERYTHING = """
[[tiers]]
code = "gold"
name = "Oro"
points = 1000

[[questions]]
code = "oil"
text = "¿Dónde cambia el aceite su auto, habitualmente?"
answers = ["Aquí", "En otro lado"]
"""


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_member_with_everything_fits_the_screen(tmp_path, language):
    """A tier, points that expire, a message of the office, an order that came, and an open question."""
    world = World(tmp_path, toml=TOML.replace("[points]", "[points]\ntier_months = 2") + EVERYTHING)
    site = world.pair("E1")
    site.sell(CardNumber(ANA), "A-1", amount=200_000_000)
    site.desk.redeem(CardRead(ANA, "swipe"), AttendantNumber("01"), PrizeCode("BIKE"), "scheduled")
    world.carry_in("E1")
    with world.office.store.transaction():
        [order] = world.office.store.shelf.orders()
    issue_slip(world.office, order.order)
    write_message(
        world.office, Draft(text="Su premio llegó a la estación: pase a retirarlo con la tarjeta y su documento")
    )
    world.carry_out("E1")
    set_language(language)
    app = StationApp(site.desk)
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await shown(app, pilot, say("SWIPE THE CARD"))
        await swipe(app, pilot, OURS)
        await shown(app, pilot, say("ATTENDANT CODE AND PIN"))
        await type_keys(app, pilot, site.code)
        grid = await shown(app, pilot, "¿Dónde cambia el aceite")
    world.close()
    for words in ("Ana G.", "██", "Oro", "Su premio llegó", "4  ", "Bicicleta", "5  ", "╚", "F10"):
        assert words in grid, f"{words}\n{grid}"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_screen_is_as_people_looked_at_it(world, language):
    site = world.pair("E1")
    world.stock_up("E1")
    set_language(language)
    found = await grids(site)
    for name, grid in found.items():
        lines = grid.split("\n")
        assert len(lines) <= ROWS, name
        assert max(map(len, lines)) <= COLUMNS, name
    path = FOLDER / f"{language}.txt"
    if os.environ.get("CANJE_GRIDS") == "write":
        path.write_text(written(found), encoding="utf-8")
    kept = read(path.read_text(encoding="utf-8"))
    assert list(kept) == list(found)
    for name, grid in read(written(found)).items():
        assert grid.rstrip() == kept[name].rstrip(), f"the screen {name!r} changed: look at it, then write it anew"
