"""Ways in beside the terminal: a serial reader on a pseudo-terminal, a desktop, and the commands for them."""

import importlib
import importlib.util
import io
import json
import os
import pty
import queue
import shutil
import subprocess
import sys
import threading
import time
import tty
from pathlib import Path

import pytest

from suite.cli import canje
from suite.runtime.console import run
from suite.station.reader.burst import Swiped
from suite.station.ways.desktop import DesktopEar
from suite.station.ways.serial_port import SerialEar
from suite.station.ways.setup import ReaderSetup, choose, ear_of, setup_of
from tests.factories import ANA

TRACK_2 = f";{ANA}=29121010000000000?"
LONG = 30.0
"""Seconds until a test gives up; nothing waits that long when all is well."""


class Port:
    """A reader at one end of a pseudo-terminal, plugged in at a path."""

    def __init__(self, path):
        self._reader, self._device = pty.openpty()
        tty.setraw(self._device)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(self._device))

    def send(self, data):
        os.write(self._reader, data)

    def pull(self):
        os.close(self._device)
        os.close(self._reader)


class Listening:
    """An ear, and what came out of it."""

    def __init__(self, ear):
        self.ear, self._said = ear, queue.SimpleQueue()
        ear.start(self._said.put, self._said.put)

    def next(self):
        return self._said.get(timeout=LONG)

    def close(self):
        self.ear.stop()


@pytest.fixture
def port(tmp_path):
    return tmp_path / "ttyREADER"


@pytest.fixture
def listening(port):
    opened = []

    def listen(ear=None):
        opened.append(Listening(ear or SerialEar(str(port), 9600)))
        return opened[-1]

    yield listen
    for each in opened:
        each.close()


def test_a_serial_reader_is_heard(port, listening):
    plugged = Port(port)
    heard = listening()
    assert heard.next() == ""

    for piece in (TRACK_2[:7], TRACK_2[7:], "\r"):
        plugged.send(piece.encode())

    swiped = heard.next()
    assert (swiped.scan.card, swiped.scan.entry, swiped.raw_length) == (ANA, "serial", len(TRACK_2))


def test_a_reader_pulled_out_is_told_once_and_heard_again_when_it_is_back(port, listening):
    plugged = Port(port)
    heard = listening()
    assert heard.next() == ""
    plugged.send(TRACK_2.encode() + b"\r")
    assert isinstance(heard.next(), Swiped)

    port.unlink()
    plugged.pull()

    assert "Plug it in" in heard.next()
    again = Port(port)
    assert heard.next() == "", "it is back, and nothing was said in between"
    again.send(TRACK_2.encode() + b"\r")
    assert heard.next().scan.card == ANA


def test_a_reader_that_is_not_there_is_told(listening, port):
    assert f"not at {port}" in listening().next()


def test_a_port_that_is_none_is_told_with_its_reason(listening, tmp_path):
    file = tmp_path / "file"
    file.write_text("")

    assert "cannot be opened" in listening(SerialEar(str(file), 9600)).next()


def test_a_port_that_another_program_holds_is_told(port, listening):
    Port(port)
    first = listening()
    assert first.next() == ""
    plugged_in_vain = listening()

    assert "cannot be opened" in plugged_in_vain.next()
    first.close()
    assert plugged_in_vain.next() == ""


def test_without_its_library_a_serial_reader_says_what_to_install(listening, monkeypatch):
    monkeypatch.setitem(sys.modules, "serial", None)

    assert "canje[serial]" in listening().next()


# The desktop


def test_without_its_library_the_desktop_says_what_to_install(listening, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynput", None)

    assert "canje[reader]" in listening(DesktopEar()).next()


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        pytest.param("ImportError('this platform is not supported: no X')", "(no desktop was found)", id="no desktop"),
        pytest.param("OSError('no keyboard device')", "(no keyboard device)", id="no rights"),
    ],
)
def test_a_library_that_cannot_load_is_told_with_its_reason(listening, monkeypatch, tmp_path, failure, told):
    (tmp_path / "pynput").mkdir()
    (tmp_path / "pynput" / "__init__.py").write_text(f"raise {failure}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pynput", raising=False)

    assert told in listening(DesktopEar()).next()


DESKTOP = """
import threading

class Character:
    def __init__(self, char):
        self.char = char

class Key:
    def __init__(self, name):
        self.name = name

KEYS = []

class Listener(threading.Thread):
    def __init__(self, on_press):
        super().__init__()
        self.on_press, self.stopped = on_press, threading.Event()

    def run(self):
        for key in KEYS:
            self.on_press(Key(key[1:]) if key.startswith("<") else Character(None if key == "?!" else key))
        self.stopped.wait()

    def stop(self):
        self.stopped.set()
"""
"""A desktop whose keys a test types: names behind `<`, and `?!` for a character that nobody can tell."""


@pytest.fixture
def desktop(tmp_path, monkeypatch, listening):
    """Types keys on a desktop, and gives what is heard."""
    (tmp_path / "pynput").mkdir()
    (tmp_path / "pynput" / "__init__.py").write_text("")
    (tmp_path / "pynput" / "keyboard.py").write_text(DESKTOP)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("pynput", "pynput.keyboard"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    keyboard = importlib.import_module("pynput.keyboard")

    def typed(*keys):
        monkeypatch.setattr(keyboard, "KEYS", keys)
        heard = listening(DesktopEar())
        assert heard.next() == ""
        return heard

    yield typed
    for name in ("pynput", "pynput.keyboard"):
        sys.modules.pop(name, None)


def test_a_swipe_anywhere_on_the_desktop_is_heard(desktop):
    keys = [key for character in TRACK_2 for key in ("<shift", character)]

    swiped = desktop("h", "o", "<left", *keys, "<enter").next()

    assert (swiped.scan.card, swiped.scan.entry) == (ANA, "global")


def test_what_is_no_card_is_not_let_out(desktop):
    heard = desktop(*"secret-password", "<enter", *";4111111=29", "<enter", *TRACK_2, "<enter")

    assert heard.next().scan.card == ANA, "and nothing before it"


def test_a_key_that_nobody_can_tell_makes_no_card_of_the_rest(desktop):
    heard = desktop("?!", *"600002", "?!", *"2912_", "<enter", *TRACK_2, "<enter")

    assert heard.next().scan.card == ANA, "and not 600002 before it"


HEARD = """
import queue, sys
from suite.station.ways.desktop import DesktopEar
said = queue.SimpleQueue()
ear = DesktopEar()
ear.start(said.put, said.put)
print("listening", flush=True)
for line in sys.stdin:
    print(said.get(timeout=10) or "nothing is wrong", flush=True)
ear.stop()
"""


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xdotool"))) or importlib.util.find_spec("pynput") is None,
    reason="Xvfb, xdotool or pynput is not installed: the desktop is not tried",
)
def test_a_swipe_into_another_window_is_heard_and_a_desktop_that_goes_is_told():
    reading, writing = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=(writing,), stderr=subprocess.DEVNULL
    )
    environment = {**os.environ, "DISPLAY": ":" + os.read(reading, 8).decode().strip(), "CANJE_LANG": "en"}
    ear = subprocess.Popen(
        [sys.executable, "-c", HEARD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    try:
        assert ear.stdout.readline() == "listening\n"
        ear.stdin.write("\n")
        ear.stdin.flush()
        assert ear.stdout.readline() == "nothing is wrong\n"
        heard = ""
        end = time.monotonic() + LONG
        ear.stdin.write("\n")
        ear.stdin.flush()
        while not heard and time.monotonic() < end:  # the listener is deaf until X has begun to record
            subprocess.run(["xdotool", "type", "--delay", "2", TRACK_2], env=environment, check=True)
            subprocess.run(["xdotool", "key", "Return"], env=environment, check=True)
            heard = readable(ear.stdout, 1.0)
        assert "entry='global'" in heard
        assert ANA not in heard
        display.terminate()
        ear.stdin.write("\n" * 50)
        ear.stdin.flush()
        while "the desktop has gone" not in heard:
            heard = ear.stdout.readline()
    finally:
        ear.kill()
        ear.wait(LONG)
        ear.stdin.close()
        ear.stdout.close()
        display.terminate()
        display.wait(LONG)
        os.close(reading)
        os.close(writing)


def readable(stream, seconds):
    """A line, if one comes."""
    import select

    return stream.readline() if select.select([stream], [], [], seconds)[0] else ""


# What was chosen, and the commands


@pytest.fixture
def home(world):
    return world.pair("E1").home


def said(capfd, home, *arguments, stdin="", monkeypatch=None):
    """A command's exit code and its JSON."""
    if monkeypatch:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    code = run(canje, ["station", "--home", str(home.folder), "reader", *arguments, "--json"])
    return code, json.loads(capfd.readouterr().out)


def test_the_terminal_is_the_way_in_until_another_is_chosen(home, capfd):
    assert said(capfd, home, "show") == (0, {"way": "terminal", "port": "", "baud": 9600})
    assert ear_of(setup_of(home)) is None


def test_the_way_in_is_chosen_by_command_and_kept(home, capfd):
    chosen = {"way": "serial", "port": "/dev/ttyACM0", "baud": 115_200}

    assert said(capfd, home, "use", "serial", "--port", "/dev/ttyACM0", "--baud", "115200") == (0, chosen)
    assert said(capfd, home, "show") == (0, chosen)
    assert ear_of(setup_of(home)).way == "serial"
    assert said(capfd, home, "use", "global")[1]["way"] == "global"
    assert ear_of(setup_of(home)).way == "global"


@pytest.mark.parametrize("arguments", [("serial",), ("terminal", "--port", "x"), ("global", "--port", "x")])
def test_a_port_belongs_to_a_serial_reader(home, capfd, arguments):
    assert said(capfd, home, "use", *arguments)[0] == 5


@pytest.mark.parametrize("content", [b"", b"{", b'{"way":"magic"}', b"\xff", b"[" * 100_000])
def test_a_damaged_choice_is_the_terminal(home, content):
    choose(home, ReaderSetup("global"))
    home.reader.write_bytes(content)

    assert setup_of(home) == ReaderSetup()


@pytest.mark.parametrize(
    ("raw", "code", "told"),
    [
        pytest.param(TRACK_2, 0, {"verdict": "ours", "source": "track 2", "layout": "us"}, id="a card of ours"),
        pytest.param(f"ñ{ANA}¡2912_", 0, {"verdict": "ours", "layout": "es"}, id="on another keyboard"),
        pytest.param(";E?", 3, {"verdict": "unreadable", "shape": ";E?"}, id="an unreadable card"),
        pytest.param("xyz", 3, {"verdict": "unreadable", "shape": "x••"}, id="nothing known"),
        pytest.param(
            ";4111111111111111=2912?", 3, {"verdict": "refused", "card": "••••••••••••1111"}, id="a payment card"
        ),
    ],
)
def test_a_reader_is_tried_by_command(home, capfd, monkeypatch, raw, code, told):
    left, report = said(capfd, home, "test", stdin=f"{raw}\n", monkeypatch=monkeypatch)

    assert left == code
    assert {key: report[key] for key in told} == told


def test_a_serial_reader_is_tried_by_command(home, capfd, port):
    plugged = Port(port)
    choose(home, ReaderSetup("serial", str(port)))
    done = threading.Event()

    def swipe_until_read():
        while not done.wait(0.5):
            plugged.send(TRACK_2.encode() + b"\r")

    swiping = threading.Thread(target=swipe_until_read)
    swiping.start()
    code, report = said(capfd, home, "test")
    done.set()
    swiping.join()

    assert (code, report["verdict"], report["way"]) == (0, "ours", "serial")


def test_a_reader_that_is_silent_or_away_is_a_trouble_of_its_own(home, capfd, port):
    choose(home, ReaderSetup("serial", str(port)))
    assert said(capfd, home, "test")[0] == 14
    plugged = Port(port)
    code, trouble = said(capfd, home, "test", "--seconds", "1")
    assert (code, trouble["text"]) == (14, "Nothing came from the reader in 1 seconds.")
    plugged.pull()


def test_the_terminals_keys_are_tried_unseen_and_with_their_pace(home):
    command = [sys.executable, "-m", "suite", "station", "--home", str(home.folder), "reader", "test", "--json"]
    environment = {**os.environ, "CANJE_LANG": "en"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(Path(__file__).parents[2])
        os.execve(command[0], command, environment)
    shown = until(terminal, b"read a code.")
    for key in TRACK_2 + "\r":
        os.write(terminal, key.encode())
        time.sleep(0.002)
    shown += until(terminal, b"}")
    status = os.waitpid(pid, 0)[1]
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    report = json.loads(shown[shown.index(b"{") :])
    assert (report["verdict"], report["keys"]) == ("ours", len(TRACK_2))
    assert 1 <= report["ms_per_key"] < 30
    assert b"2912" not in shown, "keys are not echoed"


def until(terminal, words):
    shown = b""
    while words not in shown:
        shown += os.read(terminal, 4096)
    return shown
