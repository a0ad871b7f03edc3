"""An attendant chooses a PIN that central does not know; the code that was given out serves once (STA-2)."""

import pytest

from suite.domain.errors import WrongPin
from suite.domain.events.station import PinChosen
from suite.domain.pins import NotAPin, WeakPin
from suite.runtime.texts import say, set_language
from suite.station.app import StationApp
from tests.factories import ANA
from tests.station.screens import screen_text, shown, swipe, type_keys

OWN = "739164"


@pytest.fixture
def site(world):
    station = world.pair("E1")
    station.desk.store._db.execute("DELETE FROM own_pin")  # nobody chose a PIN yet
    return station


def test_the_code_serves_until_a_pin_is_chosen_and_not_after(site):
    attendant = site.desk.check_pin(site.code)
    assert attendant.code == site.code[2:]
    site.desk.choose_pin(attendant, OWN)
    assert site.desk.check_pin(f"01{OWN}").code == ""
    with pytest.raises(WrongPin):
        site.desk.check_pin(site.code)
    chosen = [site.desk.store.event_at(entry.seq) for entry in site.desk.store.entries()]
    (event,) = [event for event in chosen if isinstance(event, PinChosen)]
    assert (event.attendant, event.issue) == ("01", site.desk.store.attendant("01").issue)


@pytest.mark.parametrize(
    ("pin", "refusal"),
    [("12345", NotAPin), ("1234567", NotAPin), ("73916a", NotAPin), ("１２３４５６", NotAPin), ("123456", WeakPin)],
)
def test_a_pin_is_six_digits_that_nobody_guesses_first(site, pin, refusal):
    attendant, before = site.desk.check_pin(site.code), site.desk.store.tip()
    with pytest.raises(refusal):
        site.desk.choose_pin(attendant, pin)
    with pytest.raises(WeakPin):
        site.desk.choose_pin(attendant, attendant.code)
    assert site.desk.store.tip() == before


def test_a_new_code_of_central_takes_the_place_of_a_forgotten_pin(site, world):
    site.desk.choose_pin(site.desk.check_pin(site.code), OWN)
    given = world.office.new_pin("E1", "01").pin.reveal()
    world.carry_out("E1")
    with pytest.raises(WrongPin):
        site.desk.check_pin(f"01{OWN}")
    assert site.desk.check_pin(f"01{given}").code == given


def test_a_pin_survives_a_rebuild_and_no_bundle_tells_it(site, world):
    site.desk.choose_pin(site.desk.check_pin(site.code), OWN)
    verifier = site.desk.store.own_pin("01", site.desk.store.attendant("01").issue)
    assert verifier.startswith("$argon2id$")
    site.desk.store.rebuild()
    assert site.desk.check_pin(f"01{OWN}").number == "01"
    world.carry_in("E1")
    told = repr(world.tables())
    bodies = repr([entry.body for entry in site.desk.store.entries()])
    assert "PinChosen" in bodies, "this looks where facts are"
    assert OWN not in told + bodies
    assert verifier not in told + bodies


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_first_code_asks_for_a_pin_and_goes_on(site, language):
    set_language(language)
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, say("SWIPE THE CARD"))
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, say("ATTENDANT CODE AND PIN"))
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, say("CHOOSE YOUR PIN"))
        await type_keys(app, pilot, "111111")
        await shown(app, pilot, say("Choose six other digits.") if language == "en" else "Elija otros")
        await type_keys(app, pilot, OWN)
        await shown(app, pilot, say("YOUR PIN ONCE MORE"))
        assert OWN not in screen_text(app)
        await type_keys(app, pilot, "739165")
        await shown(app, pilot, say("That is not the PIN you typed before. Type it again, or press Esc to leave.")[:40])
        await type_keys(app, pilot, OWN)
        await shown(app, pilot, say("BALANCE IN POINTS"))
    assert site.desk.check_pin(f"01{OWN}").code == ""


async def test_who_leaves_without_a_pin_has_not_begun(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "CHOOSE YOUR PIN")
        await pilot.press("escape")
        await shown(app, pilot, "SWIPE THE CARD")
    assert site.desk.check_pin(site.code).code
