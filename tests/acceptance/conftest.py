"""A network driven as its people drive it: by the commands, one folder a node, files carried on a stick.

Nothing here reaches into the product: what goes in is files and command lines, what comes out is exit codes and JSON.
"""

import csv
import gc
import gzip
import io
import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from suite.cli import canje
from suite.runtime.console import run

DATA = Path(os.environ.get("CANJE_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
SETTING = {"CANJE_LANG": "en", "CANJE_OPERATOR": "acceptance"}
TILL = ("moment", "document", "card", "product", "quantity", "amount")
COLUMNS = {"import-sales": TILL, "import-returns": TILL, "import-vouchers": ("moment", "document", "card", "prize")}


@pytest.fixture(autouse=True, scope="session")
def _quick_bundles():
    """Bundles packed quickly in place of tightly: the level is the writer's choice, no reader sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("suite.sync.frames.TIGHT_LEVEL", 3)
        patch.setattr("suite.sync.frames.QUICK_LEVEL", 3)
        yield


class Network:
    """A central and its stations in one folder. `clock` is the moment at which all of them live."""

    def __init__(self, folder, clock):
        self.folder = folder
        self.clock = clock
        self.stick = folder / "stick"
        self.stick.mkdir(exist_ok=True)
        self.deliveries = []
        self.codes = {}

    def central(self, *arguments, exit_code=0):
        """The JSON answer of an office's command, which must leave with that exit code."""
        return self._run(("central", "--home", self.folder / "central", *arguments), exit_code)

    def station(self, code, *arguments, exit_code=0):
        """The JSON answer of a station's command, which must leave with that exit code."""
        line = ("station", "--home", self.folder / f"station-{code}", *arguments)
        return self._run(line, exit_code, self.codes.get(code, ""))

    def _run(self, arguments, exit_code, pin=""):
        line = [*map(str, arguments), "--json"]
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in {**SETTING, "CANJE_CLOCK": self.clock, "CANJE_CODE": pin}.items():
                patch.setenv(name, value)
            left = run(canje, line)
        answer = out.buffer.getvalue().decode("utf-8")
        assert left == exit_code, f"canje {' '.join(line)} left with {left}: {err.getvalue() or answer}"
        return json.loads(answer)

    def found(self, programme, members, cards):
        """Found the network with its rules, its members and their cards, every row of them taken.

        A card is a number and its member, and the day of its issue where the rules ask for it.
        """
        self.central("init", self.write("programme.toml", programme))
        people = self.table("members.csv", ("member", "surname"), [(member, f"Member {member}") for member in members])
        enrolled = self.central("load-members", people)
        columns = ("card", "member", "issued")[: max(map(len, cards))]
        issued = self.central("load-cards", self.table("cards.csv", columns, cards))
        assert (enrolled["taken"], enrolled["set_aside"]) == (len(members), 0)
        assert (issued["taken"], issued["set_aside"]) == (len(cards), 0)

    def pair(self, code):
        """A station invited, joined and approved, with the same digits read on both sides."""
        invited = self.central("invite", code, "--to", self.stick)
        joined = self.station(code, "join", invited["invitation"], "--code", invited["code"], "--to", self.stick)
        approved = self.central("approve", joined["request"])
        assert approved == {"station": code, "digits": joined["digits"]}

    def appoint_manager(self, code):
        """A manager at a station, whose code is typed from now on wherever that station asks for one."""
        self.codes[code] = self.central("attendant", "add", code, "01", "Manager", "--manager")["code"]

    def tell(self, codes):
        """Central's bundle for each of these stations, taken there."""
        bundles = self.central("export", *codes, "--to", self.stick)["bundles"] if codes else {}
        for code in codes:
            assert self.station(code, "import", bundles[code])["news"]

    def take(self, code, command, rows):
        """A file of a till or of paper imported at a station: what became of its tickets."""
        imported = self.station(code, command, self.table(f"{command}.csv", COLUMNS[command], rows))
        assert imported["set_aside"] == []
        return {name: imported[name] for name in ("taken", "known", "incidents")}

    def bring(self, codes):
        """The bundles of all these stations in one folder, merged in one delivery."""
        folder = self.folder / f"delivery-{len(self.deliveries)}"
        self.deliveries.append(folder)
        for code in codes:
            self.station(code, "export", folder)
        return self.central("import", folder)

    def read_pos(self, kind, files):
        """What files of a POS say, for which no station is needed."""
        return self._run(("station", "pos", "read", "--format", kind, *files), 0)

    def copy_to(self, folder):
        """The same network once more, as a backup of all its folders would bring it back."""
        gc.collect()  # A command's connection is closed when it is collected; a copy is made of files at rest.
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        copy = Network(folder, self.clock)
        copy.codes = dict(self.codes)
        return copy

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def table(self, name, columns, rows):
        """A CSV file in the network's folder."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        return path


class DataSet:
    """A folder of real data, and what an independent program found in it by the rules alone."""

    def __init__(self, name):
        self.folder = DATA / name

    def lines(self, name):
        """The lines of a file, packed or not; where it is absent the test is skipped and says so."""
        path = self.folder / name
        if not path.exists():
            pytest.skip(f"no {name} in {self.folder}")
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return content.decode("utf-8").splitlines()

    def rows(self, name):
        return list(csv.DictReader(self.lines(name)))

    def expected(self, name, keys, numbers):
        """An expected file as a dictionary: its key columns as they stand, to its numbers."""
        return {
            tuple(row[key] for key in keys): tuple(int(row[number]) for number in numbers)
            for row in self.rows(f"expected/{name}")
        }

    def has(self, pattern):
        """The names of the expected files of that pattern."""
        return sorted(path.name for path in (self.folder / "expected").glob(pattern))


@pytest.fixture(scope="module")
def new_network(tmp_path_factory):
    """Makes networks, each in an empty folder of its own; `like` copies another one."""

    def make(name, clock, like=None):
        folder = tmp_path_factory.mktemp(name)
        return like.copy_to(folder) if like else Network(folder, clock)

    return make


@pytest.fixture(scope="module")
def data_set():
    return DataSet
