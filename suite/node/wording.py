"""The current language, in the shape that paper asks for."""

from forms.page import Wording
from suite.runtime.texts import decimal_mark, say, thousands_mark


def wording() -> Wording:
    return Wording(say=say, decimal=decimal_mark(), thousands=thousands_mark())
