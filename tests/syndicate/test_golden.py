"""Whole files, to be read like code.

`UPDATE_GOLDEN=1 pytest tests/syndicate/test_golden.py` writes them anew; look at the difference before committing it.
"""

import os
from pathlib import Path

import pytest

from tests.syndicate.samples import FILES

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    "name",
    [
        "en/investigations.rss",
        "all.atom",
        "en/the-organization.json",
        "en/republish.atom",
        "feeds.opml",
        "index.html",
    ],
)
def test_the_week_renders_to_the_golden_file(name: str) -> None:
    golden = GOLDEN / name.replace("/", "-")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(FILES[name])

    assert FILES[name].decode() == golden.read_text(encoding="utf-8")
