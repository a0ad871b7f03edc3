"""What this PC keeps of central's word to hold against it, and for it: places of its journal, certificates of ours."""

from collections.abc import Iterable
from typing import Literal

from suite.domain.quantities import Moment
from suite.journal.entry import journal_id
from suite.journal.keys import signed_by
from suite.runtime.db import Connection
from suite.sync.feed import FeedHeader
from suite.sync.frames import CERTIFICATE, Frame, signed_parts

WITNESSED = 50
"""Heads of central's journal that a node keeps: a year of weekly exchanges."""


def is_certificate(content: bytes, log: bytes, central: Iterable[bytes]) -> bool:
    """Whether that is the word of one of these keys of central's that it approved this very journal."""
    body, signature = signed_parts(Frame(CERTIFICATE, content))
    return journal_id(body) == log and any(signed_by(key, b"cert", body, signature) for key in central)


class Witness:
    """Questions and notes over the node's connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def refuse_feed(self, why: Literal["base", "digest"]) -> None:
        """Central is to be told which feed is here, by the next mark. Call inside `writing`."""
        self._db.execute("UPDATE feed_header SET refused = ?", (why,))

    def keep(self, header: FeedHeader) -> None:
        """Remember how far central's own journal was: a central that writes its past anew contradicts it (T25)."""
        if not header.witness.seq:
            return
        self._db.execute(
            "INSERT OR REPLACE INTO witness VALUES (?, ?, ?, ?)",
            (header.witness.seq, header.witness.tip.head, header.era, header.at),
        )
        self._db.execute(
            "DELETE FROM witness WHERE seq NOT IN (SELECT seq FROM witness ORDER BY at DESC LIMIT ?)", (WITNESSED,)
        )

    def keep_certificate(self, log: bytes, content: bytes) -> None:
        """Central's word that it approved a journal, for a central that forgets it. Call inside `writing`."""
        self._db.execute("INSERT OR REPLACE INTO certificate VALUES (?, ?)", (log, content))

    def certificates(self) -> dict[bytes, bytes]:
        """Central's word that it approved them, by journal."""
        rows = self._db.execute(
            "SELECT log, content FROM certificate WHERE log IN (SELECT DISTINCT log FROM entry) ORDER BY log"
        )
        return dict(iter(rows))

    def places(self) -> list[tuple[int, bytes, int, Moment]]:
        """The places of central's own journal that it told: number, head, era, when; newest first."""
        return list(self._db.execute("SELECT seq, head, era, at FROM witness ORDER BY at DESC, seq DESC"))
