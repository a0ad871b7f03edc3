"""National holidays to begin a calendar from: the host of the library that knows them.

A calendar is data of the programme, signed and versioned like all of it, for bridges are decreed late and locals have
their own days; nothing asks this library when a month is settled.
"""

from datetime import date

from suite.domain.errors import N_
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text


def national_holidays(country: str, year: int) -> list[tuple[date, str]]:
    """A country's national holidays of a year with their names. Raises BadInput for a country nobody knows."""
    import holidays

    code = country.strip().upper()
    languages = holidays.list_localized_countries().get(code, [])
    if code not in holidays.list_supported_countries():
        raise BadInput(N_("There are no holidays for the country {country!r}."), country=safe_text(country, 40))
    found = holidays.country_holidays(code, years=year, language="es" if "es" in languages else None)
    return sorted(found.items())
