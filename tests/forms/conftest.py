import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas


class Drawn(NamedTuple):
    text: str
    left: float
    right: float
    y: float
    size: float


@pytest.fixture(scope="session")
def drawn():
    """Every text that reaches a canvas, with the room it takes; cleared by the test that reads it."""
    texts = []
    draw = Canvas.drawString

    def record(canvas, x, y, text, **options):
        right = x + stringWidth(text, canvas._fontname, canvas._fontsize)
        texts.append(Drawn(text, x, right, y, canvas._fontsize))
        draw(canvas, x, y, text, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Canvas, "drawString", record)
        yield texts


@pytest.fixture
def reprint(tmp_path):
    """The digest of a document drawn by another process, elsewhere, in another zone, beside a false font."""

    def run(draw, values):
        (tmp_path / "Vera.ttf").write_bytes(b"not a font")
        code = (
            f"import hashlib\n{draw}\nfrom tests.forms.samples import *\n"
            f"print(hashlib.sha256(draw({values}, SPANISH)).hexdigest())"
        )
        root = Path(__file__).parents[2]
        settings = os.environ | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
        answer = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=settings
        )
        return answer.stdout.strip()

    return run
