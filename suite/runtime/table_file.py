"""A CSV file from outside, read row by row: a wrong row is set aside with its line and the reason, never dropped."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import msgspec

from suite.domain.errors import N_
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import FORMULA_STARTS, LINE_MAX, safe_cell, safe_text

ENCODING = "utf-8-sig"
"""UTF-8, with or without the mark that spreadsheets put in front."""

ROWS_MAX = 1_000_000
"""A year of the busiest station, twice."""

REASON = "reason"

SPANISH = {
    "momento": "moment",
    "fecha": "moment",
    "surtidor": "pump",
    "factura": "fiscal",
    "comprobante": "document",
    "tarjeta": "card",
    "producto": "product",
    "cantidad": "quantity",
    "importe": "amount",
    "premio": "prize",
    "socio": "member",
    "apellido": "surname",
    "nombre": "name",
    "tipo_documento": "document_type",
    "documento": "document",
    "telefono": "phone",
    "domicilio": "address",
    "flota": "fleet",
    "emitida": "issued",
    "rol": "role",
    "mes": "month",
    "dia": "day",
    "día": "day",
    "puntos": "points",
    "porcentaje": "percent",
}
"""Headings that a till or a spreadsheet in Spanish writes."""


class BadRow(ValueError):
    """What is wrong with one row; the text is for the person who will mend it."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class SetAside(msgspec.Struct, frozen=True):
    """A row that was not taken: its line in the file, why, and the row as it stood."""

    line: int
    reason: str
    facts: dict[str, object]
    row: tuple[str, ...]


class Row(msgspec.Struct, frozen=True):
    """One row of the file by column, with its line. `width` is how many cells the header asks for."""

    line: int
    cells: dict[str, str]
    raw: tuple[str, ...]
    width: int

    def cell(self, column: str) -> str:
        """The cell under a column, '' where the file has no such column.

        An apostrophe that disarms a formula in a set-aside file is taken off again. Raises BadRow for a row of
        another width than the header: an unquoted 1,000.00 would pass for 1.
        """
        if len(self.raw) != self.width:
            raise BadRow(N_("has {cells} cells where the header has {width}"), cells=len(self.raw), width=self.width)
        written = self.cells.get(column, "").strip()
        return written[1:] if written.startswith("'") and written[1:].startswith(FORMULA_STARTS) else written


def rows_of(path: Path, columns: tuple[str, ...]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The header as written and the rows of a CSV file, comma or semicolon. Raises BadInput for another file."""
    try:
        with path.open(encoding=ENCODING, newline="") as file:
            heading = _heading(file.readline(), path, columns, {})
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(N_("{path} cannot be read as a UTF-8 text file: {reason}"), path=path, reason=error) from error
    return heading.header, _rows_of_file(path, heading)


def rows_in(
    content: bytes, path: Path, columns: tuple[str, ...], spelled: Mapping[str, str], encoding: str = ENCODING
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The same for a file that was read already. `spelled` are its names of columns, beside the usual ones."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(N_("{path} cannot be read as a UTF-8 text file: {reason}"), path=path, reason=error) from error
    file = io.StringIO(text, newline="")
    heading = _heading(file.readline(), path, columns, spelled)
    file.seek(0)
    return heading.header, _rows(file, path, heading)


class _Heading(msgspec.Struct, frozen=True):
    """The first line: what parts its cells, as it is written, and the columns that it names."""

    delimiter: str
    header: tuple[str, ...]
    names: list[str]


def _heading(line: str, path: Path, columns: tuple[str, ...], spelled: Mapping[str, str]) -> _Heading:
    """Raises BadInput where a column is missing."""
    delimiter = ";" if line.count(";") > line.count(",") else ","
    try:
        header = tuple(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error as error:
        raise BadInput(
            N_("{path}, line {line}: not a CSV row of UTF-8 text: {reason}"), path=path, line=1, reason=error
        ) from error
    own = {written.strip().lower(): column for written, column in spelled.items()}
    names = [name.strip().lower() for name in header]
    names = [own.get(name) or SPANISH.get(name, name) for name in names]
    if missing := [column for column in columns if column not in names]:
        raise BadInput(
            N_("{path}, line 1: the column {column} is missing. The first line must name: {columns}."),
            path=path,
            column=missing[0],
            columns=", ".join(columns),
        )
    return _Heading(delimiter, header, names)


def _rows_of_file(path: Path, heading: _Heading) -> Iterator[Row]:
    with path.open(encoding=ENCODING, newline="") as file:
        yield from _rows(file, path, heading)


def _rows(file: TextIO, path: Path, heading: _Heading) -> Iterator[Row]:
    reader, names = csv.reader(file, delimiter=heading.delimiter), heading.names
    try:
        next(reader, None)
        for count, cells in enumerate(reader, start=1):
            if count > ROWS_MAX:
                raise BadInput(N_("{path} has more than {limit} rows. Split it."), path=path, limit=ROWS_MAX)
            if cells:
                yield Row(reader.line_num, dict(zip(names, cells, strict=False)), tuple(cells), len(names))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInput(
            N_("{path}, line {line}: not a CSV row of UTF-8 text: {reason}"),
            path=path,
            line=reader.line_num + 1,
            reason=error,
        ) from error


def set_aside_file(header: tuple[str, ...], rows: Sequence[SetAside], reasons: Sequence[str]) -> str:
    """A CSV to mend and import again: the reason in front, then each row as it stood, of whatever width."""
    again = header[:1] == (REASON,)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([REASON, *header[again:]])
    for row, reason in zip(rows, reasons, strict=True):
        writer.writerow([safe_cell(reason), *(safe_cell(safe_text(cell, LINE_MAX)) for cell in row.row[again:])])
    return out.getvalue()
