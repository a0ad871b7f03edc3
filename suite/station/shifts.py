"""Opening and closing an attendant's shift, and its report (STA-7, STA-12)."""

from suite.domain.calendar import local_time
from suite.domain.documents import ProductTotal, ReceiptNotHere, ShiftReport, TallyLine
from suite.domain.events.station import Dispensed, PrizeCount, ShiftClosed, ShiftOpened, Tally
from suite.domain.ids import AttendantNumber, ProductCode
from suite.domain.shift import NoShiftOpen, ShiftIsOpen, ShiftSums, sum_shift
from suite.journal.entry import Entry, Tip, short_reference
from suite.runtime.texts import number, say_many
from suite.station.desk import Desk


def open_shift(desk: Desk, attendant: AttendantNumber) -> Entry:
    """Begin a shift. Raises ShiftIsOpen."""
    with desk.store.writing():
        if desk.store.open_shift(attendant) is not None:
            raise ShiftIsOpen(attendant=attendant)
        return desk.store.append(ShiftOpened(at=desk.clock.now(), attendant=attendant))


def in_short(sales: int, points: int) -> str:
    """How many tickets a shift credited, and what they earned."""
    return say_many("{count} ticket, {points} points", "{count} tickets, {points} points", sales, points=number(points))


def sums_so_far(desk: Desk, attendant: AttendantNumber) -> ShiftSums:
    """What the open shift recorded until now. Raises NoShiftOpen."""
    opened = desk.store.open_shift(attendant)
    if opened is None:
        raise NoShiftOpen(attendant=attendant)
    return sum_shift(desk.store.events_between(opened, desk.store.tip().seq), attendant)


def close_shift(
    desk: Desk, attendant: AttendantNumber, dispensed: tuple[Dispensed, ...], counted: tuple[PrizeCount, ...]
) -> ShiftReport:
    """End a shift with what the pumps dispensed and what was counted on the shelf.

    Raises NoShiftOpen, UnknownProduct, UnknownPrize. The shelf itself is put right by a count of its own.
    """
    programme = desk.programme()
    for each in dispensed:
        programme.product(each.product)
    for line in counted:
        programme.prize(line.prize)
    with desk.store.writing():
        opened = desk.store.open_shift(attendant)
        if opened is None:
            raise NoShiftOpen(attendant=attendant)
        entry = desk.store.append(
            ShiftClosed(
                at=desk.clock.now(),
                attendant=attendant,
                opened=opened,
                dispensed=dispensed,
                counted=tuple(Tally(c.prize, c.quantity, desk.store.on_hand(c.prize)) for c in counted),
            )
        )
    return shift_report(desk, entry.tip.seq)


def shift_report(desk: Desk, seq: int, *, copy: bool = False) -> ShiftReport:
    """The report of the shift that the entry at that place closed. Raises ReceiptNotHere."""
    store, programme, zone = desk.store, desk.programme(), desk.zone()
    closed = store.event_at(seq) if 0 < seq <= store.tip().seq else None
    opened = store.event_at(closed.opened) if isinstance(closed, ShiftClosed) else None
    head = store.head_at(seq)
    if not isinstance(closed, ShiftClosed) or not isinstance(opened, ShiftOpened) or head is None:
        raise ReceiptNotHere(reference=str(seq))
    events = store.events_between(closed.opened, seq)
    sums = sum_shift(events, closed.attendant, closed.dispensed, closed.counted)
    products = {product.code: product for product in programme.products}
    known = store.attendant(closed.attendant)

    def total(product: ProductCode) -> tuple[str, bool]:
        found = products.get(product)
        return (found.name, found.unit == "piece") if found else (product, False)

    return ShiftReport(
        network=programme.name,
        station=desk.station,
        station_name=desk.name(),
        reference=short_reference(desk.station, Tip(seq, head)),
        attendant=known.name if known and known.name else closed.attendant,
        opened_at=local_time(opened.at, zone),
        closed_at=local_time(closed.at, zone),
        sales=sums.sales,
        points=sums.points,
        prizes=sums.prizes,
        spent=sums.spent,
        returns=sums.returns,
        taken_back=sums.taken_back,
        products=tuple(ProductTotal(*total(p.product), p.credited, p.dispensed) for p in sums.products),
        counted=tuple(TallyLine(programme.prize_name(t.prize), t.counted, t.expected) for t in sums.counted),
        copy=copy,
        currency=programme.currency,
        money=sums.money,
        money_back=sums.money_back,
    )
