"""What a shift credited, beside what the pumps dispensed (STA-7, STA-12)."""

from hypothesis import given
from hypothesis import strategies as st

from suite.domain.earning import EarnedLine
from suite.domain.events.station import Dispensed, PrizeRedeemed, SaleRecorded, SaleReversed, ShiftOpened
from suite.domain.shift import CreditedProduct, sum_shift


def sale(attendant="01", product="2", quantity=1000, points=10):
    return SaleRecorded(
        at=1, document="A", card="1", account=1, version=1, points=points, attendant=attendant,
        lines=(EarnedLine(product, quantity, 100, points, "r"),),
    )  # fmt: skip


def test_only_the_attendants_own_facts_count():
    events = [ShiftOpened(at=1, attendant="01"), sale(), sale("02", quantity=5000), sale(product="3")]
    sums = sum_shift(events, "01", (Dispensed("2", 4000),))
    assert (sums.sales, sums.points) == (2, 20)
    assert sums.products == (CreditedProduct("2", 1000, 4000), CreditedProduct("3", 1000, None))


def test_prizes_and_returns_stand_apart():
    events = [
        PrizeRedeemed(at=1, card="1", account=1, prize="MUG", points=100, attendant="01"),
        SaleReversed(at=1, document="A", card="1", account=1, sold_at=1, amount=1, points=7, lines=(), attendant="01"),
    ]
    sums = sum_shift(events, "01")
    assert (sums.prizes, sums.spent, sums.returns, sums.taken_back, sums.points) == (1, 100, 1, 7, 0)


@given(st.lists(st.tuples(st.sampled_from(["01", "02"]), st.sampled_from("23"), st.integers(0, 10**6))))
def test_the_shifts_of_all_attendants_add_up_to_the_whole(sold):
    events = [sale(attendant, product, quantity) for attendant, product, quantity in sold]
    credited = [p.credited for attendant in ("01", "02") for p in sum_shift(events, attendant).products]
    assert sum(credited) == sum(quantity for _, _, quantity in sold)
