"""What the member's view says, asks and never insists on: on the screen and line by line."""

import pytest

from suite.central.messages import Draft, write_message
from suite.domain.events.member_desk import IncidentReported, MessageShown, QuestionAnswered
from suite.runtime.texts import say, set_language
from suite.station.app import StationApp
from tests.factories import ANA, TOML, World
from tests.flow.test_profile import QUESTIONS
from tests.station.screens import screen_text, shown, swipe, type_keys
from tests.station.test_plain import lived

LONG = (
    "El lavado de hoy incluye un café para quien muestre esta tarjeta en la tienda, hasta las ocho de la noche. " * 2
)[:120]


@pytest.fixture
def site(tmp_path):
    world = World(tmp_path, toml=TOML + QUESTIONS)
    station = world.pair("E1")
    for number in "12":
        write_message(world.office, Draft(text=f"{number} {LONG}"[:120].strip()))
    world.carry_out("E1")
    yield station
    world.office.store.close()


def facts(site, kind):
    events = [site.node.store.event_at(entry.seq) for entry in site.node.store.entries()]
    return [event for event in events if isinstance(event, kind)]


async def test_the_longest_messages_and_the_question_fit_the_screen(site):
    set_language("es")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, say("SWIPE THE CARD"))
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, say("ATTENDANT CODE AND PIN"))
        await type_keys(app, pilot, site.code)
        text = await shown(app, pilot, f"4  {say('Ask: {question}', question='¿Dónde cambia el aceite?')}")
        for part in ("1 El lavado", "2 El lavado", "Ana G.", say("Sale          F2"), "F10"):
            assert part in text, text
        assert app.screen.query_one("#answer").region.bottom <= 21, text
        await type_keys(app, pilot, "4")
        await shown(app, pilot, "En otro lado")
        await type_keys(app, pilot, "3")
        await shown(app, pilot, say("Type a number from {least} to {most}, then Enter.", least=0, most=2))
        await type_keys(app, pilot, "0")
        await shown(app, pilot, "1 El lavado")
        await type_keys(app, pilot, "4")
        await shown(app, pilot, "En otro lado")
        await type_keys(app, pilot, "2")
        await shown(app, pilot, "¿Para qué usa el auto?")
        assert "1 El lavado" in screen_text(app)
    assert [(fact.question, fact.answer) for fact in facts(site, QuestionAnswered)] == [("oil", 2)]
    assert len(facts(site, MessageShown)) == 2


def test_line_by_line_the_same_is_said_and_asked(site):
    said = lived(site, ANA, site.code, "4", "1", ANA, site.code, "4", "0", ANA, site.code, ".")
    assert said.count("1 El lavado") == 1
    assert said.count("¿Dónde cambia el aceite?") == 2
    assert [(fact.question, fact.answer) for fact in facts(site, QuestionAnswered)] == [("oil", 1)]


def test_central_is_told_of_something_on_the_number_pad(site):
    said = lived(site, "7", site.code, "4", "4", "", ANA, "No lee la banda", "7", site.code, "5")
    (fact,) = facts(site, IncidentReported)
    assert (fact.kind, fact.document, fact.card, bool(fact.note)) == ("equipment", "", ANA, True)
    assert "What central answered" in said
    assert "not at central yet" in said
