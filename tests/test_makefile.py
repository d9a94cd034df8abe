"""What make says where something of the machine is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def make(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run make in a folder of its own, with the programs of that folder before the machine's."""
    shutil.copy(MAKEFILE, folder)
    for name in ("requirements.txt", "pyproject.toml"):
        (folder / name).touch()
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"PATH": f"{folder}:{environment['PATH']}", **variables}
    return subprocess.run(["make", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def program(folder: Path, name: str, script: str) -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 2)])
def test_programs_that_cannot_be_installed_are_a_warning_but_where_all_tests_must_run(
    tmp_path: Path, ci: str, code: int
) -> None:
    program(tmp_path, "id", "echo 0")
    program(tmp_path, "dpkg", "exit 1")
    program(tmp_path, "apt-get", "exit 100")
    program(tmp_path, "npm", "exit 1")

    said = make(tmp_path, "programs", CI=ci)

    assert said.returncode == code
    assert "The tests that need what is missing are skipped." in said.stderr


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 2)])
@pytest.mark.parametrize("npm", ["exit 1", "tar -czf other.tgz --transform s,^,package/, axe.min.js && echo other.tgz"])
def test_what_npm_does_not_bring_or_brings_otherwise_is_not_taken(tmp_path: Path, npm: str, ci: str, code: int) -> None:
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "npm", f"echo other > axe.min.js\n{npm}")

    said = make(tmp_path, "programs", CI=ci)

    assert said.returncode == code
    assert "Not installed: axe-core" in said.stderr
    assert not (tmp_path / ".venv" / "axe-core" / "axe.min.js").exists()


def test_a_python_without_environments_says_what_to_install(tmp_path: Path) -> None:
    program(tmp_path, "id", "echo 1000")
    python = program(tmp_path, "python", """case "$2" in *ensurepip*) exit 1 ;; esac""")

    said = make(tmp_path, "setup", f"PYTHON={python}")

    assert said.returncode == 2
    assert "install python3-venv" in said.stderr
