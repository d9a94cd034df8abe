"""The journal: what one sender knows that the ledger does not know yet, in a file that outlives the process.

The ledger is written in batches. Between two of them a message is noted here just before its last octet is handed over,
and again when its answer is heard. A note is in the system's memory of the file, which the process shares, before the
sender goes on; so one that is killed at any moment leaves a file that tells, of each message, whether it may be out and
what became of it. A machine that loses its power keeps what `flush` wrote.

The file is a row of slots of equal size, laid out when it is made, so that a full disk cannot keep a note from being
taken. A living sender has it locked; a journal that can be locked is that of a dead one.
"""

import contextlib
import fcntl
import mmap
import os
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
_EMPTY = bytes(8)
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PATTERN = "*.journal"


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
        head = _slot({"issue": issue, "sender": sender, "boot": _boot()})
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
            unfinished.unlink(missing_ok=True)
            raise _unwritable(folder, error) from error
        self.must_stay = False
        self._free = list(range(SLOTS, 0, -1))
        self._slots: dict[int, int] = {}

    def begin(self, delivery: Delivery) -> None:
        """Note that the end of a message is about to be handed over."""
        slot = self._slots.get(delivery.id) or self._free.pop()
        self._slots[delivery.id] = slot
        self._write(slot, _slot({"id": delivery.id, "claim": delivery.claim}))

    def note(self, delivery: Delivery, reply: Reply) -> None:
        """Note what became of a message that was begun; one that was not needs no note, since it is not out."""
        slot = self._slots.get(delivery.id)
        if slot is not None:
            said = [str(reply.state), reply.code, reply.enhanced[:20], reply.words[:300]]
            self._write(slot, _slot({"id": delivery.id, "claim": delivery.claim, "reply": said}))

    def forget(self, deliveries: Iterable[Delivery]) -> None:
        """Drop what the ledger knows by now, or what was certainly not taken."""
        for delivery in deliveries:
            slot = self._slots.pop(delivery.id, None)
            if slot is not None:
                self._write(slot, _EMPTY)
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

    def _write(self, slot: int, octets: bytes) -> None:
        self._octets[slot * SLOT : slot * SLOT + len(octets)] = octets


@dataclass(frozen=True, slots=True)
class Left:
    """What a dead sender left: of which issue, who it was, what it knew.

    With `is_whole` nothing is missing: the machine has not been restarted since.
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
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file if path.exists() else None
    except BlockingIOError:
        yield None
    finally:
        os.close(file)


@contextmanager
def left_behind(path: Path) -> Iterator[Left | None]:
    """Read a dead sender's journal, and remove it when the `with` block ends well; nothing for a living sender's.

    Raises:
        ConfigError: when it cannot be read.
    """
    try:
        with _locked(path) as file:
            if file is None:
                yield None
                return
            yield _read(file)
            path.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def found(folder: Path) -> list[Path]:
    """Give the journals in a folder, of the living and the dead."""
    return sorted(folder.glob(_PATTERN))


def _read(file: int) -> Left:
    octets = os.pread(file, SLOT * (SLOTS + 1), 0)
    head, *slots = (_taken_from(octets[start : start + SLOT]) for start in range(0, SLOT * (SLOTS + 1), SLOT))
    if head is None:
        raise OSError(None, "it is damaged; look at it by hand, and remove it")
    notes = []
    for known in filter(None, slots):
        reply = None
        if said := known.get("reply"):
            reply = Reply(DeliveryState(said[0]), said[1], said[2], said[3])
        notes.append(Note(known["id"], known["claim"], reply))
    return Left(head["issue"], head["sender"], bool(head["boot"]) and head["boot"] == _boot(), tuple(notes))


def _slot(known: dict[str, Any]) -> bytes:
    octets = orjson.dumps(known)
    while len(octets) > SLOT - len(_EMPTY):
        known["reply"][-1] = known["reply"][-1][: len(known["reply"][-1]) // 2]
        octets = orjson.dumps(known)
    return zlib.crc32(octets).to_bytes(4, "big") + len(octets).to_bytes(4, "big") + octets


def _taken_from(slot: bytes) -> dict[str, Any] | None:
    """Read a slot; nothing for an empty one, or one that was half written when the power went."""
    digest, length = int.from_bytes(slot[:4], "big"), int.from_bytes(slot[4:8], "big")
    octets = slot[8 : 8 + length]
    if not length or zlib.crc32(octets) != digest:
        return None
    known: dict[str, Any] = orjson.loads(octets)
    return known


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
