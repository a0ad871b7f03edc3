"""National holidays to begin a calendar from: the host of the library that knows them.

A calendar is data of the programme, signed and versioned like all of it, for bridges are decreed late and locals have
their own days; nothing asks this library when a month is settled.
"""

from datetime import date

from suite.domain.errors import N_
from suite.runtime.errors import BadInput


def national_holidays(country: str, year: int) -> list[tuple[date, str]]:
    """A country's national holidays of a year with their names. Raises BadInput for a country nobody knows."""
    import holidays

    try:
        found = holidays.country_holidays(country, years=year, language="es" if country == "AR" else None)
    except NotImplementedError:
        raise BadInput(N_("There are no holidays for the country {country!r}."), country=country) from None
    return sorted(found.items())
