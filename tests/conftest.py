"""What every test can count on: a known environment, and real programs or a clear skip."""

import os
import shutil
from pathlib import Path

import pytest

pytest_plugins: list[str] = []


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        missing = [program for program in marker.args if not _is_here(program)]
        if missing and os.environ.get("CI"):
            pytest.fail(f"needs {', '.join(missing)}, which .ci/run should have installed", pytrace=False)
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")


def _is_here(program: str) -> bool:
    return Path(program).exists() if program.startswith("/") else shutil.which(program) is not None


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PUBLISHER_"):
            monkeypatch.delenv(name)
