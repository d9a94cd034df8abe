"""Writing the feeds: what changed and nothing else, each file whole or not at all.

A file is written beside its place, reaches the disk and takes the place in one step, so that whoever reads meets the
old bytes or the new ones. Which files are ours stands in `.written` in the same folder; others are left alone.
"""

import contextlib
import os
import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from publisher.errors import PublisherError

WRITTEN = ".written"

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def write(directory: Path, files: Mapping[str, bytes], everything: bool = False) -> list[str]:
    """Bring the folder to hold `files`, and give the names that changed.

    What was written earlier and is no more among them is removed. With `everything`, files that did not change are
    written too. Files are written in the order they come.

    Raises:
        PublisherError: when the folder cannot be written; each file in it is then as it was, or as it shall be.
    """
    try:
        return _bring(directory, files, everything)
    except OSError as error:
        raise PublisherError(
            f"the feeds cannot be written to {directory} ({error.strerror or error}); make room and give the publisher "
            "the right to write there, or set feeds.directory to another folder"
        ) from error


def _bring(directory: Path, files: Mapping[str, bytes], everything: bool) -> list[str]:
    earlier = _written(directory)
    # Before a file is there it is known to be ours, and until it is gone.
    _remember(directory, earlier | files.keys())
    changed = [name for name, content in files.items() if everything or _content(directory / name) != content]
    for name in changed:
        _replace(directory / name, files[name])
    gone = sorted(earlier - files.keys())
    for name in gone:
        _remove(directory, name)
    _remember(directory, files.keys())
    return changed + gone


def _written(directory: Path) -> set[str]:
    names = (_content(directory / WRITTEN) or b"").decode(errors="replace").split("\n")
    return {name for name in names if _NAME.fullmatch(name)}


def _remember(directory: Path, names: Iterable[str]) -> None:
    content = "".join(f"{name}\n" for name in sorted(names)).encode()
    if _content(directory / WRITTEN) != content:
        _replace(directory / WRITTEN, content)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _remove(directory: Path, name: str) -> None:
    path = directory / name
    path.unlink(missing_ok=True)
    for folder in path.relative_to(directory).parents[:-1]:
        with contextlib.suppress(OSError):
            (directory / folder).rmdir()
