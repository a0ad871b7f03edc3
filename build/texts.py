"""Collects the texts of the code, merges them into the Spanish catalogue and compiles it: `make texts`.

English stands in the code; `suite/locale/es/LC_MESSAGES/canje.po` holds the Spanish, written by people, and `canje.mo`
beside it is what the program reads. A test fails while a text has no Spanish or the compiled file is stale.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "suite" / "locale" / "es" / "LC_MESSAGES" / "canje.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"N_": None, "say": None, "say_many": (1, 2)}
COMMENT = """\
# The Spanish of Canje, written by people.
# `make texts` brings in what the code says, drops what it no longer says, and compiles canje.mo.
#"""


class StillCatalogue(Catalog):
    """A catalogue whose header holds no date, name or version, so that the same texts are the same bytes."""

    mime_headers = (
        ("Project-Id-Version", "Canje"),
        ("Language", "es"),
        ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit\n"),
    )


def collect() -> Catalog:
    """Every text the code can say."""
    found = Catalog(project="canje", fuzzy=False)
    for folder in ("suite", "forms"):
        for _name, _line, text, _comments, _context in extract_from_dir(
            str(ROOT / folder), method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=()
        ):
            if text:
                found.add(text)
    return found


def spanish() -> Catalog:
    """The Spanish catalogue as it stands."""
    catalogue = StillCatalogue(locale="es", header_comment=COMMENT, fuzzy=False)
    if PO.exists():
        with PO.open("rb") as file:
            for message in read_po(file, locale="es"):
                if message.id:
                    catalogue[message.id] = message
    return catalogue


def merged() -> Catalog:
    """The Spanish catalogue with exactly the texts of the code; new ones have no Spanish yet."""
    catalogue = spanish()
    catalogue.update(collect(), no_fuzzy_matching=True)
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    return out.getvalue().rstrip() + b"\n"


def mo_bytes(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """The texts that have no Spanish yet, or a doubtful one."""
    return [str(message.id) for message in catalogue if message.id and not _finished(message)]


def _finished(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return not message.fuzzy and all(forms)


def main() -> int:
    catalogue = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))
    untranslated = missing(catalogue)
    for text in untranslated:
        print(f"no Spanish: {text}")
    return 1 if untranslated else 0


if __name__ == "__main__":
    sys.exit(main())
