"""No text, however made, keeps a processor longer than in proportion to its length."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.collect import worst

SECONDS = 10


@pytest.mark.parametrize("name", worst.FUNCTIONS)
def test_work_is_in_proportion_to_the_length_of_any_text(name: str) -> None:
    root = Path(__file__).parents[2]

    ended = subprocess.run(
        [sys.executable, "-m", "tests.collect.worst", name, str(SECONDS)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
