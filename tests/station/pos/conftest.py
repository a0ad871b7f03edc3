"""A station whose POS writes into a folder, and the ways to look into it."""

import msgspec
import pytest

from suite.station.pos.setup import PosSetup
from suite.station.pos.watching import look_once
from tests.station.pos.files import journal

PRODUCTS = {"fuel:1": "2", "dept:02": "cafe"}


class Pos:
    """The POS of a site: its folder, and what the station finds there."""

    def __init__(self, site, folder):
        self.site, self.folder, self.desk, self.store = site, folder, site.desk, site.node.store
        folder.mkdir()
        self.tell(folder=str(folder), format="naxml", products=PRODUCTS)

    def tell(self, **changes):
        with self.store.writing():
            self.store.pos.tell(msgspec.structs.replace(self.store.pos.setup(), **changes))

    def write(self, name, content):
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def look(self, meanwhile=lambda _: None):
        return look_once(self.desk, self.site.home.out, meanwhile)

    def take(self, *events, name="a.xml"):
        self.write(name, journal(*events))
        return self.look()

    def names(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def site(world):
    return world.pair("E1")


@pytest.fixture
def pos(site, tmp_path):
    assert site.node.store.pos.setup() == PosSetup()
    return Pos(site, tmp_path / "pos")
