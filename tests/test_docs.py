"""What the documents name is there: files, functions, commands with their options, targets of make."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from publisher.cli.app import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
GROUP = typer.main.get_command(app)


@EACH
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert target.startswith("http") or (document.parent / target).exists(), target


def test_the_walk_names_what_is_in_the_code() -> None:
    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)*)\.([A-Za-z_]+)`", (ROOT / "docs/walk.md").read_text(encoding="utf-8"))

    assert len(named) > 40
    for place, name in named:
        if name in ("py", "toml"):
            assert any((folder / f"{place}.{name}").exists() for folder in (ROOT, ROOT / "publisher", *_stages())), (
                place
            )
        else:
            assert hasattr(importlib.import_module(f"publisher.{place.replace('/', '.')}"), name), f"{place}.{name}"


def _stages() -> list[Path]:
    return [path for path in (ROOT / "publisher").iterdir() if path.is_dir()]


def test_commands_and_options_are_the_programs() -> None:
    found = 0
    for document in DOCUMENTS:
        for line in re.findall(r"(?:main\.py|publisher) ((?:[a-z-]+ ?)+[^`\n]*)", document.read_text(encoding="utf-8")):
            command = _command(line.split())
            if command is not None:
                known = {option for parameter in command.params for option in parameter.opts}
                assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= known, line
                found += 1
    assert found > 20


def _command(words: list[str]) -> Any:
    """Find the command that words begin with; None for words that are none, as in a sentence."""
    found: Any = GROUP
    for word in words:
        if word not in getattr(found, "commands", {}):
            break
        found = found.commands[word]
    return None if found is GROUP else found


@EACH
def test_targets_of_make_are_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z]+)|^ {4}make ([a-z]+)", document.read_text(encoding="utf-8"))) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }
