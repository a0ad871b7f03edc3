"""The station's colours, legible with 16 of them and with none: words say what colours help to see."""

from textual.theme import Theme

CANJE = Theme(
    name="canje",
    primary="#1f4e8c",
    secondary="#e6b422",
    background="#101418",
    surface="#101418",
    foreground="#f2f2f2",
    success="#2ecc40",
    error="#b3261e",
    dark=True,
)
