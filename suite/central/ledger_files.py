"""Files of the office that move points or say what promotions ask: opening lots, fleet invoices, segments, rates.

Rows are taken or set aside with their line; loading a file twice changes nothing.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from suite.central.adjustments import credit_fleet_invoice, load_opening
from suite.central.enrolment_files import Loaded, member_number
from suite.central.office import Office
from suite.domain.calendar import Month, month_name, month_named, month_of
from suite.domain.campaigns import Response
from suite.domain.earning import SaleLine
from suite.domain.errors import N_, DocumentAlreadyClaimed, Refusal
from suite.domain.events.central import OpeningLot
from suite.domain.events.members import MemberRate
from suite.domain.ids import CODE_PATTERN, AccountId, DocumentNumber, ProductCode
from suite.domain.quantities import Centavos, Millis, Points, Rate
from suite.runtime.config_tables import PERCENT, rate_of
from suite.runtime.safe_text import safe_text
from suite.runtime.table_file import BadRow, Row, SetAside, rows_of
from suite.runtime.typed_text import plain_document, scaled

POINTS_MAX = 10**12
Tick = Callable[[int], None]


def _silent(_: int) -> None:
    """Nobody watches."""


def load_opening_file(office: Office, path: Path, tick: Tick = _silent) -> Loaded:
    """Opening balances: member, month, points. Raises BadInput for a file of another shape."""
    header, rows = rows_of(path, ("member", "month", "points"))
    aside, known, lots = list[SetAside](), 0, list[OpeningLot]()
    here = dict[tuple[AccountId, str], int]()
    with office.store.transaction():
        there = {account for account, _, _ in office.store.directory.accounts()}
        loaded, this_month = office.store.ledger.opening_months(), month_of(office.clock.now(), office.zone())
        for row in rows:
            tick(row.line)
            try:
                lot = _opening_lot(row, this_month, there)
            except BadRow as fault:
                aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
                continue
            key = (lot.account, month_name(lot.month))
            if key in here:
                reason = N_("line {line} already gives this member's opening balance of this month: add the two up")
                aside.append(SetAside(row.line, reason, {"line": here[key]}, row.raw))
                continue
            here[key] = row.line
            known += key in loaded
            if key not in loaded:
                lots.append(lot)
        load_opening(office, lots)
    return Loaded(header, len(lots), known, tuple(aside))


def _opening_lot(row: Row, this_month: Month, there: set[AccountId]) -> OpeningLot:
    account = _known_member(row, there)
    try:
        month = month_named(row.cell("month"))
    except ValueError:
        raise BadRow(N_("the month {value!r} is not like 2026-11"), value=safe_text(row.cell("month"))) from None
    if month > this_month:
        raise BadRow(N_("the month {value!r} is still to come"), value=safe_text(row.cell("month")))
    points = scaled(row.cell("points"), 0)
    if not points or points > POINTS_MAX:
        raise BadRow(N_("the points {value!r} are not a whole number above zero"), value=safe_text(row.cell("points")))
    return OpeningLot(account, month, Points(points))


def load_fleet_month(office: Office, path: Path, month: Month, tick: Tick = _silent) -> Loaded:
    """The invoices issued to fleets' owners in a month: member, document, product, quantity, amount (PTS-7).

    Rows of one document are one invoice. Raises BadInput for a file of another shape.
    """
    header, rows = rows_of(path, ("member", "document", "product", "quantity", "amount"))
    aside, invoices = list[SetAside](), dict[tuple[AccountId, DocumentNumber], list[tuple[Row, SaleLine]]]()
    taken = known = 0
    with office.store.transaction():
        there = {account for account, _, _ in office.store.directory.accounts()}
        torn = dict[str, int]()
        for row in rows:
            tick(row.line)
            try:
                invoices.setdefault((_known_member(row, there), _document(row)), []).append((row, _line(row)))
            except BadRow as fault:
                torn.setdefault(" ".join(row.cell("document").split()).upper(), row.line)
                aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
        for (account, document), lines in invoices.items():
            if document in torn:
                reason = N_("this row is right, but line {line} of the same ticket is wrong")
                aside += [SetAside(row.line, reason, {"line": torn[document]}, row.raw) for row, _ in lines]
                continue
            try:
                credit_fleet_invoice(office, account, month, document, tuple(line for _, line in lines))
                taken += 1
            except DocumentAlreadyClaimed:
                known += 1
            except Refusal as refusal:
                aside += [SetAside(row.line, refusal.text, refusal.numbers, row.raw) for row, _ in lines]
    return Loaded(header, taken, known, tuple(aside))


def read_members(office: Office, path: Path) -> tuple[tuple[str, ...], list[AccountId], tuple[SetAside, ...]]:
    """A list of members, for a segment: the column `member`. Raises BadInput for a file of another shape."""
    header, rows = rows_of(path, ("member",))
    with office.store.transaction():
        there = _members_of_today(office)
    found, aside = list[AccountId](), list[SetAside]()
    for row in rows:
        try:
            found.append(_known_member(row, there))
        except BadRow as fault:
            aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
    return header, list(dict.fromkeys(found)), tuple(aside)


def read_rates(office: Office, path: Path) -> tuple[tuple[str, ...], list[MemberRate], tuple[SetAside, ...]]:
    """Members' own percentages: member, percent. Raises BadInput for a file of another shape."""
    header, rows = rows_of(path, ("member", "percent"))
    with office.store.transaction():
        there = _members_of_today(office)
    found, aside = list[MemberRate](), list[SetAside]()
    for row in rows:
        try:
            found.append(MemberRate(_known_member(row, there), _percent(row)))
        except BadRow as fault:
            aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
    return header, found, tuple(aside)


def read_responses(office: Office, path: Path) -> tuple[tuple[str, ...], list[Response], tuple[SetAside, ...]]:
    """Answers to a campaign: member, day. Raises BadInput for a file of another shape."""
    header, rows = rows_of(path, ("member", "day"))
    with office.store.transaction():
        there = {account for account, _, _ in office.store.directory.accounts()}
    found, aside = list[Response](), list[SetAside]()
    for row in rows:
        try:
            found.append(Response(_known_member(row, there), _day(row)))
        except BadRow as fault:
            aside.append(SetAside(row.line, fault.reason, fault.facts, row.raw))
    return header, found, tuple(aside)


def _day(row: Row) -> str:
    written = row.cell("day")
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise BadRow(N_("the day {value!r} is not like 2026-11-30"), value=safe_text(written)) from None


def _percent(row: Row) -> Rate:
    written = row.cell("percent")
    try:
        return rate_of(Decimal(written.replace(",", ".")) / PERCENT)
    except (ValueError, InvalidOperation):
        raise BadRow(N_("the percentage {value!r} is not a number"), value=safe_text(written)) from None


def _members_of_today(office: Office) -> set[AccountId]:
    """Everybody who has not left."""
    groups, gone = office.store.members.groups(), office.store.members.gone()
    return {a for a, _, _ in office.store.directory.accounts() if groups.root_of(a) not in gone}


def _known_member(row: Row, there: set[AccountId]) -> AccountId:
    account = member_number(row)
    if account not in there:
        raise BadRow(N_("there is no member {member}; load the members first"), member=account)
    return account


def _document(row: Row) -> DocumentNumber:
    document = plain_document(row.cell("document"))
    if document is None:
        raise BadRow(
            N_("the ticket number {value!r} must be 1 to 40 letters, digits and . _ / : -"),
            value=safe_text(row.cell("document")),
        )
    return document


def _line(row: Row) -> SaleLine:
    product, quantity, amount = row.cell("product"), scaled(row.cell("quantity"), 3), scaled(row.cell("amount"), 2)
    if not re.fullmatch(CODE_PATTERN, product) or quantity is None or amount is None:
        raise BadRow(N_("product, quantity or amount cannot be read"))
    return SaleLine(ProductCode(product), Millis(quantity), Centavos(amount))
