"""What an editor sees of an issue before anybody else does."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher.errors import UsageError
from publisher.model import DeliveryState
from publisher.tasks import previewing, sending
from tests.tasks.conftest import Newsroom


def test_a_preview_is_html_text_web_copy_and_the_mail(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id

    files = previewing.preview(newsroom.store, newsroom.settings, issue, tmp_path / "to", newsroom.now)

    name = "the-organization-en-2026-W47"
    assert [file.name for file in files] == [f"{name}.html", f"{name}.txt", f"{name}.web.html", f"{name}.eml"]
    assert all("Port audit" in file.read_text(encoding="utf-8") for file in files)
    assert not any("xPLACEx" in file.read_text(encoding="utf-8") for file in files)
    assert message_from_bytes(files[-1].read_bytes(), policy=policy.default)["Subject"] == "Port audit"


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


def test_a_test_mail_to_no_address_is_refused(newsroom: Newsroom) -> None:
    issue = newsroom.composes().issue.id

    with pytest.raises(UsageError, match="is not a mail address"):
        previewing.test(newsroom.store, newsroom.settings, issue, "editor", newsroom.now)
