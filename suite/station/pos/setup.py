"""What this station was told about its POS: the folder, the format, and which of its codes are which products.

It stands beside the journal and in none: it is about this machine.
"""

from typing import Literal

import msgspec

Format = Literal["csv", "naxml", "poslog"]
FORMATS: tuple[Format, ...] = ("csv", "naxml", "poslog")
Dates = Literal["iso", "dmy", "mdy"]
DATES: tuple[Dates, ...] = ("iso", "dmy", "mdy")

CSV_COLUMNS = ("moment", "document", "product", "quantity", "amount")
CSV_MORE = ("card", "pump", "fiscal")


class PosSetup(msgspec.Struct, frozen=True):
    """How sales come from the POS of this station."""

    folder: str = ""
    """Watched for new files; empty where nothing is watched."""

    format: Format = "csv"
    store: str = ""
    """The store whose sales these are, as the POS names it; empty takes every store's."""

    products: dict[str, str] = {}
    """From what the POS writes (`fuel:3`, `item:0007084701520`, `dept:020001`, `other`) to a product; `-` for none."""

    columns: dict[str, str] = {}
    """CSV: how the file names each column."""

    dates: Dates = "iso"
    encoding: str = "utf-8"
    leave: bool = False
    """Files stay where they are, for another program reads them too."""
