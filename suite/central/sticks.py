"""Central's side of a stick: take what all stations left, leave each the feed it waits for."""

from pathlib import Path

import msgspec

from suite.central.feeds import export_feed, export_notices
from suite.central.merge import Merged, NotMerged, merge
from suite.central.office import Office
from suite.domain.ids import CENTRAL, StationCode
from suite.sync.sticks import bundles_in, folder_for, leave, receivers_on


class Synced(msgspec.Struct, frozen=True):
    """What a stick brought, and the files left on it."""

    results: list[Merged | NotMerged]
    left: list[Path]


def over_stick(office: Office, stick: Path, *, everyone: bool) -> Synced:
    """Merge every bundle for central, whoever's, in whatever order; then leave feeds on the stick.

    Feeds are for the stations whose bundles or folders are on it, for all paired ones when there are none such or
    with `everyone`. A bundle that is refused hinders no other. Raises BadInput, StorageTrouble.
    """
    with office.store.transaction():
        log = office.log()
    found = bundles_in(folder_for(stick, CENTRAL))
    ours = [(one.path.name, one.content) for one in found if one.core is None or one.core.to == log.hex()]
    results = _merged(office, ours)
    brought = {one.station for one in results if one.station}
    return Synced(results, [_leave(office, stick, code, log) for code in _readers(office, stick, brought, everyone)])


def _merged(office: Office, bundles: list[tuple[str, bytes]]) -> list[Merged | NotMerged]:
    """The results of all; one that came before those it continues is tried again once they are in."""
    done: dict[str, Merged | NotMerged] = {}
    waiting, before = bundles, len(bundles) + 1
    while waiting and len(waiting) < before:
        before = len(waiting)
        done |= {one.name: one for one in merge(office, waiting).results}
        waiting = [one for one in waiting if _may_fit_later(done[one[0]])]
    return [done[name] for name, _ in bundles]


def _may_fit_later(result: Merged | NotMerged) -> bool:
    return isinstance(result, NotMerged) and result.refusal.family == "history"


def _readers(office: Office, stick: Path, brought: set[StationCode], everyone: bool) -> list[StationCode]:
    with office.store.transaction():
        paired = [node.code for node in office.store.directory.nodes() if node.paired]
    named = brought | {StationCode(name) for name in receivers_on(stick)}
    waited_for = [code for code in paired if code in named]
    return paired if everyone or not waited_for else waited_for


def _leave(office: Office, stick: Path, code: StationCode, log: bytes) -> Path:
    folder, feed = folder_for(stick, code), export_feed(office, code)
    for notice in export_notices(office, code):
        leave(folder, notice.file_name, notice.content, sender=log, receiver=notice.log)
    return leave(folder, feed.file_name, feed.content, sender=log, receiver=feed.log)
