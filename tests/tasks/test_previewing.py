"""What an editor sees of an issue before anybody else does."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher import tokens
from publisher.config.appeals import Audience
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


def test_a_preview_greets_a_sample_reader_and_leaves_nothing_unfilled(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.newsletter(greeting={"": "Dear {name},"}, greeting_unnamed={"": "Dear reader,"})
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id

    for file in previewing.preview(newsroom.store, newsroom.settings, issue, tmp_path, newsroom.now):
        text = file.read_text(encoding="utf-8")
        assert "xPLACEx" not in text
        assert ("Dear Ana Roa," in text) is (".web." not in file.name)


def test_the_mail_of_each_audience_is_written_too(newsroom: Newsroom, tmp_path: Path) -> None:
    audiences = (
        Audience(tag="donor", heading={"": "Thank you for giving"}),
        Audience(tag="web", no_appeal=True),
        Audience(tag="a/../b", heading={"": "Give once more"}),
    )
    newsroom.configured("appeal", audiences=audiences)
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id

    files = previewing.preview(newsroom.store, newsroom.settings, issue, tmp_path, newsroom.now)

    name = "the-organization-en-2026-W47"
    html = {file.name: file.read_text(encoding="utf-8") for file in files if file.suffix == ".html"}
    assert list(html) == [f"{name}{end}.html" for end in ("", ".web", ".donor", ".web-", ".a-b")]
    assert "Thank you for giving" in html[f"{name}.donor.html"]
    assert "Thank you for giving" not in html[f"{name}.html"]
    assert "Give once more" in html[f"{name}.a-b.html"]


def test_a_test_mail_is_that_of_an_audience_where_a_tag_is_given(newsroom: Newsroom) -> None:
    newsroom.configured("appeal", audiences=(Audience(tag="donor", heading={"": "Thank you for giving"}),))
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id

    previewing.test(newsroom.store, newsroom.settings, issue, "ana@example.org", newsroom.now, "donor")

    (mail,) = newsroom.mails()
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Thank you for giving" in body.get_content()
    assert mail["Subject"] == "[Test] Port audit"


@pytest.mark.parametrize(
    ("audiences", "said"), [((), "nobody does"), ((Audience(tag="donor"),), "those with other words are donor")]
)
def test_a_tag_that_changes_nothing_is_refused(newsroom: Newsroom, audiences: tuple[Audience, ...], said: str) -> None:
    newsroom.configured("appeal", audiences=audiences)
    issue = newsroom.composes().issue.id

    with pytest.raises(UsageError, match=f'tag "donr" get no other words in issue {issue}; {said}'):
        previewing.test(newsroom.store, newsroom.settings, issue, "ana@example.org", newsroom.now, "donr")


def test_a_folder_that_cannot_be_written_is_said(newsroom: Newsroom, tmp_path: Path) -> None:
    issue = newsroom.composes().issue.id
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="--to"):
        previewing.preview(newsroom.store, newsroom.settings, issue, tmp_path / "file", newsroom.now)


def test_a_test_mail_goes_to_one_address_and_leaves_the_ledger_alone(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org")
    issue = newsroom.composes().issue.id

    reply = previewing.test(newsroom.store, newsroom.settings, issue, "editor@example.org", newsroom.now, None)

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

    previewing.test(newsroom.store, newsroom.settings, shown.issue.id, "ana@example.org", newsroom.now, None)

    (mail,) = newsroom.mails()
    token = str(mail["List-Unsubscribe"]).partition(">")[0].rpartition("/")[2]
    secret = signing.secret(newsroom.store, newsroom.settings)
    assert mail["Subject"] == f"{prefix}Puerto"
    assert tokens.read_leave_token(token, secret) == (0, WEEKLY)
    assert issuing.known_issue(newsroom.store, shown.issue.id).variant.subject == "Puerto"


def test_a_test_mail_to_no_address_is_refused(newsroom: Newsroom) -> None:
    issue = newsroom.composes().issue.id

    with pytest.raises(UsageError, match="is not a mail address"):
        previewing.test(newsroom.store, newsroom.settings, issue, "editor", newsroom.now, None)
