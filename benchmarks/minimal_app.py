"""The floor of a terminal: a form of Textual's own parts that catches a swipe above focus and shows its number."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header, Input, Static


class Minimal(App[None]):
    """Header, input, table, footer, and a line that shows the last card."""

    held: str | None = None

    def compose(self) -> ComposeResult:
        yield Header()
        yield Input()
        yield Static("READY", id="last", markup=False)
        yield DataTable[str]()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("When", "Card", "Points")
        for n in range(10):
            table.add_row(f"10:{n:02d}", f"6046 {n}", str(n * 3))

    async def on_event(self, event: events.Event) -> None:
        if (
            isinstance(event, events.Key)
            and not event.is_forwarded
            and (event.character == ";" or self.held is not None)
        ):
            if event.key == "enter":
                card = (self.held or "").strip(";").split("=")[0]
                self.held = None
                self.query_one("#last", Static).update(card)
            else:
                self.held = (self.held or "") + (event.character or "")
            return
        await super().on_event(event)


if __name__ == "__main__":
    Minimal().run(mouse=False)
