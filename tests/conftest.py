"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from suite.runtime.texts import set_language
from tests.factories import World

settings.register_profile("ci", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests read English, whatever the machine speaks, and see no variables of a node at work."""
    for name in ("CANJE_HOME", "CANJE_CLOCK", "CANJE_CODE", "CANJE_OPERATOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CANJE_LANG", "en")
    set_language("en")


@pytest.fixture(autouse=True, scope="session")
def _small_reserves() -> Iterator[None]:
    """Hundreds of stations live in a test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("suite.runtime.ballast.BALLAST_BYTES", 64 * 1024)
        yield


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A network with central only; `world.pair("E1")` adds a station."""
    network = World(tmp_path)
    yield network
    network.close()
