"""Copies of central's database: made whole, thinned, restored. The copies are encrypted by the node's own key.

A copy without keys cannot be opened by anybody, and one with plain keys by everybody: keys go beside it only under a
passphrase (`keep_keys`), once, for they do not change.
"""

import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from suite.central.continuity import begin_era
from suite.central.dialect import copied_engine, embedded_engine
from suite.central.inspection import check_order, check_seals, check_vault, entry_at
from suite.central.jobs.corrections import correct_everybody
from suite.central.keyring import record_registries
from suite.central.office import Office
from suite.central.store import CentralStore
from suite.domain.calendar import local_time, moment_of
from suite.domain.errors import N_
from suite.domain.events.central import CentralRestored
from suite.domain.keeping import copies_to_keep
from suite.domain.quantities import Moment
from suite.journal.entry import Tip
from suite.runtime.clock import Clock
from suite.runtime.db import damage_in
from suite.runtime.errors import BadInput, NotSetUp, StorageTrouble
from suite.runtime.files import sync_file, sync_folder, write_whole
from suite.runtime.paths import Home
from suite.runtime.secrets import NodeSecrets, Secret, save_node_secrets, wrap_node_secrets

BACKUP_SUFFIX = ".canje-backup"
KEYS_SUFFIX = ".canje-keys"
STAMP = "%Y%m%dT%H%M%S"
NAME = re.compile(r"(?P<network>.+)-(?P<stamp>[0-9]{8}T[0-9]{6})(?P<ms>[0-9]{3})Z-(?P<count>[0-9]{1,15})\.canje-backup")


class Copy(msgspec.Struct, frozen=True):
    """A backup by what its name says: when it was made, and how many facts it holds."""

    path: Path
    at: Moment
    count: int


class BackedUp(msgspec.Struct, frozen=True):
    """A copy that was made, opened again and found whole; `removed` older ones went."""

    path: Path
    at: Moment
    count: int
    bytes: int
    removed: tuple[Path, ...]


class Restored(msgspec.Struct, frozen=True):
    """A central made from a backup of `at` that held `count` facts."""

    at: Moment
    count: int
    entries: int
    seals: int


def copies_in(folder: Path, network: str | None = None) -> list[Copy]:
    """The backups of a network in a folder, or of all, oldest first. Raises BadInput when the folder cannot be read."""
    try:
        files = [path for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise BadInput(
            N_("The backup folder {folder} cannot be read: {reason}. Is its disk connected?"),
            folder=folder,
            reason=error.strerror or str(error),
        ) from error
    copies = [copy for path in files if (copy := _copy_named(path, network)) is not None]
    return sorted(copies, key=lambda copy: (copy.at, copy.count))


def _copy_named(path: Path, network: str | None) -> Copy | None:
    parts = NAME.fullmatch(path.name)
    if parts is None or network not in (None, parts["network"]):
        return None
    try:
        when = datetime.strptime(parts["stamp"], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Copy(path, Moment(moment_of(when) + int(parts["ms"])), int(parts["count"]))


def back_up(office: Office, folder: Path) -> BackedUp:
    """Copy the database as it stands, prove the copy, thin the older ones. Raises StorageTrouble.

    Temporary name, fsync, opened again and read through, its chain held against the live one, rename, fsync of the
    folder: a copy under its real name is a good one.
    """
    now = office.clock.now()
    with office.store.transaction():
        network = office.programme().network
    temporary = folder / f".{network}{BACKUP_SUFFIX}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        office.store.copy_into(temporary)
        sync_file(temporary)
        count, tip = inspect_copy(temporary, office.secrets)
        _check_against(office, count, tip)
        path = folder / f"{network}-{local_time(now, UTC).strftime(STAMP)}{now % 1000:03d}Z-{count}{BACKUP_SUFFIX}"
        temporary.replace(path)
        sync_folder(folder)
        removed = _thin(folder, network, now)
        return BackedUp(path, now, count, path.stat().st_size, removed)
    except OSError as error:
        raise StorageTrouble(
            N_("The backup in {folder} failed: {reason}. Older ones are as they were; check the disk and try again."),
            folder=folder,
            reason=error.strerror or str(error),
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def inspect_copy(path: Path, secrets: NodeSecrets) -> tuple[int, Tip]:
    """The count and the end of central's own journal in a copy that was read through. Raises StorageTrouble."""
    copy = CentralStore(copied_engine(path, secrets.database_key()), as_it_is=True)
    try:
        with copy.transaction():
            if damage := damage_in(copy.connection()):
                raise StorageTrouble(
                    N_("The copy {path} is damaged ({damage}). Use another one, or another disk."),
                    path=path,
                    damage=damage,
                )
            return copy.count(), copy.tip()
    finally:
        copy.close()


def _check_against(office: Office, count: int, tip: Tip) -> None:
    """Others may have written since the copy was made: its end must be a place of the live journal."""
    with office.store.transaction() as connection:
        known = entry_at(connection, tip.seq)
        if known is None or known[1] != tip.head or office.store.count() < count:
            raise StorageTrouble(N_("The backup is not what was copied: nothing was kept. Check the disk."))


def _thin(folder: Path, network: str, now: Moment) -> tuple[Path, ...]:
    copies = copies_in(folder, network)
    kept = copies_to_keep([copy.at for copy in copies], now)
    gone = tuple(copy.path for copy in copies if copy.at not in kept)
    for path in gone:
        path.unlink()
    if gone:
        sync_folder(folder)
    return gone


def keep_keys(office: Office, folder: Path, passphrase: Secret) -> Path:
    """Write the node's keys under a passphrase. Raises BadInput for a poor one, StorageTrouble."""
    with office.store.transaction():
        path = folder / f"{office.programme().network}{KEYS_SUFFIX}"
    write_whole(path, wrap_node_secrets(office.secrets, passphrase), private=True)
    return path


def restore(home: Home, backup: Path, secrets: NodeSecrets, clock: Clock, operator: str) -> Restored:
    """A central in an empty folder, from a backup and its keys; its journal tells that it was restored.

    Keys are saved last: until then the folder holds no node, and after a failure nothing.
    Raises NotSetUp, StorageTrouble, JournalBroken.
    """
    if home.keys.exists() or home.database.exists():
        raise NotSetUp(
            N_("{folder} holds a node's keys or database already. Restore into an empty folder with --home."),
            folder=home.folder,
        )
    inspect_copy(backup, secrets)
    _copy_file(backup, home.database)
    try:
        restored = _open_restored(home, backup, secrets, clock, operator)
        save_node_secrets(home.keys, secrets)
    except BaseException:
        for name in (home.database, home.database.with_name("canje.db-wal"), home.database.with_name("canje.db-shm")):
            name.unlink(missing_ok=True)
        raise
    return restored


def _open_restored(home: Home, backup: Path, secrets: NodeSecrets, clock: Clock, operator: str) -> Restored:
    store = CentralStore(embedded_engine(home, secrets.database_key()))
    office = Office(store, secrets, clock, operator)
    try:
        if store.upgraded:
            correct_everybody(office)
        with store.transaction() as connection:
            entries = store.verify()
            check_order(connection)
            check_vault(connection)
            count = store.count()
            store.rebuild()
            seals = check_seals(connection)
            office.record(lambda at, by: CentralRestored(at=at, by=by, count=count))
            record_registries(office)
            begin_era(office)
            made = _copy_named(backup, office.programme().network)
        return Restored(made.at if made else Moment(0), count, entries, seals)
    finally:
        store.close()


def _copy_file(source: Path, target: Path) -> None:
    """A plain copy that survives a power cut, whole or not there. Raises StorageTrouble."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, temporary)
        sync_file(temporary)
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StorageTrouble(
            N_("{path} could not be written: {reason}. Check the disk or the stick and try again."),
            path=target,
            reason=error.strerror or str(error),
        ) from error
