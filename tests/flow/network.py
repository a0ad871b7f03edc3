"""A network driven by its commands, in this process: answers, exit codes, files in one folder."""

import json

from suite.cli import canje
from suite.runtime.console import run
from tests.factories import TOML


class Network:
    """Central and stations in a folder, driven by commands in this process."""

    def __init__(self, folder, capsys, monkeypatch, toml=TOML):
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        monkeypatch.setenv("CANJE_CLOCK", "2026-10-15T10:00:00-03:00")
        monkeypatch.chdir(folder)
        (folder / "programme.toml").write_text(toml)
        (folder / "members.csv").write_text("member,surname,name\n1,García,Ana\n")
        (folder / "cards.csv").write_text("card,member\n600001,1\n")

    def call(self, node, *arguments, expected=0, code=None):
        """Run a command with --json; returns its answer and what it said on stderr."""
        kind = "central" if node.startswith("central") else "station"
        if code:
            self.monkeypatch.setenv("CANJE_CODE", code)
        self.capsys.readouterr()
        left = run(canje, [kind, "--home", str(self.folder / node), *arguments, "--json"])
        said = self.capsys.readouterr()
        assert left == expected, said
        return json.loads(said.out), said.err

    def answer(self, node, *arguments, **options):
        return self.call(node, *arguments, **options)[0]

    def csv(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def clock(self, text):
        self.monkeypatch.setenv("CANJE_CLOCK", f"{text}-03:00")

    def exchange(self):
        """The station's journal to central and central's word back."""
        self.answer("E1", "export", "stick")
        self.answer("central", "import", "stick")
        self.carry_out()

    def carry_out(self):
        self.answer("central", "export", "E1", "--to", "stick")
        self.answer("E1", "import", "stick")

    def paired(self):
        self.answer("central", "init", "programme.toml")
        self.answer("central", "load-members", "members.csv")
        self.answer("central", "load-cards", "cards.csv")
        invited = self.answer("central", "invite", "E1")
        self.answer("E1", "join", "E1.csi", "--code", invited["code"])
        self.answer("central", "approve", "E1.csr")
        self.code = self.answer("central", "attendant", "add", "E1", "01", "Eva", "--manager")["code"]
        self.answer("central", "ship", "E1", "MUG=3")
        self.answer("central", "export", "E1", "--to", "stick")
        self.answer("E1", "import", "stick")
        return self
