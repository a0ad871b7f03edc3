"""What the station's commands share: opening its desk, reading what people type, saying what a file brought."""

import re
from collections.abc import Iterable
from pathlib import Path

from suite.domain.earning import SaleLine
from suite.domain.errors import N_
from suite.domain.ids import CODE_PATTERN, PrizeCode, ProductCode
from suite.domain.quantities import Centavos, Millis
from suite.runtime.ballast import Reserve
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import Answer, keep_set_aside, table
from suite.runtime.errors import BadInput
from suite.runtime.explaining import tried_line
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import money, number, quantity, say
from suite.runtime.typed_text import scaled
from suite.station import courier
from suite.station.desk import Desk, SaleReceipt
from suite.station.guarded import GuardedDesk
from suite.station.imports import Imported


def open_desk(home: Home) -> GuardedDesk:
    """The desk of the station in that folder, with its reserve for a full disk. Raises NotSetUp, StorageTrouble."""
    node, reserve = courier.open_station(home), Reserve(home.ballast)
    reserve.keep()
    return GuardedDesk(
        node.membership.invitation.station, node.store, clock_from_environment(), home, reserve, node.telephone_keys
    )


def imported_answer(home: Home, file: Path, imported: Imported) -> Answer:
    """The summary of an import; rows set aside go to a file to mend, and the exit code says so."""
    kept = keep_set_aside(home.out, file, imported.header, imported.set_aside)
    head = say(
        N_("Taken {taken}, known already {known}, kept as incidents {incidents}, rows set aside {aside}."),
        taken=number(imported.taken),
        known=number(imported.known),
        incidents=number(imported.incidents),
        aside=number(len(kept.reasons)),
    )
    data = {
        "taken": imported.taken,
        "known": imported.known,
        "incidents": imported.incidents,
        "beyond": imported.beyond,
        "set_aside": [
            {"line": row.line, "reason": reason} for row, reason in zip(imported.set_aside, kept.reasons, strict=True)
        ],
        "set_aside_file": str(kept.path) if kept.path else None,
    }
    beyond = say(
        N_("{count} of them passed a limit of spending with no link: they are recorded, and central is told."),
        count=number(imported.beyond),
    )
    return Answer(data, (head, *((beyond,) if imported.beyond else ()), *kept.lines), kept.exit_code)


def receipt_answer(desk: Desk, receipt: SaleReceipt) -> Answer:
    """A credited ticket: its lines, their total, and the points with what gave them (STA-3)."""
    programme = desk.programme()
    names = {product.code: product.name for product in programme.products}
    head = say(
        N_("{member}: {points} points for ticket {document}. Balance {balance}. {reference}"),
        member=receipt.member,
        points=number(receipt.points),
        document=receipt.document,
        balance=shown_balance(receipt.balance),
        reference=receipt.reference,
    )
    columns = (say(N_("Product")), say(N_("Quantity")), say(N_("Amount")), say(N_("Points")))
    rows = [
        (names.get(line.product, line.product), quantity(line.quantity), money(line.amount), number(line.points))
        for line in receipt.lines
    ]
    total = (say(N_("Total")), "", money(receipt.total), number(receipt.points))
    applied = (tried_line(programme, tried) for tried in receipt.applied)
    return Answer(receipt, (head, *table(columns, [*rows, total]), *applied))


def shown_balance(balance: int | None) -> str:
    """A balance, or the dash of a card that may not see it."""
    return "—" if balance is None else number(balance)


def parse_line(written: str) -> SaleLine:
    """`PRODUCT:QUANTITY:AMOUNT`, decimals with a point or a comma. Raises BadInput."""
    parts = written.split(":")
    numbers = (scaled(parts[1], 3), scaled(parts[2], 2)) if len(parts) == 3 else (None, None)  # noqa: PLR2004 -- the shape
    if numbers[0] is None or numbers[1] is None or not re.fullmatch(CODE_PATTERN, parts[0]):
        raise BadInput(N_("{line!r} is not PRODUCT:QUANTITY:AMOUNT, like 2:40,5:51300"), line=written)
    return SaleLine(ProductCode(parts[0]), Millis(numbers[0]), Centavos(numbers[1]))


def parse_counts(written: Iterable[str]) -> dict[PrizeCode, int]:
    """Prizes and how many of each: `MUG=4` or `MUG:4`. Raises BadInput."""
    found: dict[PrizeCode, int] = {}
    for each in written:
        prize, _, count = each.strip().replace(":", "=").partition("=")
        if not re.fullmatch(CODE_PATTERN, prize) or not re.fullmatch("[0-9]{1,6}", count):
            raise BadInput(N_("{written!r} is not PRIZE=COUNT, like MUG=4"), written=safe_text(each))
        found[PrizeCode(prize)] = int(count)
    return found
