"""Mails and web copies can be used by people who do not see them, in light and in dark, as axe-core tells it."""

from pathlib import Path

import pytest

from tests.compose import axe, kinds
from tests.compose.kinds import KINDS

pytestmark = pytest.mark.needs("chromium", str(axe.SCRIPT))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "dark"), [(320, False), (640, True)], ids=["a light phone", "a dark screen"])
def test_nobody_stumbles_over_a_mail(kind: str, width: int, dark: bool, tmp_path: Path) -> None:
    html = kinds.mail(kind, {}).html

    assert axe.violations(html, tmp_path, width=width, dark=dark, is_mail=True) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "dark"), [(320, False), (640, True)], ids=["a light phone", "a dark screen"])
def test_nobody_stumbles_over_a_web_copy(kind: str, width: int, dark: bool, tmp_path: Path) -> None:
    assert axe.violations(kinds.variant(kind).web, tmp_path, width=width, dark=dark, is_mail=False) == []


@pytest.mark.parametrize(
    ("rule", "found", "instead"),
    [
        ("image-alt", ' alt="Low tide', ' data-alt="Low tide'),
        ("html-has-lang", '<html lang="en"', "<html"),
        ("color-contrast", "</head>", "<style>:root p { color: #a0a6a4 !important }</style></head>"),
        ("document-title", "<title>", "<title></title><x>"),
    ],
)
def test_a_mail_over_which_somebody_stumbles_is_caught(rule: str, found: str, instead: str, tmp_path: Path) -> None:
    whole = kinds.mail("week", {}).html
    broken = whole.replace(found, instead, 1)

    assert broken != whole
    assert rule in {said.partition(":")[0] for said in axe.violations(broken, tmp_path, is_mail=True)}
