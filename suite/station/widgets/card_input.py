"""A field for a card number, which remembers whether somebody's clipboard filled it."""

from textual import events
from textual.message import Message
from textual.widgets import Input


class CardInput(Input):
    """An input; `pasted` says that what stands in it was pasted, wholly or in part."""

    class PastedTooMuch(Message):
        """What was pasted is longer than any card number, and was not taken."""

    pasted = False

    def on_paste(self, event: events.Paste) -> None:
        """See the class. The field itself takes the text in, its first line, if there is room."""
        self.pasted = True
        line = next(iter(event.text.splitlines()), "")
        if self.max_length is not None and len(self.value) + len(line) > self.max_length:
            self.post_message(self.PastedTooMuch())

    def on_input_changed(self) -> None:
        """An empty field forgets what was in it."""
        self.pasted = self.pasted and bool(self.value)
