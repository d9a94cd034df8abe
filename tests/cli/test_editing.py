"""`issue edit` and `issue compose --special` at the terminal: by options, as a file, and in an editor."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Terminal

PERIOD = "2026-W47"


@pytest.fixture
def composed(collected: Terminal) -> Terminal:
    """A terminal whose issue 1 is that of the week in English."""
    assert collected.types("issue", "compose", "the-organization", "--period", PERIOD).code == 0
    return collected


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """An editor that replaces one text by another, on a terminal."""

    def _replaces(old: str, new: str) -> None:
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)

        def _edit(filename: str) -> None:
            file = Path(filename)
            file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

        monkeypatch.setattr(click, "edit", _edit)

    return _replaces


def without_mark(text: str) -> str:
    return re.sub(r"(?m)^seen: .*\n", "", text)


def test_a_file_goes_out_and_comes_back(composed: Terminal) -> None:
    text = composed.types("issue", "edit", "1", "--print").out
    file = composed.folder / "issue.md"
    file.write_text(text.replace("appeal: yes", "appeal: no"), encoding="utf-8")

    said = composed.types("issue", "edit", "1", "--from", str(file), "--by", "Ana")

    assert said.code == 0
    again = composed.types("issue", "edit", "1", "--print").out
    assert without_mark(again) == without_mark(file.read_text(encoding="utf-8"))


def test_options_change_one_thing_at_a_time(composed: Terminal) -> None:
    assert composed.types("issue", "edit", "1", "--title", "Pier = nine", "--no-appeal").code == 0

    text = composed.types("issue", "edit", "1", "--print").out
    assert "title: Pier = nine\n" in text
    assert "appeal: no\n" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--take", "news"), '"news" is not SECTION=URL; write both'),
        (("--excerpt", "nothing"), '"nothing" is not URL=TEXT; write both'),
        (("--note", "nowhere.md"), "nowhere.md cannot be read"),
        (("--drop", "https://example.org/nowhere"), "was never collected"),
        (("--print", "--title", "x"), "--print and --from say all of an issue"),
        (("--print", "--from", "x.md"), "give one of them, and no other option"),
        (
            ("--take", "news=https://example.org/a", "--take", "analysis=https://example.org/a"),
            "https://example.org/a is named twice, with news and analysis; keep one",
        ),
        (("--note", "-", "--block", "news=-"), "- reads stdin once; give the other text as a file"),
        (("--block", "news=a.md", "--block", "news=b.md"), "news is named twice, with a.md and b.md; keep one"),
        ((), "no terminal to open an editor on; use options"),
    ],
)
def test_what_cannot_be_is_told(composed: Terminal, arguments: tuple[str, ...], said: str) -> None:
    answer = composed.types("issue", "edit", "1", *arguments)

    assert answer.code == 2
    assert said in answer.err


def test_in_an_editor_what_is_saved_is_kept(composed: Terminal, editor: Callable[[str, str], None]) -> None:
    editor("appeal: yes", "appeal: no")

    assert composed.types("issue", "edit", "1").code == 0
    assert "appeal: no" in composed.types("issue", "edit", "1", "--print").out
    assert list((composed.folder / "var/edits").iterdir()) == []


def test_a_second_slip_leaves_what_was_kept_of_the_first(
    composed: Terminal, editor: Callable[[str, str], None]
) -> None:
    for sentence in ("First.", "Second."):
        editor("## out", f"{sentence}\n## outt")
        composed.types("issue", "edit", "1")

    kept = sorted((composed.folder / "var/edits").iterdir())
    assert [file.name for file in kept] == ["issue-1-2.md", "issue-1.md"]
    assert "First." in kept[1].read_text(encoding="utf-8")


def test_a_slip_in_the_editor_costs_nothing_of_what_was_written(
    composed: Terminal, editor: Callable[[str, str], None]
) -> None:
    editor("## out", "A new sentence.\n## outt")

    said = composed.types("issue", "edit", "1")

    kept = composed.folder / "var/edits/issue-1.md"
    assert said.code == 2
    assert f"{kept}: line" in said.err
    assert f"what you saved is in {kept}; mend it and give it with --from" in said.err
    assert "A new sentence." in kept.read_text(encoding="utf-8")
    kept.write_text(kept.read_text(encoding="utf-8").replace("A new sentence.\n## outt", "## out"), encoding="utf-8")
    assert composed.types("issue", "edit", "1", "--from", str(kept)).code == 0


def test_a_real_editor_is_opened_on_a_real_file(composed: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    script = composed.folder / "editor.sh"
    script.write_text('#!/bin/sh\nsed -i "s/^appeal: yes/appeal: no/" "$1"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setenv("VISUAL", str(script))
    assert os.environ["VISUAL"]

    assert composed.types("issue", "edit", "1").code == 0
    assert "appeal: no" in composed.types("issue", "edit", "1", "--print").out


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("printf 'a\\361o' >> \"$1\"", "is not text; save it as UTF-8"),
        ('echo "A new sentence." >> "$1"; exit 1', "the editor failed"),
    ],
)
def test_whatever_ends_the_editor_what_was_saved_is_kept(
    composed: Terminal, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    editor = composed.folder / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setenv("VISUAL", str(editor))

    answer = composed.types("issue", "edit", "1")

    kept = composed.folder / "var/edits/issue-1.md"
    assert answer.code == 2
    assert said in answer.err
    assert f"what you saved is in {kept}" in answer.err
    assert kept.exists()


def test_where_the_folder_cannot_be_written_the_file_is_elsewhere(
    composed: Terminal, editor: Callable[[str, str], None]
) -> None:
    (composed.folder / "var").mkdir(exist_ok=True)
    (composed.folder / "var/edits").write_text("no folder", encoding="utf-8")
    editor("appeal: yes", "appeal: no")

    assert composed.types("issue", "edit", "1").code == 0
    assert "appeal: no" in composed.types("issue", "edit", "1", "--print").out


def test_a_file_is_an_issue_of_its_own(collected: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "flood.md"
    file.write_text("---\ntitle: After the flood\n---\nThe desk is open.\n", encoding="utf-8")

    said = collected.types("issue", "compose", "the-organization", "--special", str(file))

    assert (said.code, said.out.strip().isdigit()) == (0, True)
    assert collected.types("issue", "list", "--json").json[0]["period"] == "flood"


def test_one_that_was_cancelled_says_what_to_do_instead(composed: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "flood.md"
    file.write_text("---\ntitle: After the flood\n---\nThe desk is open.\n", encoding="utf-8")
    special = ("issue", "compose", "the-organization", "--special", str(file))
    for issue in ("1", composed.types(*special).out.strip()):
        assert composed.types("issue", "cancel", issue).code == 0

    week = composed.types("issue", "compose", "the-organization", "--period", PERIOD, "--language", "en")

    assert "issue 1 was cancelled and stays so; its articles go into the next issue" in week.err
    assert "another key in the file makes it anew" in composed.types(*special).err


def test_an_issue_is_of_a_week_or_of_a_file(collected: Terminal) -> None:
    said = collected.types("issue", "compose", "the-organization", "--special", "x.md", "--period", PERIOD)

    assert (said.code, "leave --period out" in said.err) == (2, True)
