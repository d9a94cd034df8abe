"""The journal: what one sender knows that the ledger does not know yet, in a file that outlives the process.

The ledger is written in batches. Between two of them a message is noted here just before its last octet is handed over,
and again when its answer is heard. A note is in the system's memory of the file, which the process shares, before the
sender goes on; so one that is killed at any moment leaves a file that tells, of each message, whether it may be out and
what became of it. A machine that loses its power keeps what `flush` wrote.

The file is a row of slots of equal size, laid out when it is made, so that a full disk cannot keep a note from being
taken. An answer is written beside the note that its message was begun, never over it: one that is half written leaves
the message in doubt, and a beginning that is half written was of a message that is not out. A living sender has the
file locked; a journal that can be locked is that of a dead one.
"""

import contextlib
import fcntl
import mmap
import os
import re
import struct
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from publisher.errors import ConfigError
from publisher.model import Delivery, DeliveryState, Reply

SLOTS = 4_096
"""How many messages may be noted at a time."""
SLOT = 512
ANSWER = 128
"""Where in a slot the answer begins."""
_HEAD = struct.Struct(">II")
"""What stands before a record: its digest and its length."""
_EMPTY = bytes(_HEAD.size)
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNFINISHED_SECONDS = 86_400
_NAME = re.compile(r"[0-9]+-[0-9a-f]+\.(?:journal|unfinished)")


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of one claim of one delivery; without a reply its message was begun, and nobody knows."""

    delivery: int
    claim: int
    reply: Reply | None


class Journal:
    """The open journal of a living sender."""

    def __init__(self, folder: Path, issue: int, sender: str) -> None:
        """Make it.

        Raises:
            ConfigError: when the folder takes no file.
        """
        self.path = folder / f"{issue}-{sender}.journal"
        unfinished = self.path.with_suffix(".unfinished")
        head = _record({"boot": _boot()})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(head.ljust(SLOT * (SLOTS + 1), b"\0"))
            self._file = os.open(unfinished, os.O_RDWR | os.O_CLOEXEC)
            # Locked before it has its name: whoever finds it by that takes it for a living sender's.
            fcntl.flock(self._file, fcntl.LOCK_EX)
            os.fsync(self._file)
            self._octets = mmap.mmap(self._file, 0)
            unfinished.rename(self.path)
            _sync_folder(folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise _unwritable(folder, error) from error
        self.must_stay = False
        self._free = list(range(SLOTS, 0, -1))
        self._slots: dict[tuple[int, int], int] = {}

    def begin(self, delivery: Delivery) -> None:
        """Note that the end of a message is about to be handed over."""
        claimed = (delivery.id, delivery.claim)
        self._slots[claimed] = slot = self._slots.get(claimed) or self._free.pop()
        self._write(slot * SLOT, _record(claimed))

    def note(self, delivery: Delivery, reply: Reply) -> None:
        """Note what became of a message that was begun; one that was not needs no note, since it is not out."""
        claimed = (delivery.id, delivery.claim)
        if slot := self._slots.get(claimed):
            self._write(slot * SLOT + ANSWER, _answer(claimed, reply))

    def forget(self, deliveries: Iterable[Delivery]) -> None:
        """Drop what the ledger knows by now, or what was certainly not taken."""
        for delivery in deliveries:
            if slot := self._slots.pop((delivery.id, delivery.claim), None):
                self._write(slot * SLOT, _EMPTY)
                self._write(slot * SLOT + ANSWER, _EMPTY)
                self._free.append(slot)

    def flush(self) -> None:
        """Write what was noted to the disk.

        Raises:
            ConfigError: when the disk fails.
        """
        try:
            os.fdatasync(self._file)
        except OSError as error:
            raise _unwritable(self.path.parent, error) from error

    def close(self) -> None:
        """End it; the file stays while the ledger does not know all of it."""
        if not self.must_stay and not self._slots:
            self.path.unlink(missing_ok=True)
        self._octets.close()
        os.close(self._file)

    def _write(self, at: int, octets: bytes) -> None:
        self._octets[at : at + len(octets)] = octets


@dataclass(frozen=True, slots=True)
class Left:
    """What a dead sender left: of which issue, who it was, what it knew.

    With `is_whole` nothing is missing: the machine has not been restarted since, and the file is what was written.
    """

    issue: int
    sender: str
    is_whole: bool
    notes: tuple[Note, ...]


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """Lock a journal; nothing is given when its sender lives, or somebody else just removed it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield file if _is_lockable(file) and path.exists() else None
    finally:
        os.close(file)


def _is_lockable(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def left_behind(path: Path) -> Iterator[Left | None]:
    """Read a dead sender's journal, and remove it when the `with` block ends well; nothing for a living sender's.

    Raises:
        ConfigError: when it cannot be read.
    """
    try:
        with _locked(path) as file:
            left = _read(path.name, file) if file is not None else None
            yield left
            if left is not None:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"delivery.journal: {path} cannot be read ({error.strerror}), which tells what a sender did that died; "
            "let this user read and write it"
        ) from error


def found(folder: Path) -> list[Path]:
    """Give the journals in a folder, of the living and the dead.

    One that somebody died over while it was made tells nothing, and is removed a day later.
    """
    ours = [path for path in folder.glob("*") if _NAME.fullmatch(path.name)]
    for unfinished in (path for path in ours if path.suffix == ".unfinished"):
        with contextlib.suppress(OSError):
            if time.time() - unfinished.stat().st_mtime > _UNFINISHED_SECONDS:
                unfinished.unlink()
    return sorted(path for path in ours if path.suffix == ".journal")


def _read(name: str, file: int) -> Left:
    """Read a journal; what is damaged is not known, and so with a damaged head whether anything is missing."""
    found = os.pread(file, SLOT * (SLOTS + 1), 0)
    octets = found.ljust(SLOT * (SLOTS + 1), b"\0")
    head, *slots = (octets[start : start + SLOT] for start in range(0, len(octets), SLOT))
    boot = _known(head) or {"boot": ""}
    issue, _, sender = name.removesuffix(".journal").partition("-")
    is_whole = bool(boot["boot"]) and boot["boot"] == _boot() and len(found) == len(octets)
    return Left(int(issue), sender, is_whole, tuple(filter(None, map(_note, slots))))


def _note(slot: bytes) -> Note | None:
    begun = _known(slot[:ANSWER])
    if begun is None:
        return None
    delivery, claim = begun
    answered = _known(slot[ANSWER:])
    if answered is None or answered[0] != begun:
        return Note(delivery, claim, None)
    _, state, code, enhanced, words = answered
    return Note(delivery, claim, Reply(DeliveryState(state), code, enhanced, words))


def _answer(claimed: tuple[int, int], reply: Reply) -> bytes:
    """Give the record of an answer, of whose words as many as there is room for."""
    words = reply.words[:300]
    while len(record := _record([claimed, reply.state, reply.code, reply.enhanced[:20], words])) > SLOT - ANSWER:
        words = words[: len(words) // 2]
    return record


def _record(known: Any) -> bytes:
    octets = orjson.dumps(known)
    return _HEAD.pack(zlib.crc32(octets), len(octets)) + octets


def _known(record: bytes) -> Any:
    """Read a record; nothing when it is empty, or only half of it was written."""
    digest, length = _HEAD.unpack_from(record)
    octets = record[_HEAD.size : _HEAD.size + length]
    return orjson.loads(octets) if length and zlib.crc32(octets) == digest else None


def _boot() -> str:
    """Name this run of the machine; empty where nobody can tell."""
    with contextlib.suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _unwritable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"delivery.journal: {folder} cannot be written ({error.strerror}); make room, or name another folder"
    )
