"""Feeds too long for one answer, kept in a folder for as long as a slow link needs. Their names carry no trust."""

import hashlib
import re
from pathlib import Path

from suite.domain.errors import N_
from suite.runtime.errors import StorageTrouble
from suite.runtime.files import write_whole
from suite.sync.over_http import BlobAnnounced

NAME = re.compile(r"(?P<journal>.+)-(?P<count>\d+)-(?P<day>\d{8})-(?P<blob>[0-9a-f]{64})\.csb")
SHA = re.compile(r"[0-9a-f]{64}")
KEPT_EACH = 2
"""The newest of a station, and the one before, which a slow link may still be fetching."""


class Blobs:
    """The folder of one door. A file is named `journal-count-day-sha256.csb` and sealed to its station."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, blob: str) -> Path | None:
        """The file with that digest, if it is kept."""
        if not SHA.fullmatch(blob):
            return None
        return next((path for path, named in self._kept() if named["blob"] == blob), None)

    def current(self, journal: str, count: int, day: str) -> BlobAnnounced | None:
        """What was made for the station at that count on that day: asked again, it is not made again."""
        wanted = (journal, str(count), day)
        for path, named in self._kept():
            if (named["journal"], named["count"], named["day"]) == wanted:
                return BlobAnnounced(named["blob"], path.stat().st_size)
        return None

    def keep(self, journal: str, count: int, day: str, content: bytes) -> BlobAnnounced:
        """Keep a feed; what is older than the day before, or this station's third, goes. Raises StorageTrouble."""
        digest = hashlib.sha256(content).hexdigest()
        write_whole(self._folder / f"{journal}-{count}-{day}-{digest}.csb", content)
        self._sweep(journal, day)
        return BlobAnnounced(digest, len(content))

    def _sweep(self, journal: str, day: str) -> None:
        kept = list(self._kept())
        own = [each for each in kept if each[1]["journal"] == journal]
        own.sort(key=lambda each: (each[1]["day"], int(each[1]["count"]), each[0].stat().st_mtime_ns))
        days = sorted({named["day"] for _, named in kept} | {day})[-KEPT_EACH:]
        old = [path for path, named in kept if named["day"] not in days]
        try:
            for path in {*old, *(path for path, _ in own[:-KEPT_EACH])}:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageTrouble(
                N_("{path} could not be removed: {reason}. Check the disk."),
                path=self._folder,
                reason=error.strerror or str(error),
            ) from error

    def _kept(self) -> list[tuple[Path, re.Match[str]]]:
        if not self._folder.is_dir():
            return []
        named = ((path, NAME.fullmatch(path.name)) for path in sorted(self._folder.iterdir()))
        return [(path, match) for path, match in named if match and path.is_file() and not path.is_symlink()]
