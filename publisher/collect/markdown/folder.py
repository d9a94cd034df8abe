"""The Markdown files of a folder, in the order of their names, and what they hold.

Hidden files and folders are nobody's article, and neither is what a link leads to outside the folder; a link to a file
that is listed anyway would only give it twice.
"""

import os
import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher import markup
from publisher.errors import UnreadableInput

MOST_FILES = 50_000
LARGEST = 2_000_000
"""Bytes of one file; a book has as many."""
_ENDINGS = (".md", ".markdown")
_UNREAD = ("node_modules",)


@dataclass(frozen=True, slots=True)
class File:
    """A file; `name` is its path inside the folder, with slashes, and `stamp` moves whenever it is written."""

    path: Path
    name: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a folder, and what of it could not be used: its name and why. `root` is the folder's real path."""

    root: Path
    files: tuple[File, ...]
    unused: tuple[tuple[str, str], ...]


def look(folder: Path) -> Files:
    """Give the Markdown files of a folder and of the folders inside it.

    Raises:
        UnreadableInput: when there is no such folder, or it may not be read.
    """
    files: list[File] = []
    unused: list[tuple[str, str]] = []
    root = _root(folder)
    for path in _paths(root, unused):
        try:
            file = _file(root, path)
        except UnicodeError:
            unused.append((_shown(root, path), "its name is no UTF-8; rename it"))
        except OSError as error:
            unused.append((_shown(root, path), why(error)))
        else:
            files += [file] if file else []
    files.sort(key=lambda file: file.name)
    if left_out := len(files) - MOST_FILES:
        reason = f"a folder is read up to its {MOST_FILES}th file; make a source of each of the folders inside it"
        unused += [(f"the last {left_out} files", reason)] if left_out > 0 else []
    return Files(root, tuple(files[:MOST_FILES]), tuple(sorted(unused)))


def read(file: File) -> bytes:
    """Give what a file holds, up to a byte more than it may.

    Raises:
        OSError: when it cannot be read now.
    """
    with file.path.open("rb") as opened:
        return opened.read(LARGEST + 1)


def decoded(content: bytes) -> str:
    """Give the text of a file.

    Raises:
        UnreadableInput: when it is none, with the reason alone.
    """
    if len(content) > LARGEST:
        raise UnreadableInput(f"it has more than {LARGEST} bytes; divide it")
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableInput("its letters are not in UTF-8; save it as UTF-8") from error


def _root(folder: Path) -> Path:
    remedy = "write the folder of the Markdown files as the source's `path`"
    try:
        root = folder.resolve(strict=True)
        os.scandir(root).close()
    except FileNotFoundError as error:
        raise UnreadableInput(f"{folder} does not exist; {remedy}") from error
    except NotADirectoryError as error:
        raise UnreadableInput(f"{folder} is no folder; {remedy}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableInput(f"{folder} {why(error).removeprefix('it ')}, or {remedy}") from error
    return root


def why(error: Exception) -> str:
    """Say why a file or a folder cannot be read now."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"it cannot be read ({said}); let this program read it"


def _paths(root: Path, unused: list[tuple[str, str]]) -> Iterator[Path]:
    def _unreadable(error: OSError) -> None:
        unused.append((_shown(root, Path(str(error.filename))), why(error)))

    for folder, inner, names in os.walk(root, onerror=_unreadable):
        inner[:] = [name for name in inner if not name.startswith(".") and name not in _UNREAD]
        for name in names:
            if name.lower().endswith(_ENDINGS) and not name.startswith(".") and not name.startswith("_index."):
                yield Path(folder, name)


def _file(root: Path, path: Path) -> File | None:
    """Give the file, None where it is none or stands elsewhere."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        target = path.resolve()
        if not target.is_relative_to(root) or not _is_hidden(target.relative_to(root)):
            return None
        found = target.stat()
    if not stat.S_ISREG(found.st_mode):
        return None
    name = path.relative_to(root).as_posix()
    name.encode()
    return File(path, name, f"{found.st_mtime_ns}-{found.st_size}")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _shown(root: Path, path: Path) -> str:
    name = path.relative_to(root) if path.is_relative_to(root) else path
    return markup.one_line(str(name).encode("utf-8", "replace").decode())
