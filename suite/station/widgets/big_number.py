"""A number that can be read from the other side of the counter, drawn with the one block every console font has."""

from textual.widgets import Static

GLYPHS = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": (" █ ", "██ ", " █ ", " █ ", "███"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", " ██", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
    "-": ("   ", "   ", "███", "   ", "   "),
    ".": (" ", " ", " ", " ", "█"),
    ",": (" ", " ", " ", "█", "█"),
}
ROWS = 5


def big(text: str) -> str:
    """The text's digits, signs and marks as five rows of blocks; a block is two columns wide, so that it is square."""
    rows = (" ".join(GLYPHS[c][row] for c in text if c in GLYPHS) for row in range(ROWS))
    return "\n".join("".join(cell * 2 for cell in row) for row in rows)


class BigNumber(Static):
    """Shows one number."""

    def __init__(self, text: str, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(big(text), id=id, markup=False)

    def show(self, text: str) -> None:
        """Show another number."""
        self.update(big(text))
