"""Writing: what changed and nothing else, whole or not at all, and no file of anybody else."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publisher.errors import PublisherError
from publisher.syndicate import write
from publisher.syndicate.files import WRITTEN

OLD = {"all.rss": b"old", "en/all.rss": b"old", "index.html": b"old"}
NEW = {"all.rss": b"new" * 1000, "en/all.rss": b"new" * 1000, "index.html": b"new" * 1000}


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "README.md").write_text("Ours.")
    write(folder, OLD)
    return folder


def held(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != WRITTEN)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def inodes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_ino for path in folder.rglob("*")}


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse larger ones, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_folder_is_made_and_holds_the_files(tmp_path: Path) -> None:
    assert write(tmp_path / "new" / "feeds", OLD) == ["all.rss", "en/all.rss", "index.html"]
    assert held(tmp_path / "new" / "feeds") == OLD


def test_what_did_not_change_is_not_written(feeds: Path) -> None:
    before = inodes(feeds)

    assert write(feeds, OLD) == []
    assert inodes(feeds) == before


def test_only_what_changed_is_written(feeds: Path) -> None:
    before = inodes(feeds)

    assert write(feeds, {**OLD, "en/all.rss": b"new"}) == ["en/all.rss"]
    assert [path.name for path, inode in inodes(feeds).items() if before[path] != inode] == ["all.rss"]


def test_everything_is_written_when_asked_for(feeds: Path) -> None:
    before = inodes(feeds)

    assert write(feeds, OLD, everything=True) == list(OLD)
    assert all(inodes(feeds)[feeds / name] != before[feeds / name] for name in OLD)


def test_a_feed_that_is_no_more_is_removed_with_its_folder(feeds: Path) -> None:
    assert write(feeds, {"all.rss": b"old", "index.html": b"new"}) == ["index.html", "en/all.rss"]
    assert not (feeds / "en").exists()


def test_files_of_others_stay(feeds: Path) -> None:
    (feeds / "en" / "podcast.rss").write_bytes(b"theirs")

    write(feeds, {})

    assert held(feeds) == {"README.md": b"Ours.", "en/podcast.rss": b"theirs"}


def test_a_list_of_written_files_leads_nowhere_else(feeds: Path) -> None:
    outside = feeds.parent / "outside"
    outside.write_bytes(b"theirs")
    (feeds / WRITTEN).write_text("../outside\n/etc/hostname\nen/../../outside\n.written\n\n")

    assert write(feeds, OLD) == []
    assert outside.read_bytes() == b"theirs"


def test_a_write_that_fails_leaves_every_file_whole(feeds: Path) -> None:
    with files_no_larger_than(100), pytest.raises(PublisherError):
        write(feeds, NEW)

    assert held(feeds) == {**OLD, "README.md": b"Ours."}
    assert write(feeds, NEW) == list(NEW)


def test_a_process_that_is_interrupted_leaves_the_old_file(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def _interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            write(feeds, NEW)

    assert held(feeds) == {**OLD, "README.md": b"Ours."}


def test_after_an_interrupted_write_its_files_are_known_as_ours(feeds: Path) -> None:
    with files_no_larger_than(100), pytest.raises(PublisherError):
        write(feeds, {**OLD, "es/all.rss": b"new", "es/big.rss": b"new" * 1000})

    assert write(feeds, OLD) == ["es/all.rss", "es/big.rss"]
    assert held(feeds) == {**OLD, "README.md": b"Ours."}


def test_a_folder_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file")

    with pytest.raises(
        PublisherError, match=r"feeds cannot be written to \S+feeds \(.+\); make room .+ another folder"
    ):
        write(tmp_path / "feeds", OLD)


def test_any_web_server_may_read_the_files(feeds: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)

    assert stat.S_IMODE((feeds / "all.rss").stat().st_mode) == 0o666 & ~umask
