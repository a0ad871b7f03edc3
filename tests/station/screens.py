"""Driving the station's terminal in tests: a reader's burst, a person's fingers, and the text that is on the screen."""

import asyncio
import re

from textual import events

from suite.station.app import StationApp

PERSON_SECONDS = 0.035
"""Between a person's keys: a cadence the reader must tell from its own, not a wait for something to happen."""

NAMES = {"\r": "enter", " ": "space"}


def screen_text(app: StationApp) -> str:
    """What the 80 × 24 cells show."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def shown(app: StationApp, pilot, words: str) -> str:
    """Wait until the words are on the screen; fails with the screen when they never come."""
    for _ in range(200):
        await pilot.pause()
        text = screen_text(app)
        if words in re.sub(r"\s+", " ", text) or words in text:
            return text
        await asyncio.sleep(0.01)
    raise AssertionError(f"never shown: {words!r}\n{screen_text(app)}")


async def swipe(app: StationApp, pilot, raw: str) -> None:
    """A reader's keys, as fast as they go, with its Enter."""
    for character in f"{raw}\r":
        app.post_message(events.Key(NAMES.get(character, character), character))
    await pilot.pause()


async def type_keys(app: StationApp, pilot, text: str, enter: str | None = "enter") -> None:
    """A person's keys, one after the other, and Enter."""
    for character in text:
        await asyncio.sleep(PERSON_SECONDS)
        app.post_message(events.Key(NAMES.get(character, character), character))
    await asyncio.sleep(PERSON_SECONDS)
    if enter:
        app.post_message(events.Key(enter, "\r"))
    await pilot.pause()
