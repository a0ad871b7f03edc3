"""The QR code of an Argentine invoice (ARCA, once AFIP; RG 4892/2020): an address with the invoice in it.

Nothing is asked of that address: the invoice's numbers are read, its totals as exact integers.
"""

import base64
import binascii
import json
import re

import msgspec

from suite.domain.errors import N_
from suite.domain.fiscal import FiscalNumber, fiscal_of
from suite.domain.quantities import Centavos
from suite.runtime.errors import BadInput
from suite.runtime.exact import exact
from suite.runtime.identity import is_cuit

QR_MAX = 2048
"""The longest that a QR code of a printed invoice holds comfortably, twice."""
ADDRESS = re.compile(r"https?://(?:www\.)?(?:afip|arca)\.gob\.ar/fe/qr/?\?p=([0-9A-Za-z+/_%=-]{8,2000})", re.IGNORECASE)
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FiscalQr(msgspec.Struct, frozen=True):
    """What the code says: the invoice, its day, its total in hundredths of its currency."""

    fiscal: FiscalNumber
    day: str
    amount: Centavos
    currency: str


def is_fiscal_qr(written: str) -> bool:
    """Whether a text is the address of such a code."""
    return ADDRESS.fullmatch(written.strip()) is not None


def read_fiscal_qr(written: str) -> FiscalQr:
    """The invoice of a code. Raises BadInput."""
    found = ADDRESS.fullmatch(written.strip()) if len(written) <= QR_MAX else None
    if found is None:
        raise BadInput(N_("That is not the code of an invoice. Scan the QR printed at its foot."))
    fields = _fields(found[1])
    cuit, kind, point, number = (_whole(fields.get(name)) for name in ("cuit", "tipoCmp", "ptoVta", "nroCmp"))
    fiscal = fiscal_of(f"AR-{cuit}-{kind}-{point}-{number}")
    if fiscal is None or not is_cuit(cuit):
        raise BadInput(
            N_("The code does not name an invoice: its CUIT, point of sale, type or number is not possible.")
        )
    amount = exact(str(fields.get("importe", "")), 2)
    day, currency = str(fields.get("fecha", "")), str(fields.get("moneda", ""))
    if amount is None or amount < 0 or not DAY.fullmatch(day) or not re.fullmatch("[A-Z0-9]{3}", currency):
        raise BadInput(N_("The code of the invoice names no possible day, total or currency."))
    return FiscalQr(fiscal, day, Centavos(amount), currency)


def _fields(packed: str) -> dict[str, object]:
    """The object inside, its numbers as they are written: no total becomes a float."""
    packed = packed.replace("%3D", "=").replace("%3d", "=").replace("%2B", "+").replace("%2F", "/")
    packed = packed.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        plain = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        found = json.loads(plain, parse_float=str, parse_int=str)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadInput(N_("The code of the invoice is damaged. Scan it again.")) from error
    if not isinstance(found, dict):
        raise BadInput(N_("The code of the invoice is damaged. Scan it again."))
    return found


def _whole(written: object) -> str:
    """A number as its digits; some programs write it between quotes."""
    text = str(written)
    return text if re.fullmatch("[0-9]{1,11}", text) else "?"
