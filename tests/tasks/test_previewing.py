"""What an editor sees of an issue before anybody else does."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher import tokens
from publisher.errors import UsageError
from publisher.model import DeliveryState
from publisher.tasks import issuing, previewing, sending, signing
from tests.tasks.conftest import WEEKLY, Newsroom


def test_a_preview_is_html_text_web_copy_and_the_mail(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id

    files = previewing.preview(newsroom.store, newsroom.settings, issue, tmp_path / "to", newsroom.now)

    name = "the-organization-en-2026-W47"
    assert [file.name for file in files] == [f"{name}.html", f"{name}.txt", f"{name}.web.html", f"{name}.eml"]
    assert all("Port audit" in file.read_text(encoding="utf-8") for file in files)
    assert not any("xPLACEx" in file.read_text(encoding="utf-8") for file in files)
    assert message_from_bytes(files[-1].read_bytes(), policy=policy.default)["Subject"] == "[Test] Port audit"


def test_a_folder_that_cannot_be_written_is_said(newsroom: Newsroom, tmp_path: Path) -> None:
    issue = newsroom.composes().issue.id
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="--to"):
        previewing.preview(newsroom.store, newsroom.settings, issue, tmp_path / "file", newsroom.now)


def test_a_test_mail_goes_to_one_address_and_leaves_the_ledger_alone(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org")
    issue = newsroom.composes().issue.id

    reply = previewing.test(newsroom.store, newsroom.settings, issue, "editor@example.org", newsroom.now)

    assert reply.state is DeliveryState.SENT
    assert newsroom.recipients() == ["editor@example.org"]
    assert sum(sending.status(newsroom.store, issue).values()) == 0


@pytest.mark.parametrize(("language", "prefix"), [("en", "[Test] "), ("es", "[Prueba] ")])
def test_a_test_mail_says_so_in_its_subject_and_its_leave_link_is_nobodys(
    newsroom: Newsroom, language: str, prefix: str
) -> None:
    newsroom.publishes("Puerto", language=language)
    newsroom.subscribes("ana@example.org", language=language)
    shown = newsroom.composes(language)

    previewing.test(newsroom.store, newsroom.settings, shown.issue.id, "ana@example.org", newsroom.now)

    (mail,) = newsroom.mails()
    token = str(mail["List-Unsubscribe"]).partition(">")[0].rpartition("/")[2]
    secret = signing.secret(newsroom.store, newsroom.settings)
    assert mail["Subject"] == f"{prefix}Puerto"
    assert tokens.read_leave_token(token, secret) == (0, WEEKLY)
    assert issuing.known_issue(newsroom.store, shown.issue.id).variant.subject == "Puerto"


def test_a_test_mail_to_no_address_is_refused(newsroom: Newsroom) -> None:
    issue = newsroom.composes().issue.id

    with pytest.raises(UsageError, match="is not a mail address"):
        previewing.test(newsroom.store, newsroom.settings, issue, "editor", newsroom.now)
