"""Every text a person reads, in their language. English stands in the code, Spanish in the catalogue (gettext)."""

import gettext
import os
from pathlib import Path

from suite.domain.errors import Phrase, Refusal
from suite.runtime.errors import SuiteError

CATALOGUES = Path(__file__).parent.parent / "locale"
LANGUAGES = ("es", "en")
LANGUAGE_VARIABLE = "CANJE_LANG"

_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def set_language(language: str) -> None:
    """Speak that language from here on; an unknown one falls back to Spanish, the stations' own."""
    global _current, _language  # noqa: PLW0603 -- a process speaks one language, chosen once at its start
    _language = language if language in LANGUAGES else "es"
    _current = gettext.translation("canje", CATALOGUES, languages=[_language], fallback=_language == "en")


def language() -> str:
    return _language


def language_from_environment() -> str:
    """CANJE_LANG, else the system's language if we have it, else Spanish."""
    wanted = os.environ.get(LANGUAGE_VARIABLE) or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return wanted[:2] if wanted[:2] in LANGUAGES else "es"


def say(text: str, **facts: object) -> str:
    """The text in the current language with its facts filled in."""
    said = _current.gettext(text) if text else ""
    return said.format(**facts) if facts else said


def say_many(one: str, many: str, count: int, **facts: object) -> str:
    """The text in the form that the count asks for; `{count}` is filled in."""
    return _current.ngettext(one, many, count).format(count=count, **facts)


def say_error(error: Refusal | SuiteError) -> str:
    """The sentence of a refusal or a trouble, with its numbers as people write them."""
    facts = error.numbers if isinstance(error, Refusal) else error.facts
    return say(error.text).format(**{name: shown(fact) for name, fact in facts.items()})


def shown(fact: object) -> object:
    """A fact as people write it: numbers with marks, phrases in their language."""
    if isinstance(fact, int) and not isinstance(fact, bool):
        return number(fact)
    return in_words(fact)


def in_words(fact: object) -> object:
    """A fact with its phrases in the current language, everything else as it is."""
    if isinstance(fact, Phrase):
        return say(fact.text).format(**{name: shown(inner) for name, inner in fact.facts.items()})
    return fact


def decimal_mark() -> str:
    return "," if _language == "es" else "."


def thousands_mark() -> str:
    return "." if _language == "es" else ","


def number(value: int) -> str:
    """An integer with its thousands apart: 12.345 in Spanish, 12,345 in English."""
    return f"{value:,}".replace(",", thousands_mark())


def money(centavos: int) -> str:
    """An amount with two decimals, as people of the language write it."""
    sign = "-" if centavos < 0 else ""
    return f"{sign}{number(abs(centavos) // 100)}{decimal_mark()}{abs(centavos) % 100:02d}"


def quantity(millis: int) -> str:
    """Thousandths as a decimal without idle zeros: 40, 12,5, 0,125."""
    whole, part = divmod(millis, 1000)
    decimals = f"{part:03d}".rstrip("0")
    return f"{number(whole)}{decimal_mark()}{decimals}" if decimals else number(whole)
