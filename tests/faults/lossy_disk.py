"""A disk that keeps only what it was told to keep, as strictly as POSIX allows.

What was written and not yet synced may be there in part: any sectors of 512 bytes, in any order. What was created,
renamed or removed may be undone until the folder is synced; of these a disk keeps a beginning.
"""

from random import Random

from tests.faults.tracing import Call

SECTOR = 512


class File:
    def __init__(self, content: bytes = b"") -> None:
        self.safe = bytearray(content)
        self.loose: list[tuple[int, bytes | None]] = []
        """(offset, content) not yet synced; no content: cut or stretched to that length."""
        self._plain: bytes | None = None

    def plain(self) -> bytes:
        """What is safe, the same bytes again until the next sync."""
        self._plain = bytes(self.safe) if self._plain is None else self._plain
        return self._plain

    def sync(self) -> None:
        for offset, content in self.loose:
            _write(self.safe, offset, content)
        self.loose.clear()
        self._plain = None


class Disk:
    """The files of one folder tree, fed the calls of a recorded day."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._now = {path: File(content) for path, content in files.items()}
        self._safe = dict(self._now)
        self._loose: list[tuple[str, str, File | None]] = []
        """(folder, path, file) of names not yet synced; no file: removed."""

    def feed(self, call: Call) -> None:
        if call.kind.startswith(("create", "open")):
            self._open(call)
        elif call.kind == "write":
            self._now[call.path].loose.append((call.offset, call.content))
        elif call.kind == "truncate":
            self._now[call.path].loose.append((call.offset, None))
        elif call.kind == "sync":
            self._sync(call.path)
        elif call.kind == "unlink":
            self._now.pop(call.path)
            self._name(call.path, None)
        elif call.kind == "rename":
            moved = self._now.pop(call.other)
            self._now[call.path] = moved
            self._name(call.path, moved)
            self._name(call.other, None)

    def _open(self, call: Call) -> None:
        if call.path not in self._now and call.kind.startswith("create"):
            self._now[call.path] = File()
            self._name(call.path, self._now[call.path])
        elif call.path in self._now and call.kind.endswith("truncate"):
            self._now[call.path].loose.append((0, None))

    def _name(self, path: str, file: File | None) -> None:
        self._loose.append((path.rpartition("/")[0], path, file))

    def _sync(self, path: str) -> None:
        file = self._now.get(path)
        if file is not None:
            file.sync()
            return
        kept = [change for change in self._loose if change[0] != path]
        for folder, name, changed in self._loose:
            if folder == path:
                _rename(self._safe, name, changed)
        self._loose = kept

    def after_a_cut(self, dice: Random) -> dict[str, bytes]:
        """What may be on the disk when the power fails now."""
        names = dict(self._safe)
        for _, name, file in self._loose[: dice.randint(0, len(self._loose))]:
            _rename(names, name, file)
        chance = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        return {name: _torn(file, dice, chance) for name, file in names.items()}


def _rename(names: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def _torn(file: File, dice: Random, chance: float) -> bytes:
    if not file.loose:
        return file.plain()
    content = bytearray(file.safe)
    for offset, written in file.loose:
        if written is None:
            if dice.random() < chance:
                _write(content, offset, None)
            continue
        start = offset
        while start < offset + len(written):
            end = min(offset + len(written), (start // SECTOR + 1) * SECTOR)
            if dice.random() < chance:
                _write(content, start, written[start - offset : end - offset])
            start = end
    return bytes(content)


def _write(content: bytearray, offset: int, written: bytes | None) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if written is None:
        del content[offset:]
    else:
        content[offset : offset + len(written)] = written
