"""Months as the data write them, `1997-01`, counted by the tests themselves."""


def months_between(first, last):
    """Every month from the first to the last, both included."""
    return [month_after("0000-01", number) for number in range(number_of(first), number_of(last) + 1)]


def month_after(month, months):
    number = number_of(month) + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def number_of(month):
    return int(month[:4]) * 12 + int(month[5:]) - 1


def just_before(month):
    """A moment on the first day of a month, before anything is sold in it."""
    return f"{month}-01T00:00:00+00:00"


def just_after(month):
    """A moment on the first day of the next month, when everywhere the month is over."""
    return f"{month_after(month, 1)}-01T20:00:00+00:00"
