"""What is installed is what was locked: every requirement by version and hash, from the index alone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;]+)(?P<marker> ;((?! --hash).)*)?"
REQUIREMENT = re.compile(PIN + r"( --hash=sha256:[0-9a-f]{64})+")


def requirements(lock):
    """The requirements of a lock, one line each, without comments."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [" ".join(line.split()) for line in whole.splitlines() if line.strip()]


def pins(lock):
    """The versions that a lock pins, by package; a package may be pinned differently for different machines."""
    found = {}
    for line in requirements(lock):
        requirement = REQUIREMENT.fullmatch(line)
        assert requirement, line[:80]
        found.setdefault(requirement["name"], set()).add((requirement["version"], requirement["marker"] or ""))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_its_hashes(lock):
    wrong = [line[:80] for line in requirements(lock) if not REQUIREMENT.fullmatch(line)]

    assert requirements(lock)
    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert [line[:80] for line in requirements(lock) if "://" in line or " @ " in line] == []


def test_developers_run_the_versions_that_users_have():
    users, developers = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: pin for name, pin in users.items() if developers.get(name) != pin} == {}
