"""Tries programs of Canje from outside, as a person would: `python build/smoke.py --station PROGRAM --central PROGRAM`.

A program is a frozen `canje` or any command line that stands for it, like "python -m suite". Given both, it pairs them
and lives a day between them, with a warehouse and a portal of the station's program. It lists what it tried and leaves
with 1 at the first thing that is not as it should be.
"""

import argparse
import json
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from struct import pack
from zlib import compress, crc32

ROOT = Path(__file__).parent.parent
PROGRAMME = ROOT / "suite" / "demo" / "programme.toml"
MONTH, DAY, AFTER = "2026-10", "2026-10-12T10:00:00-03:00", "2026-11-02T09:00:00-03:00"
CARD, BOX_CARD = "6046330000010011", "6046330000090013"
DNI, MISTYPED_CUIT = "25.123.456", "20-25123456-0"
FILES = {
    "members.csv": "member,surname,name\n1001,Núñez,Ana\n",
    "cards.csv": f"card,member\n{CARD},1001\n",
    "box.txt": f"{BOX_CARD}\n",
    "till.csv": "moment,document,card,product,quantity,amount\n"
    f"2026-10-12T09:00:00,B0001-1,{CARD},2,40,59560.00\n"
    f"2026-10-12T09:05:00,B0001-2,{CARD},2,forty,59560.00\n",
}
SIGNATURE, SIGNATURE_SIDE = "signature.png", 8
REFUSED, PARTLY_DONE, BAD_INPUT, NOT_SET_UP, MISUSED = 3, 4, 5, 8, 2
COMMAND_SECONDS_MAX = 60
SCREEN_SECONDS_MAX = 20
F10 = b"\x1b[21~"


class Wrong(Exception):
    """A program did not do what it should."""


def demand(held: object, sentence: str) -> None:
    if not held:
        raise Wrong(sentence)


class Program:
    """One program at work in a folder of its own; every node it is asked for stands in there."""

    def __init__(self, kind: str, line: list[str], folder: Path) -> None:
        self.kind, self.line, self.folder = kind, line, folder
        self.clock = DAY

    def environment(self, language: str = "en", code: str | None = None) -> dict[str, str]:
        """The caller's environment without its nodes, and without its time zones: the program must carry its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CANJE_")}
        own = {"CANJE_LANG": language, "CANJE_CLOCK": self.clock, "CANJE_OPERATOR": "smoke", "PYTHONTZPATH": ""}
        return {**kept, **own, "PYTHONUTF8": "1", **({"CANJE_CODE": code} if code else {})}

    def say(self, *arguments: str, leaves: int = 0, language: str = "en", code: str | None = None) -> tuple[str, str]:
        """Run a command line that must leave with that exit code; returns stdout and stderr."""
        done = subprocess.run(
            [*self.line, *arguments],
            cwd=self.folder,
            env=self.environment(language, code),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=COMMAND_SECONDS_MAX,
            check=False,
        )
        shown = f"canje {' '.join(arguments)} left with {done.returncode}, not {leaves}:\n{done.stdout}{done.stderr}"
        demand(done.returncode == leaves, shown)
        return done.stdout, done.stderr

    def ask(self, *arguments: str, leaves: int = 0, code: str | None = None) -> dict | list:
        """The JSON answer of a command of the node."""
        out, _ = self.say(self.kind, "--home", self.kind, *arguments, "--json", leaves=leaves, code=code)
        return json.loads(out)


def try_any(program: Program) -> None:
    """It knows its version, helps in both languages, and says in a sentence that a folder is empty."""
    out, _ = program.say("--version")
    demand(re.fullmatch(r"canje, version [0-9.]+\n", out), f"--version said {out!r}")
    for group in ([], [program.kind]):
        english, spanish = (program.say(*group, "--help", language=language)[0] for language in ("en", "es"))
        demand(program.kind in english and english != spanish, f"{group} --help is the same in both languages")
    out, said = program.say(program.kind, "--home", "nowhere", "status", leaves=NOT_SET_UP)
    demand(out == "" and said.count("\n") == 1, f"an empty folder was answered with {out + said!r}")
    demand(not (program.folder / "nowhere").exists(), "asking for the status of an empty folder created it")
    program.say("warehouse", leaves=MISUSED)


def try_station(program: Program) -> None:
    """Without a network a station can do nothing but say so, on the screen's way too: its imports stand."""
    _, said = program.say("station", "--home", "nowhere", leaves=NOT_SET_UP)
    demand(said.count("\n") == 1, f"the screen of an empty folder said {said!r}")


def try_central(program: Program) -> None:
    """A network is founded, members come in, wrong things are refused with their exit codes."""
    program.ask("init", str(PROGRAMME))
    program.ask("init", str(PROGRAMME), leaves=NOT_SET_UP)
    for kind in ("members", "cards"):
        loaded = program.ask(f"load-{kind}", f"{kind}.csv")
        demand((loaded["taken"], loaded["set_aside"]) == (1, 0), f"load-{kind}: {loaded}")
    status = program.ask("status")
    demand((status["accounts"], status["stations"]) == (1, 3), f"status: {status}")
    refusal = program.ask("settle", MONTH, leaves=REFUSED)
    demand(refusal["error"] == "month-not-closed", f"settle: {refusal}")
    program.ask("load-members", "cards.csv", leaves=BAD_INPUT)
    try_holidays(program)


def try_holidays(central: Program) -> None:
    """Countries are found by name when they are asked for, and so is what Argentina calls its days."""
    independence = {"day": "2027-07-09", "name": "Día de la Independencia"}
    demand(independence in central.ask("holidays", "2027"), f"Argentina has no {independence} in 2027")
    days = [found["day"] for found in central.ask("holidays", "2027", "--country", "UY")]
    demand("2027-08-25" in days, f"Uruguay has holidays on {days}")
    central.ask("holidays", "2027", "--country", "ZZ", leaves=BAD_INPUT)


def try_month(program: Program, *, points: int) -> None:
    """The month closes, settles, and prints to the same bytes twice; without points there is nothing to print."""
    program.clock = AFTER
    program.ask("close", MONTH)
    settled = program.ask("settle", MONTH)
    demand(settled["points"] == points, f"settle: {settled}")
    if not points:
        program.ask("settlement", MONTH, "--to", "none.pdf", leaves=REFUSED)
        return
    printed = [pdf(program.folder, program.ask("settlement", MONTH, "--to", f"{n}.pdf")["pdf"]) for n in range(2)]
    demand(printed[0] == printed[1], "a settlement printed twice is not the same")


def pdf(folder: Path, name: str) -> bytes:
    """The bytes of a whole PDF."""
    content = (folder / name).read_bytes()
    demand(content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF"), f"{name} is no PDF")
    return content


def png() -> bytes:
    """The picture of a signature: all black."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", crc32(kind + body))

    header = pack(">IIBBBBB", SIGNATURE_SIDE, SIGNATURE_SIDE, 8, 0, 0, 0, 0)
    rows = compress(bytes(SIGNATURE_SIDE * (1 + SIGNATURE_SIDE)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def demand_signed(folder: Path, name: str) -> None:
    """A form is printed even when its picture cannot be drawn, and then says so in words."""
    demand(b"/Subtype /Image" in pdf(folder, name), f"{name} does not show the signature")


def try_enrolment(station: Program, code: str) -> None:
    """Somebody signs on the spot; a document that does not check is refused, a form is printed."""
    person = ("--card", BOX_CARD, "--surname", "Paz", "--name", "Luz", "--signature", SIGNATURE)
    mistyped = ("--document-type", "CUIT", "--document", MISTYPED_CUIT)
    refusal = station.ask("enrol", *person, *mistyped, code=code, leaves=REFUSED)
    demand(refusal["error"] == "bad-document", f"enrol: {refusal}")
    enrolled = station.ask("enrol", *person, "--document", DNI, "--to", "form.pdf", code=code)
    demand_signed(station.folder, enrolled["pdf"])


def try_confirmation(central: Program) -> None:
    """The enrolment is confirmed, its document being good here too, and the signed form comes out again."""
    confirmed = central.ask("confirm", "--all")
    demand(len(confirmed) == 1, f"confirm: {confirmed}")
    copied = central.ask("consent", str(confirmed[0]["account"]), "--copy", "copy.pdf")
    demand_signed(central.folder, copied["pdf"])


def try_pair(central: Program, station: Program) -> None:
    """Pair a station, sell, redeem and enrol there, carry it all to central and back."""
    invited = central.ask("invite", "E1")
    joined = station.ask("join", invited["invitation"], "--code", invited["code"])
    approved = central.ask("approve", joined["request"])
    demand(approved["digits"] == joined["digits"], "the two sides read different digits")
    code = central.ask("attendant", "add", "E1", "01", "Eva", "--manager")["code"]
    demand(central.ask("print-cards", "E1", "box.txt")["cards"] == 1, "the station's box is not filled")
    central.ask("export", "E1", "--to", "stick")
    demand(station.ask("import", "stick")["news"], "the first import brought nothing")
    imported = station.ask("import-sales", "till.csv", leaves=PARTLY_DONE)
    demand((imported["taken"], len(imported["set_aside"])) == (1, 1), f"import-sales: {imported}")
    sold = station.ask("sale", "--card", CARD, "--document", "A-1", "--line", "2:60:89340", code=code)
    demand((sold["points"], sold["balance"]) == (900, 1500), f"sale: {sold}")
    station.ask("redeem", "--card", CARD, "--prize", "MATERA", "--scheduled", code=code)
    try_enrolment(station, code)
    if os.name == "posix":
        try_screen(station)
    station.ask("export", "stick")
    central.ask("import", "stick")
    try_confirmation(central)
    demand(station.ask("status")["pending"] > 0, "the station knew of its acknowledgement before it came")
    central.ask("export", "E1", "--to", "stick")
    demand(station.ask("import", "stick")["acknowledged"] > 0, "central acknowledged nothing")
    demand(station.ask("status")["pending"] == 0, "something stayed unconfirmed")
    try_outposts(central, station)
    pdf(central.folder, central.ask("slip", *outstanding(central))["pdf"])


def outstanding(central: Program) -> list[str]:
    """The numbers of the orders that are to be delivered."""
    return [found["order"] for found in central.ask("orders") if found["state"] == "confirmed"]


def try_outposts(central: Program, station: Program) -> None:
    """The station's program serves a warehouse and a portal as well: paired, told, examined, and a slip printed."""
    for kind, code in (("warehouse", "W1"), ("portal", "P1")):
        place = Program(kind, station.line, station.folder)
        central.ask("node", "add", code, kind, "--kind", kind)
        invited = central.ask("invite", code)
        joined = place.ask("join", invited["invitation"], "--code", invited["code"])
        central.ask("approve", joined["request"])
        if kind == "warehouse":
            central.ask("assign", code, "--all")
        else:
            central.ask("portal", "grant", "--card", CARD)
        central.ask("export", code, "--to", "stick")
        demand(place.ask("import", "stick")["news"], f"the first import of the {kind} brought nothing")
        if kind == "warehouse":
            pdf(place.folder, place.ask("slips", "--to", "slips.pdf")["pdf"])
        else:
            demand(place.ask("page", "--card", CARD)["member"]["greeting"] == "Ana N.", "the portal shows no page")
        demand(place.ask("doctor")["faults"] == 0, f"the doctor of the {kind} found something")


def try_screen(station: Program) -> None:
    """The screen comes up on a terminal, asks for a card, and leaves with F10."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**station.environment("es"), "TERM": "xterm-256color", "LINES": "24", "COLUMNS": "80"}
    line = [*station.line, "station", "--home", "station"]
    screen = subprocess.Popen(
        line, cwd=station.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        shown = read_until(ours, b"DESLICE LA TARJETA")
        os.write(ours, F10)
        shown += read_until(ours, None)
        left = screen.wait(SCREEN_SECONDS_MAX)
    finally:
        screen.kill()
        screen.wait()
        os.close(ours)
    demand(left == 0, f"the screen left with {left}:\n{shown.decode(errors='replace')}")


def read_until(terminal: int, words: bytes | None) -> bytes:
    """What the terminal shows until those words, or, without words, until the program has left it."""
    shown, deadline = b"", time.monotonic() + SCREEN_SECONDS_MAX
    while words is None or words not in shown:
        ready, _, _ = select.select([terminal], [], [], deadline - time.monotonic())
        demand(ready, f"the screen did not come to {words!r}:\n{shown.decode(errors='replace')}")
        try:
            block = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody is at the other end
            block = b""
        if not block:
            demand(words is None, f"the screen left before {words!r}:\n{shown.decode(errors='replace')}")
            break
        shown += block
    return shown


def smoke(station: list[str] | None, central: list[str] | None, folder: Path) -> None:
    """Try the programs given, alone and then with one another. Raises Wrong."""
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / SIGNATURE).write_bytes(png())
    programs = {
        kind: Program(kind, line, folder) for kind, line in (("station", station), ("central", central)) if line
    }
    for kind, program in programs.items():
        try_any(program)
        if kind == "station":
            try_station(program)
        else:
            try_central(program)
        print(f"{kind}: well alone")
    if station and central:
        try_pair(programs["central"], programs["station"])
        print("station and central: well together, with a warehouse and a portal")
    if central:
        try_month(programs["central"], points=1500 if station else 0)
        print("central: month closed and settled" + (", and printed" if station else ""))


def program_line(written: str) -> list[str]:
    """A program as written, its path made good for any folder; a link is kept, for Python finds itself by it."""
    first, *others = [written] if Path(written).exists() else shlex.split(written)
    found = shutil.which(first)
    if found is None:
        raise argparse.ArgumentTypeError(f"there is no program {first}")
    return [str(Path(found).absolute()), *others]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for kind in ("station", "central"):
        parser.add_argument(f"--{kind}", type=program_line, metavar="PROGRAM")
    given = parser.parse_args(arguments)
    if not (given.station or given.central):
        parser.error("name a program with --station, with --central, or with both")
    with tempfile.TemporaryDirectory(prefix="canje-smoke-") as folder:
        try:
            smoke(given.station, given.central, Path(folder))
        except Wrong as wrong:
            print(wrong, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
