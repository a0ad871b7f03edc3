"""A stick or any folder: which of its bundles are for us. Names are never believed, links never followed."""

from pathlib import Path

from suite.domain.errors import N_
from suite.runtime.errors import BadInput, BundleRefused
from suite.runtime.files import read_whole
from suite.sync.bundle import SUFFIX, read_core

FILES_MAX = 10_000
"""More bundles than any courier carries: somebody named the wrong folder."""


def bundles_for(path: Path, log: bytes) -> list[tuple[str, bytes]]:
    """(name, content) of a file, or of a folder's bundles that are for this journal, oldest name first.

    A bundle whose header cannot be read is among them, so that opening it says what is wrong. Raises BadInput.
    """
    if not path.is_dir():
        return [(str(path), read_whole(path))]
    names = sorted(path.glob(f"*{SUFFIX}"))
    if len(names) > FILES_MAX:
        raise BadInput(N_("{path} holds more than {limit} bundles. Name the right folder."), path=path, limit=FILES_MAX)
    found = [(str(name), read_whole(name)) for name in names if name.is_file() and not name.is_symlink()]
    ours = [(name, content) for name, content in found if _is_ours(content, log)]
    if not ours:
        raise BadInput(N_("There is no bundle (*.csb) for this node in {path}."), path=path)
    return ours


def _is_ours(content: bytes, log: bytes) -> bool:
    try:
        return read_core(content).to == log.hex()
    except BundleRefused:
        return True
