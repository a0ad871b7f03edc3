"""Invented members, cards and tickets. The same ones every time: a demo is a story, not a lottery."""

from datetime import date, datetime, time, timedelta

from suite.domain.standing import luhn

SURNAMES = ("Acosta", "Benítez", "Cabral", "Duarte", "Escobar", "Ferreyra", "Giménez", "Ibáñez", "Ledesma", "Núñez")
NAMES = ("Ana", "Bruno", "Carla", "Diego", "Elsa", "Fabián")
PRICES = {"1": 1267, "2": 1489, "3": 1412, "4": 38900, "5": 3200}
STREETS = ("Urquiza", "San Martín", "Belgrano", "Los Aromos")
TICKETS_A_STATION = 60


def members() -> list[tuple[int, str, str, str, str, str, str]]:
    """Member, surname, name, document type, document, phone, address."""
    people = [(surname, name) for name in NAMES for surname in SURNAMES]
    return [
        (
            1001 + i,
            surname,
            name,
            "DNI",
            str(21_000_000 + 317_411 * i),
            f"0345 4{i:02d}-{1000 + 37 * i}",
            f"{STREETS[i % len(STREETS)]} {100 + 13 * i}",
        )
        for i, (surname, name) in enumerate(people)
    ]


def card_of(member: int) -> str:
    """The member's card: programme prefix, member number, Luhn check digit."""
    body = f"604633{member:09d}"
    return next(f"{body}{digit}" for digit in range(10) if luhn(f"{body}{digit}"))


def tickets(place: int, day: date) -> list[tuple[str, str, str, str, str, str]]:
    """A day's rows of one till: moment, document, card, product, quantity, amount. Two of them are wrong on purpose."""
    people = members()
    rows = []
    for n in range(TICKETS_A_STATION):
        member = people[(n * 7 + place * 11) % len(people)][0]
        moment = (datetime.combine(day, time(6, 5)) + timedelta(minutes=15 * n)).isoformat()
        document = f"B{place:04d}-{41000 + n:08d}"
        product = str(1 + (n + place) % 3)
        millis = 18_000 + 731 * ((n * 13 + place) % 47)
        rows.append(
            (moment, document, card_of(member), product, decimal(millis, 3), decimal(millis * PRICES[product] // 10, 2))
        )
        if n % 4 == 0:
            extra = "4" if n % 12 == 0 else "5"
            rows.append((moment, document, card_of(member), extra, "1", decimal(PRICES[extra] * 100, 2)))
    late = datetime.combine(day, time(21, 40)).isoformat()
    rows.append((late, f"B{place:04d}-00049998", card_of(9_000_000 + place), "1", "30", "38010.00"))
    rows.append((late, f"B{place:04d}-00049999", card_of(people[0][0]), "1", "thirty", "38010.00"))
    return rows


def decimal(number: int, places: int) -> str:
    """An exact integer as a decimal with that many places."""
    return f"{number // 10**places}.{number % 10**places:0{places}d}"
