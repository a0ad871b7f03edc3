"""Argentine documents and business days, against numbers that others published."""

from datetime import date

import pytest

from suite.domain.calendar import first_business_day, month_named, next_business_day
from suite.domain.errors import BadDocument
from suite.runtime.identity import checked_document, is_cuit
from tests.acceptance.months import just_before

PROGRAMME = """
[network]
code = "ar"
name = "Red argentina"
currency = "ARS"
time_zone = "America/Argentina/Buenos_Aires"
[points]
value = "0.01"
[[groups]]
code = "fuel"
name = "Combustibles"
[[products]]
code = "1"
name = "Nafta"
group = "fuel"
[[rules]]
code = "all"
per_unit = "1"
[calendar]
holidays = [{days}]
"""
KINDS = ["CUIT", "CUIL"]
NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@pytest.fixture(scope="module")
def vectors(data_set):
    """Every number with its verdict."""
    return [(row["cuit"], row["valid"] == "1") for row in data_set("ar_ids").rows("cuit_vectors.csv")]


@pytest.fixture(scope="module")
def companies(data_set):
    """The numbers of fuel companies as they are printed, with their hyphens."""
    return [row["cuit"] for row in data_set("ar_ids").rows("station_cuits.csv")]


@pytest.fixture(scope="module")
def calendar(data_set):
    return data_set("ar_holidays")


@pytest.fixture(scope="module")
def holidays(calendar):
    files = sorted(path.name for path in calendar.folder.glob("holidays_*.csv"))
    if not files:
        pytest.skip(f"no holidays_*.csv in {calendar.folder}")
    return {row["date"]: row["name_en"] for name in files for row in calendar.rows(name)}


def taken(kind, number):
    """A document as it would be kept; None when it is refused."""
    try:
        return checked_document(kind, number)
    except BadDocument:
        return None


def test_every_number_is_judged_as_its_publisher_does(vectors):
    assert [(number, is_cuit(number)) for number, _ in vectors] == vectors


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_kept_in_digits_and_refused_when_it_is_none(vectors, kind):
    expected = [(kind, number) if valid else None for number, valid in vectors]

    assert [taken(kind, number) for number, _ in vectors] == expected
    assert [taken(kind.lower(), f" {number[:2]}-{number[2:10]}-{number[10:]} ") for number, _ in vectors] == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_fuel_companys_number_is_taken_as_it_is_printed(companies, kind):
    assert [number for number in companies if not is_cuit(number)] == []
    assert [taken(kind, number) for number in companies] == [(kind, number.replace("-", "")) for number in companies]


def test_every_month_settles_on_the_expected_business_day(calendar, holidays):
    expected = calendar.rows("expected/first_business_day.csv")

    days = {row["month"]: first_business_day(month_named(row["month"]), holidays) for row in expected}

    found = [
        {
            "month": month,
            "first_business_day": day.isoformat(),
            "weekday": NAMES[day.weekday()],
            "days_after_the_1st": str(day.day - 1),
        }
        for month, day in days.items()
    ]
    assert found == expected


def test_an_order_of_a_monday_that_is_a_holiday_waits_for_the_expected_day(calendar, holidays):
    expected = calendar.rows("expected/monday_holidays.csv")
    mondays = [day for day in sorted(holidays) if date.fromisoformat(day).weekday() == 0]

    waits = {day: next_business_day(date.fromisoformat(day), holidays).isoformat() for day in mondays}

    last_year = max(holidays)[:4]  # What waits for a year that the file does not hold is not expected.
    found = [
        {"monday": day, "holiday": holidays[day], "next_business_day": until}
        for day, until in waits.items()
        if until[:4] <= last_year
    ]
    assert found == expected


def test_an_office_that_was_given_the_holidays_says_the_same_days(new_network, calendar, holidays):
    expected = {row["month"]: row["first_business_day"] for row in calendar.rows("expected/first_business_day.csv")}
    network = new_network("ar", just_before(min(expected)))
    network.central("init", network.write("programme.toml", PROGRAMME.format(days=", ".join(sorted(holidays)))))

    years = sorted({month[:4] for month in expected})
    found = {row["month"]: row["day"] for year in years for row in network.central("business-days", year)}

    assert found == expected
