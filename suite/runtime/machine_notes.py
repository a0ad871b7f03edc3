"""What a machine notes about itself beside its database: where backups go, when it was examined. No part of a journal.

Both files can be lost without harm: the first is said again, the second shows red until the next examination.
"""

from pathlib import Path
from typing import TypeVar

import msgspec

from suite.domain.quantities import Moment
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home

DRILL_EVERY_MS = 7 * 24 * 3600 * 1000
"""A backup that nobody restored for a week is a hope."""


class Settings(msgspec.Struct, frozen=True):
    """What the operator told this machine."""

    backups: str = ""
    """The folder for backups; empty until one was named."""


class Health(msgspec.Struct, frozen=True):
    """The last examinations, and what they found; 0 for never."""

    drilled: Moment = Moment(0)
    """The last drill that found nothing wrong."""

    examined: Moment = Moment(0)
    findings: int = 0


def settings_of(home: Home) -> Settings:
    """What was told, or nothing where the file is missing or unreadable."""
    return _read(home.settings, Settings)


def health_of(home: Home) -> Health:
    """The last examinations, or none where the file is missing or unreadable."""
    return _read(home.health, Health)


def tell_settings(home: Home, settings: Settings) -> None:
    """Raises StorageTrouble."""
    write_whole(home.settings, msgspec.json.encode(settings))


def note_health(home: Home, health: Health) -> None:
    """Raises StorageTrouble."""
    write_whole(home.health, msgspec.json.encode(health))


def drill_is_late(home: Home, now: Moment) -> bool:
    """Whether the last drill that found nothing wrong is too long ago, or never was."""
    return now - health_of(home).drilled > DRILL_EVERY_MS


Notes = TypeVar("Notes", Settings, Health)


def _read(path: Path, shape: type[Notes]) -> Notes:
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (*HOSTILE_JSON, OSError):
        return shape()
