"""SpamAssassin, with its local tests alone, takes no kind of issue for spam."""

import re
import subprocess
from pathlib import Path

import pytest

from publisher.deliver import message
from publisher.model import Delivery, Issue, IssueState, Subscriber, Variant
from tests.compose import kinds, samples
from tests.compose.kinds import KINDS

pytestmark = pytest.mark.needs("spamassassin")

LIMIT = 1.0
"""Points; by default a mail with five is spam."""


def eml(kind: str, variant: Variant) -> bytes:
    """Give the mail that Bruno gets of an issue."""
    made = KINDS[kind]()
    issue = Issue(
        7,
        made.newsletter.key,
        made.language,
        samples.WEEK,
        12,
        IssueState.SENDING,
        variant.subject,
        samples.NOW,
        variant,
        kind=made.kind,
    )
    template = message.template(made.settings, made.newsletter, issue, "a secret of sixteen characters or more")
    bruno = Subscriber(1, "bruno@example.org", "Bruno", made.language)
    return template.fill(Delivery(1, "00112233445566778899", 7, bruno, samples.NOW, 1)).content


def scores(mails: list[bytes], folder: Path) -> list[tuple[float, str]]:
    """Give the points of each mail and the tests that gave them; one run, since a start takes seconds."""
    files = [folder / f"{number}.eml" for number in range(len(mails))]
    for file, mail in zip(files, mails, strict=True):
        file.write_bytes(mail)
    command = ["spamassassin", "--local", "--nocreate-prefs", "--cf=use_bayes 0", "--cf=use_auto_welcomelist 0"]
    checked = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=200, check=True, cwd=folder
    )
    found = re.findall(
        r"^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=([\w,\s]*?)\s+\w+=", checked.stdout, re.MULTILINE
    )
    assert len(found) == len(mails), checked.stderr
    return [(float(points), "".join(tests.split())) for points, tests in found]


def test_no_kind_of_issue_looks_like_spam(tmp_path: Path) -> None:
    found = dict(zip(KINDS, scores([eml(kind, kinds.variant(kind)) for kind in KINDS], tmp_path), strict=True))

    assert {kind: told for kind, told in found.items() if told[0] >= LIMIT} == {}


def test_a_mail_that_looks_like_spam_is_caught(tmp_path: Path) -> None:
    words = "ACT NOW!!! 100% FREE viagra, you have WON $5,000,000.00, no obligation, dear friend! " * 5
    spam = Variant("FREE MONEY!!! ACT NOW $$$", "", f"<html><body>{words}</body></html>", words, "")

    assert scores([eml("one", spam)], tmp_path)[0][0] >= LIMIT
