"""What a sender noted is what is found after it died, however it died; what a living one notes is nobody else's."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.deliver import journal
from publisher.deliver.journal import ANSWER, SLOT, Journal, Left, Note
from publisher.errors import ConfigError
from publisher.model import Delivery, DeliveryState, Reply
from tests.deliver.samples import delivery

ISSUE, SENDER = 7, "0123456789abcdef"
TAKEN = Reply(DeliveryState.SENT, 250, "2.0.0", "queued as 1")
replies = st.builds(
    Reply,
    st.sampled_from([DeliveryState.SENT, DeliveryState.DEFERRED, DeliveryState.FAILED, DeliveryState.UNCERTAIN]),
    st.one_of(st.none(), st.integers(200, 599)),
    st.text(max_size=30),
    st.one_of(st.text(), st.sampled_from(["😀", "\x00", '"', "\\", "é", "x"]).map(lambda one: one * 700)),
)
events = st.lists(
    st.tuples(st.sampled_from(["begin", "note", "forget"]), st.integers(1, 6), st.integers(1, 2), replies)
)


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Journal]:
    """The journal of a sender that ends with the test."""
    made = Journal(tmp_path, ISSUE, SENDER)
    yield made
    made.close()


def dies(notes: Journal) -> Path:
    """Let its sender end without a word; the file is what it was at that moment."""
    notes.must_stay = True
    notes.close()
    return notes.path


def found(path: Path) -> Left | None:
    with journal.left_behind(path) as left:
        return left


def written(folder: Path, *deliveries: Delivery) -> Path:
    """A dead sender's journal, in which these were begun."""
    notes = Journal(folder, ISSUE, SENDER)
    for one in deliveries:
        notes.begin(one)
    return dies(notes)


def damage(path: Path, at: int, octets: bytes = b"\xff" * 16) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(octets)


@settings(max_examples=50)
@given(told=events)
def found_as_noted(notes: Journal, told: list[tuple[str, int, int, Reply]]) -> None:
    known: dict[tuple[int, int], Reply | None] = {}
    notes.forget(delivery(number=number, claim=claim) for number in range(1, 7) for claim in (1, 2))
    for event, number, claim, reply in told:
        row = delivery(number=number, claim=claim)
        if event == "begin" and (number, claim) not in known:
            notes.begin(row)
            known[number, claim] = None
        elif event == "note":
            notes.note(row, reply)
            known |= {(number, claim): reply} if (number, claim) in known else {}
        elif event == "forget":
            notes.forget([row])
            known.pop((number, claim), None)
    # The file as a death at this moment would leave it.
    left = found(Path(shutil.copy(notes.path, notes.path.with_name(f"8-{SENDER}.journal"))))

    assert left is not None
    assert (left.issue, left.sender, left.is_whole) == (8, SENDER, True)
    assert {(note.delivery, note.claim) for note in left.notes} == set(known)
    assert len(left.notes) == len(known)
    for note in left.notes:
        assert is_cut_from(note.reply, known[note.delivery, note.claim])


def test_whatever_was_noted_in_whatever_order_is_found(living: Journal) -> None:
    found_as_noted(living)


def is_cut_from(kept: Reply | None, said: Reply | None) -> bool:
    """Tell whether a reply is what was said, but for the end of long words."""
    if kept is None or said is None:
        return kept is said
    whole = replace(said, enhanced=said.enhanced[:20], words=said.words[: len(kept.words)])
    return kept == whole and (len(kept.words) == len(said.words) or len(kept.words) >= 20)


def test_a_full_journal_is_found_whole(tmp_path: Path) -> None:
    rows = [delivery(number=number) for number in range(1, journal.SLOTS + 1)]

    left = found(written(tmp_path, *rows))

    assert left is not None
    assert {note.delivery for note in left.notes} == {row.id for row in rows}


def test_a_sender_that_knows_of_nothing_more_leaves_nothing(tmp_path: Path) -> None:
    notes = Journal(tmp_path, ISSUE, SENDER)
    notes.begin(delivery())
    notes.note(delivery(), TAKEN)
    notes.forget([delivery()])

    notes.close()

    assert list(tmp_path.iterdir()) == []


def test_what_is_in_doubt_or_claimed_stays_when_its_sender_ends(tmp_path: Path) -> None:
    in_doubt = Journal(tmp_path, ISSUE, SENDER)
    in_doubt.begin(delivery())
    in_doubt.close()
    claimed = Journal(tmp_path, ISSUE + 1, SENDER)
    claimed.must_stay = True
    claimed.close()

    assert [path.name for path in journal.found(tmp_path)] == [f"7-{SENDER}.journal", f"8-{SENDER}.journal"]


DYING = """
import sys
from pathlib import Path
from publisher.deliver.journal import Journal
from tests.deliver.samples import delivery
from tests.deliver.test_journal import ISSUE, SENDER, TAKEN

notes = Journal(Path(sys.argv[1]), ISSUE, SENDER)
for number in (1, 2, 3):
    notes.begin(delivery(number=number))
notes.note(delivery(number=1), TAKEN)
notes.forget([delivery(number=2)])
print("noted", flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_leaves_what_it_noted_and_is_alive_until_then(tmp_path: Path) -> None:
    program = [sys.executable, "-c", DYING, str(tmp_path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "noted\n"
        (path,) = journal.found(tmp_path)
        assert found(path) is None
        os.kill(process.pid, signal.SIGKILL)
    left = found(path)

    assert left is not None
    assert left.is_whole
    assert set(left.notes) == {Note(1, 1, TAKEN), Note(3, 1, None)}


def test_the_journal_of_a_living_sender_is_not_read(living: Journal) -> None:
    living.begin(delivery())

    assert found(living.path) is None
    assert living.path.exists()


def test_of_two_who_come_at_once_one_reads_it(tmp_path: Path) -> None:
    path = written(tmp_path, delivery())

    with journal.left_behind(path) as first, journal.left_behind(path) as second:
        assert first is not None
        assert second is None

    assert found(path) is None
    assert list(tmp_path.iterdir()) == []


def test_who_opened_it_before_another_removed_it_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, delivery())
    opened = os.open

    def _late(*asked: object, **named: object) -> int:
        file = opened(*asked, **named)  # type: ignore[arg-type]
        path.unlink()
        return file

    monkeypatch.setattr(os, "open", _late)

    assert found(path) is None


def test_it_stays_when_what_it_tells_cannot_be_written(tmp_path: Path) -> None:
    path = written(tmp_path, delivery())

    with pytest.raises(RuntimeError), journal.left_behind(path):
        raise RuntimeError

    assert found(path) is not None


def test_after_a_restart_of_the_machine_something_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, delivery())
    another = tmp_path / "boot_id"
    another.write_text("00000000-0000-0000-0000-000000000000\n")
    monkeypatch.setattr(journal, "_BOOT", another)

    assert found(path) == Left(ISSUE, SENDER, False, (Note(1, 1, None),))


def test_where_no_run_of_the_machine_has_a_name_something_may_always_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_BOOT", tmp_path / "none")
    left = found(written(tmp_path, delivery()))

    assert left is not None
    assert not left.is_whole


@pytest.mark.parametrize(("octets", "size"), [(b"", 0), (b"", SLOT + 8), (b"\xff" * SLOT, None), (b"\0" * SLOT, None)])
def test_a_damaged_journal_tells_what_is_left_of_it_and_that_something_may_be_missing(
    tmp_path: Path, octets: bytes, size: int | None
) -> None:
    path = written(tmp_path, delivery())
    damage(path, 0, octets)
    if size is not None:
        os.truncate(path, size)

    notes = (Note(1, 1, None),) if size is None else ()
    assert found(path) == Left(ISSUE, SENDER, False, notes)


def torn(tmp_path: Path, at: int) -> Left | None:
    notes = Journal(tmp_path, ISSUE, SENDER)
    for number in (1, 2):
        notes.begin(delivery(number=number))
        notes.note(delivery(number=number), TAKEN)
    path = dies(notes)
    damage(path, SLOT + at)
    return found(path)


def test_an_answer_that_is_half_written_leaves_its_message_in_doubt(tmp_path: Path) -> None:
    left = torn(tmp_path, ANSWER + 8)

    assert left is not None
    assert set(left.notes) == {Note(1, 1, None), Note(2, 1, TAKEN)}


def test_a_beginning_that_is_half_written_is_none_since_its_message_is_not_out(tmp_path: Path) -> None:
    left = torn(tmp_path, 8)

    assert left is not None
    assert set(left.notes) == {Note(2, 1, TAKEN)}


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("notes.journal", f"7-{SENDER}.unfinished", "7-.journal", "x-12.journal"):
        (tmp_path / name).write_text("mine")

    assert journal.found(tmp_path) == []
    assert journal.found(tmp_path / "none") == []


@pytest.mark.parametrize("blocked", ["folder", "file"])
def test_a_folder_that_takes_no_file_is_a_mistake_in_the_config(tmp_path: Path, blocked: str) -> None:
    folder = tmp_path / "journals"
    if blocked == "folder":
        folder.write_text("a file is in the way")
    else:
        (folder / f"7-{SENDER}.journal").mkdir(parents=True)

    with pytest.raises(ConfigError, match=r"delivery\.journal: .* cannot be written"):
        Journal(folder, ISSUE, SENDER)


def test_a_journal_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / f"7-{SENDER}.journal"
    path.mkdir()

    with pytest.raises(ConfigError, match=rf"7-{SENDER}\.journal cannot be read"), ExitStack() as stack:
        stack.enter_context(journal.left_behind(path))


def test_one_that_somebody_died_over_while_it_was_made_is_removed_a_day_later(tmp_path: Path) -> None:
    old, new = tmp_path / "7-0a.unfinished", tmp_path / "7-0b.unfinished"
    for one in (old, new):
        one.touch()
    os.utime(old, (0, 0))

    assert journal.found(tmp_path) == []
    assert [*tmp_path.iterdir()] == [new]
