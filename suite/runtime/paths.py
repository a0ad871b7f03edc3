"""Where a node lives: one folder with its keys, its database and what it hands out."""

import os
from pathlib import Path
from typing import Literal

import msgspec

from suite.domain.ids import NodeKind

HOME_VARIABLE = "CANJE_HOME"


class Home(msgspec.Struct, frozen=True):
    """The folder of one node. Keys stand outside the database, so that a copied database is useless alone."""

    folder: Path

    @property
    def keys(self) -> Path:
        return self.folder / "keys" / "node.key"

    @property
    def database(self) -> Path:
        return self.folder / "canje.db"

    @property
    def invitation(self) -> Path:
        return self.folder / "keys" / "invitation.json"

    @property
    def incarnations(self) -> Path:
        """The keys of a station's later journals."""
        return self.folder / "keys" / "incarnations.json"

    @property
    def anchor(self) -> Path:
        """How far a station's PC knows it wrote: an older database beside it was restored."""
        return self.folder / "keys" / "anchor.json"

    @property
    def registries(self) -> Path:
        """The versions of central's registry of keys that a node took since its invitation."""
        return self.folder / "keys" / "registries.json"

    @property
    def ballast(self) -> Path:
        """The reserve for one more sale on a full disk."""
        return self.folder / "ballast"

    @property
    def settings(self) -> Path:
        """What this machine was told about itself: where central's backups go."""
        return self.folder / "settings.json"

    @property
    def reader(self) -> Path:
        """Which way in this station's card reader takes."""
        return self.folder / "reader.json"

    @property
    def health(self) -> Path:
        """When this machine was last examined; not part of any journal."""
        return self.folder / "health.json"

    @property
    def printer(self) -> Path:
        """Which printer receipts go to, and up to which entry they were printed; not part of any journal."""
        return self.folder / "printer.json"

    @property
    def joining(self) -> Path:
        """Central: invitations that may be fetched over the link, and the requests that came so."""
        return self.folder / "joining"

    @property
    def out(self) -> Path:
        """Where bundles, slips and reports go when the operator names no other place."""
        return self.folder / "out"


def home_of(kind: NodeKind | Literal["central"], named: Path | None) -> Home:
    """The folder the operator named, else CANJE_HOME, else the system's place for user data."""
    if named:
        return Home(named)
    if os.environ.get(HOME_VARIABLE):
        return Home(Path(os.environ[HOME_VARIABLE]))
    import platformdirs

    return Home(Path(platformdirs.user_data_dir("canje", appauthor=False)) / kind)
