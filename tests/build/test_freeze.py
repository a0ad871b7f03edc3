"""The frozen programs: what the specs say is true of the code, freezing never touches build/, and smoke.py notices.

Nothing is frozen here: that needs PyInstaller and minutes. The same smoke test runs on the sources instead.
"""

import ast
import importlib.util
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import holidays
import pytest

from forms.lettering import BODY, BOLD
from suite.central.commands.cli import MODULES as OFFICE_MODULES
from suite.cli import NODES

ROOT = Path(__file__).parent.parent.parent
KINDS = ("station", "central")
SOURCE = shlex.join([sys.executable, "-m", "suite"])
# What the modules of a node import only when they are called.
LATER = {
    "station": "import platformdirs, sqlite_utils, forms.enrolment; from sqlite_utils import Migrations; paper()",
    "central": "import platformdirs, forms; walk(forms); paper(); every_country()",
}
PROBE = """
import sys, pkgutil, importlib, suite.cli, suite.{kind}
def walk(package):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)
def paper():
    from io import BytesIO
    from PIL import Image
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.lib.utils import ImageReader
    from stdnum.ar import cuit, dni
    Image.new("RGBA", (8, 8)).save(picture := BytesIO(), "PNG")
    ImageReader(BytesIO(picture.getvalue())).getRGBData()
def every_country():
    from holidays.registry import COUNTRIES
    for name in COUNTRIES:
        importlib.import_module("holidays.countries." + name)
walk(suite.{kind})
{later}
print([name for name in {excludes!r} if name in sys.modules])
"""


def module_of(name):
    """A module of build/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"build_{name}", ROOT / "build" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said_in(kind, name):
    """A list of a spec as it is written; a spec can only be run by PyInstaller."""
    tree = ast.parse((ROOT / "build" / f"{kind}.spec").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and ast.unparse(node).split(":")[0].split(" =")[0] == name:
            return eval(ast.unparse(node.value), {"__builtins__": {}})
    raise AssertionError(f"{kind}.spec says no {name}")


@pytest.fixture
def smoke(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return module_of("smoke")


@pytest.fixture
def freeze(monkeypatch):
    """freeze.py where PyInstaller is installed and every line it runs is only noted, in `freeze.lines`."""
    module = module_of("freeze")
    module.lines = []

    def run(line, **options):
        module.lines.append((line, options))
        return SimpleNamespace(returncode=0, stdout="1790000000\n")

    monkeypatch.setattr(module, "find_spec", lambda _: object())
    monkeypatch.setattr(module, "subprocess", SimpleNamespace(run=run))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return module


# The smoke test


def test_both_programs_do_what_the_smoke_test_asks_of_them(smoke, capsys):
    left = smoke.main(["--station", SOURCE, "--central", SOURCE])

    said = capsys.readouterr()
    assert (left, said.err) == (0, "")
    assert "well together, with a warehouse and a portal" in said.out


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_is_tried_without_the_other(smoke, capsys, kind):
    assert (smoke.main([f"--{kind}", SOURCE]), capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_smoke_test_notices_a_program_that_does_nothing(smoke, capsys, kind):
    assert smoke.main([f"--{kind}", shlex.join([sys.executable, "-c", "pass"])]) == 1
    assert "--version" in capsys.readouterr().err


def test_the_smoke_test_wants_a_program_that_is_there(smoke, capsys):
    with pytest.raises(SystemExit):
        smoke.main(["--station", "no-such-canje"])
    assert "there is no program no-such-canje" in capsys.readouterr().err


# The specs


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_needs_nothing_that_its_spec_leaves_out(kind):
    probe = PROBE.format(kind=kind, later=LATER[kind], excludes=said_in(kind, "EXCLUDES"))

    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_spec_names_is_there(kind):
    ours = {"suite", "forms", "PIL", "holidays", "charset_normalizer"}
    named = [name for name in said_in(kind, "EXCLUDES") if name.split(".")[0] in ours]
    named += said_in(kind, "BY_NAME") + said_in(kind, "MODULES")

    assert [name for name in named if importlib.util.find_spec(name) is None] == []
    assert [source for source, _ in said_in(kind, "DATA") if not list(ROOT.glob(source))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_that_a_program_reads_goes_with_it(kind):
    carried = {path for source, _ in said_in(kind, "DATA") for path in ROOT.glob(source)}
    left_out = {ROOT / "suite" / "demo", ROOT / "suite" / ("central" if kind == "station" else "station")}
    read = {
        path
        for path in (ROOT / "suite").rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".po"} and not left_out & set(path.parents)
    }

    assert carried == read
    for source, folder in said_in(kind, "DATA"):
        assert str(Path(source).parent) == folder


@pytest.mark.parametrize("kind", KINDS)
def test_the_faces_of_the_forms_go_with_whoever_prints(kind):
    assert {f"{BODY}.ttf", f"{BOLD}.ttf"} <= set(said_in(kind, "FONTS"))


def test_the_names_of_holidays_go_with_the_office():
    library = Path(holidays.__file__).parent
    carried = [set(library.glob(pattern)) for pattern in said_in("central", "NAMES")]

    assert all(carried)
    assert library / "locale" / "es" / "LC_MESSAGES" / "AR.mo" in set().union(*carried)


def test_every_module_that_a_command_names_goes_with_its_program():
    named = {module for module, _, _ in NODES.values() if ".demo." not in module}
    named |= {f"suite.central.commands.{module}" for module in OFFICE_MODULES}
    carried = tuple(f"{package}." for kind in KINDS for package in said_in(kind, "BY_NAME"))

    assert [module for module in named if not module.startswith(carried)] == []


# Freezing


def test_without_pyinstaller_freezing_says_how_to_get_it_and_does_nothing(freeze, monkeypatch, capsys):
    monkeypatch.setattr(freeze, "find_spec", lambda _: None)

    assert freeze.main([]) != 0
    assert "pip install --no-build-isolation -e '.[freeze,serial]'" in capsys.readouterr().err
    assert freeze.lines == []


def test_pyinstaller_never_works_in_build(freeze):
    assert freeze.main([]) == 0

    lines = [(line, options) for line, options in freeze.lines if "PyInstaller" in line]
    assert [line[-1] for line, _ in lines] == ["build/station.spec", "build/central.spec"]
    for line, options in lines:
        assert options["cwd"] == ROOT
        assert line[line.index("--workpath") + 1] == str(Path(".cache") / "pyinstaller")
        assert line[line.index("--distpath") + 1] == "dist"
        for litter in (".cache/pyinstaller/any", "dist/any"):
            assert subprocess.run(["git", "check-ignore", "-q", litter], cwd=ROOT, check=False).returncode == 0


def test_two_freezes_of_a_commit_are_told_the_same(freeze):
    freeze.main(["central"])

    [environment] = [options["env"] for line, options in freeze.lines if "PyInstaller" in line]
    assert environment["PYTHONHASHSEED"] == "1"
    assert environment["SOURCE_DATE_EPOCH"] == "1790000000"


@pytest.mark.parametrize(
    ("named", "tried"),
    [([], ["--station", "--central"]), (["station"], ["--station"]), (["central"], ["--central"])],
    ids=["both", "station", "central"],
)
def test_what_was_frozen_is_tried(freeze, named, tried):
    freeze.main(named)

    line, _ = freeze.lines[-1]
    assert "build/smoke.py" in line
    assert [word for word in line if word.startswith("--")] == tried


def test_a_freeze_that_fails_is_not_tried(freeze, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    failing = SimpleNamespace(run=lambda *_, **__: SimpleNamespace(returncode=7))
    monkeypatch.setattr(freeze, "subprocess", failing)

    assert freeze.main(["station"]) == 7


def test_freezing_wants_a_date_that_does_not_move(freeze, monkeypatch, capsys):
    monkeypatch.setattr(freeze, "last_commit", lambda: None)

    assert freeze.main([]) != 0
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err


def test_no_folder_in_build_bears_the_name_of_a_spec():
    # PyInstaller's defaults empty such a folder: whoever calls it bare must lose nothing.
    folders = {path.name for path in (ROOT / "build").iterdir() if path.is_dir()}

    assert folders & {path.stem for path in (ROOT / "build").glob("*.spec")} == set()
