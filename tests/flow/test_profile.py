"""Questions of the programme, answered at stations, known at central and at every desk (MEM-11)."""

import pytest

from suite.central import people
from suite.central.profile import profile
from suite.domain.errors import NotThere
from suite.runtime.config import read_programme
from suite.runtime.errors import BadInput
from suite.station.profile import open_question, record_answer
from tests.factories import ANA, BRUNO, TOML, World

QUESTIONS = """
[[questions]]
code = "oil"
text = "¿Dónde cambia el aceite?"
answers = ["Aquí", "En otro lado"]

[[questions]]
code = "car"
text = "¿Para qué usa el auto?"
answers = ["Trabajo", "Familia"]
"""


@pytest.fixture
def network(tmp_path):
    world = World(tmp_path, toml=TOML + QUESTIONS)
    world.pair("E1")
    world.pair("E2")
    yield world
    world.office.store.close()


def asked(site, card=ANA):
    """The code of the question that is open."""
    found = open_question(site.desk, site.desk.member(card))
    return found.code if found else None


def exchange(world, *codes):
    world.clock.moment += 1
    world.carry_in(*codes)
    world.clock.moment += 1
    for code in world.sites:
        world.carry_out(code)


def answers(world, *which):
    return [(line.member, line.question, line.text) for line in profile(world.office, *which)]


def test_an_answer_is_asked_for_once_in_the_network(network):
    here, there = network.sites["E1"], network.sites["E2"]
    record_answer(here.desk, ANA, "oil", 2, "01")
    assert (asked(here), asked(there), asked(here, BRUNO)) == ("car", "oil", "oil")
    exchange(network, "E1")
    assert (asked(here), asked(there)) == ("car", "car")
    record_answer(there.desk, ANA, "car", 1, "01")
    exchange(network, "E2")
    assert (asked(here), asked(there)) == (None, None)
    assert answers(network) == [(1, "car", "Trabajo"), (1, "oil", "En otro lado")]
    assert answers(network, "oil", 1) == []
    with pytest.raises(NotThere):
        profile(network.office, "tyres")


def test_the_newest_answer_counts_though_it_comes_first(network):
    record_answer(network.sites["E1"].desk, ANA, "oil", 1, "01")
    network.clock.moment += 1
    record_answer(network.sites["E2"].desk, ANA, "oil", 2, "01")
    for code in ("E2", "E1"):
        network.carry_in(code)
    assert answers(network) == [(1, "oil", "En otro lado")]
    before = network.tables()
    with network.office.store.transaction():
        network.office.store.rebuild()
    assert network.tables() == before


def test_merged_members_have_one_answer_and_who_leaves_has_none(network):
    for card, answer in ((ANA, 1), (BRUNO, 2)):
        record_answer(network.sites["E1"].desk, card, "oil", answer, "01")
        network.clock.moment += 1
    network.carry_in("E1")
    people.merge_members(network.office, 2, 1, "the same")
    assert answers(network) == [(1, "oil", "En otro lado")]
    people.unmerge_member(network.office, 2, "not the same")
    people.remove_member(network.office, 1, "asked")
    assert answers(network) == [(2, "oil", "En otro lado")]


def test_answers_that_would_mean_something_else_are_not_published(network):
    changed = TOML + QUESTIONS.replace('"Aquí", "En otro lado"', '"En otro lado", "Aquí"')
    with pytest.raises(BadInput, match="oil"):
        network.office.publish(lambda version: read_programme(changed, name="p", version=version))
    more = TOML + QUESTIONS.replace('"Familia"]', '"Familia", "Reparto"]')
    network.office.publish(lambda version: read_programme(more, name="p", version=version))
    exchange(network)
    record_answer(network.sites["E1"].desk, ANA, "car", 3, "01")
    exchange(network, "E1")
    assert answers(network) == [(1, "car", "Reparto")]


@pytest.mark.parametrize(
    ("found", "written", "key"),
    [
        pytest.param('code = "oil"', 'code = "car"', "questions", id="a code twice"),
        pytest.param("¿Dónde cambia el aceite?", " ", "text", id="no text"),
        pytest.param("¿Dónde cambia el aceite?", "x" * 61, "text", id="a long text"),
        pytest.param('"Aquí", "En otro lado"', '"Aquí"', "answers", id="one answer"),
        pytest.param('"Aquí", "En otro lado"', '"Aquí", "Aquí"', "answers", id="one answer twice"),
        pytest.param('"Aquí", "En otro lado"', '"", "Aquí"', "answers", id="an empty answer"),
        pytest.param('"Aquí", "En otro lado"', ", ".join(f'"{n}"' for n in range(10)), "answers", id="ten answers"),
    ],
)
def test_what_is_no_question(found, written, key):
    with pytest.raises(BadInput) as refusal:
        read_programme(TOML + QUESTIONS.replace(found, written), name="p", version=1)
    assert key in str(refusal.value)
