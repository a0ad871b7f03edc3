"""Freezes Canje into one-folder programs and tries them: `python build/freeze.py [station] [central]`, else both.

The programs come to `dist/canje-station/` and `dist/canje-central/`; the same commit, Python and libraries give the
same bytes. What goes into each program is said by its `.spec`.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAMS = ("station", "central")
DIST = Path("dist")
# Sources live in build/, which is also PyInstaller's default place for its litter: it would delete them.
WORK = Path(".cache") / "pyinstaller"
EPOCH = "SOURCE_DATE_EPOCH"
NO_PYINSTALLER = (
    "PyInstaller is not installed for {python}, and no lock of this tree holds it. Make an environment for freezing, "
    "with nothing of a developer in it, and start again from there:\n"
    "  python3 -m venv .cache/freeze\n"
    "  .cache/freeze/bin/pip install --require-hashes --only-binary :all: -r requirements.lock\n"
    "  .cache/freeze/bin/pip install --no-build-isolation -e '.[freeze,serial]'\n"
    "  .cache/freeze/bin/python build/freeze.py"
)
NO_EPOCH = (
    "There is no commit to take the date from. Freeze a checkout, or set SOURCE_DATE_EPOCH to seconds since 1970."
)


def program_path(program: str) -> Path:
    """Where a frozen program is, from the root of the tree."""
    return DIST / f"canje-{program}" / ("canje.exe" if os.name == "nt" else "canje")


def command(program: str) -> list[str]:
    """The line that freezes a program. PyInstaller is never called without both of its folders."""
    places = ["--workpath", str(WORK), "--distpath", str(DIST)]
    return [sys.executable, "-m", "PyInstaller", "--clean", "--noconfirm", *places, f"build/{program}.spec"]


def environment(given: Mapping[str, str], epoch: str) -> dict[str, str]:
    """What makes two builds of one commit the same bytes, and keeps PyInstaller's own cache in the tree's."""
    config = str(ROOT / WORK.with_name("pyinstaller-config"))
    return {**given, EPOCH: epoch, "PYTHONHASHSEED": "1", "PYINSTALLER_CONFIG_DIR": config}


def last_commit() -> str | None:
    """The moment of the last commit in seconds since 1970; nothing where there is no repository."""
    try:
        asked = subprocess.run(
            ["git", "log", "-1", "--format=%ct"],  # noqa: S607 -- the git of whoever freezes
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return asked.stdout.strip() or None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("programs", nargs="*", metavar="program", help=" or ".join(PROGRAMS))
    named = parser.parse_args(arguments).programs
    if unknown := set(named) - set(PROGRAMS):
        parser.error(f"there is no program {', '.join(sorted(unknown))}")
    if find_spec("PyInstaller") is None:
        print(NO_PYINSTALLER.format(python=sys.executable), file=sys.stderr)
        return 1
    epoch = os.environ.get(EPOCH) or last_commit()
    if epoch is None:
        print(NO_EPOCH, file=sys.stderr)
        return 1
    chosen = [program for program in PROGRAMS if not named or program in named]
    for program in chosen:
        if left := subprocess.run(
            command(program), cwd=ROOT, env=environment(os.environ, epoch), check=False
        ).returncode:
            return left
    tried = [option for program in chosen for option in (f"--{program}", str(ROOT / program_path(program)))]
    return subprocess.run([sys.executable, "build/smoke.py", *tried], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
