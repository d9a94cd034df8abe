"""Nine kinds of issues render to the golden mails that somebody looked at.

`UPDATE_GOLDEN=1 pytest tests/compose/test_kinds.py` writes them anew; look at the difference before committing it.
"""

import os
from pathlib import Path

import pytest

from tests.compose import kinds

GOLDEN = Path(__file__).parent / "golden" / "kinds"


@pytest.mark.parametrize("form", ["html", "txt"])
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_of_issue_renders_to_its_golden_mail(kind: str, form: str) -> None:
    made, golden = kinds.variant(kind), GOLDEN / f"{kind}.{form}"
    written = made.html if form == "html" else made.text
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(written, encoding="utf-8")

    assert written == golden.read_text(encoding="utf-8")


def test_no_golden_mail_is_left_of_a_kind_that_is_no_more() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(kinds.KINDS)
