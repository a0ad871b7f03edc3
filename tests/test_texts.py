"""The Spanish catalogue: complete, compiled, faithful to the English, and as wide as the screen allows."""

import gettext
import importlib.util
import re
from pathlib import Path
from string import Formatter

import pytest

from suite.domain.errors import Refusal
from suite.runtime import texts
from suite.runtime.texts import CATALOGUES, LANGUAGES, say, say_error, set_language
from suite.station.widgets.frame import key_line

COLUMNS = 80
"""A station's screen."""

ROOT = Path(__file__).parent.parent


def load_tool():
    # By path: build/ holds sources and is no package.
    spec = importlib.util.spec_from_file_location("texts_tool", ROOT / "build" / "texts.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


TOOL = load_tool()


@pytest.fixture(scope="module")
def catalogue():
    return TOOL.spanish()


@pytest.fixture(scope="module")
def collected():
    return TOOL.collect()


@pytest.fixture(params=LANGUAGES)
def language(request, monkeypatch):
    monkeypatch.setattr(texts, "_current", texts._current)
    monkeypatch.setattr(texts, "_language", texts._language)
    set_language(request.param)
    return request.param


def forms(text):
    return text if isinstance(text, tuple | list) else (text,)


def texts_of(catalogue):
    return {forms(message.id) for message in catalogue if message.id}


def placeholders(text):
    """Its fields as they stand, `{value!r}` apart from `{value}`."""
    return sorted(
        (name, spec, conversion or "") for _, name, spec, conversion in Formatter().parse(text) if name is not None
    )


def refusals(family=Refusal):
    """Every refusal of the business, however deep in the family; those that tests make up are none."""
    for child in family.__subclasses__():
        if child.__module__.startswith("suite.domain."):
            yield child
        yield from refusals(child)


REFUSALS = sorted(refusals(), key=lambda refusal: refusal.__name__)


# The catalogue against the code


def test_every_text_of_the_code_has_its_spanish(collected):
    merged = TOOL.spanish()
    merged.update(collected, no_fuzzy_matching=True)

    assert TOOL.missing(merged) == []


def test_no_spanish_is_left_of_texts_that_the_code_no_longer_has(catalogue, collected):
    assert texts_of(catalogue) - texts_of(collected) == set()


def test_collecting_the_texts_again_changes_nothing(collected):
    merged = TOOL.spanish()
    merged.update(collected, no_fuzzy_matching=True)

    assert TOOL.po_bytes(merged) == TOOL.PO.read_bytes(), "run `make texts`"


def test_the_compiled_catalogue_is_what_the_written_one_compiles_to(catalogue):
    assert TOOL.mo_bytes(catalogue) == TOOL.MO.read_bytes(), "run `make texts`"


def test_the_compiled_catalogue_holds_no_moment_and_no_machine():
    compiled = gettext.translation("canje", CATALOGUES, languages=["es"])

    assert set(compiled.info()) == {
        "project-id-version",
        "language",
        "plural-forms",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
    }


def test_spanish_speaks_of_the_same_facts_as_english(catalogue):
    wrong = [
        (english, spanish)
        for message in catalogue
        if message.id and all(forms(message.string))
        for english, spanish in zip(forms(message.id), forms(message.string), strict=True)
        if placeholders(english) != placeholders(spanish)
    ]

    assert wrong == []


# Refusals


def test_every_refusal_has_a_code_of_its_own():
    codes = [vars(refusal).get("code", "") for refusal in REFUSALS]

    assert all(codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_says_its_sentence_with_its_numbers(refusal, language, catalogue):
    names = {name for name, _, _ in placeholders(refusal.text)}
    facts = {name: f"«{name}»" for name in names}

    said = say_error(refusal(**facts))

    english, spanish = refusal.text, catalogue[refusal.text].string
    assert said == (spanish if language == "es" else english).format(**facts)
    assert all(fact in said for fact in facts.values())
    assert vars(refusal).get("text"), "a refusal does not borrow its sentence"


# Room on the screen


def test_the_line_of_keys_fits_the_screen(language):
    assert len(key_line()) <= COLUMNS


def test_the_keys_beside_the_choices_stand_in_one_column(catalogue, language):
    choices = [say(message.id) for message in catalogue if re.fullmatch(r".* {2,}F\d+", str(message.id))]

    assert len(choices) > 1
    assert len({choice.rindex("F") for choice in choices}) == 1
