"""Top-level build/ holds sources, though tools take it for litter: nothing hides it, nothing makes it a package."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NOT_IGNORED = 1


@pytest.mark.parametrize("name", ["station.spec", "freeze.py", "texts.py", "editable.in"])
def test_git_sees_the_sources_in_build(name):
    # Without --no-index git would not look: a file that is tracked already is never called ignored.
    asked = subprocess.run(["git", "check-ignore", "-q", "--no-index", f"build/{name}"], cwd=ROOT, check=False)

    assert asked.returncode == NOT_IGNORED


def test_git_has_ignored_nothing_that_stands_in_build():
    asked = subprocess.run(
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "--", "build"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert [name for name in asked.stdout.splitlines() if "__pycache__" not in name] == []


def test_build_is_no_package():
    # A package of that name in the checkout would hide the `build` that packs wheels.
    assert not (ROOT / "build" / "__init__.py").exists()
