"""Mail to one person who is waited for: whole, never taken for a newsletter, and never broken by what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import notice, single
from publisher.deliver.message import Message
from publisher.deliver.notice import Notice
from publisher.deliver.smtp import Smtp
from publisher.errors import ConfigError
from publisher.model import DeliveryState
from tests.deliver.mailbox import mailbox
from tests.deliver.samples import KEY, NOW, SECRET, parsed, settings

DRAFT = Notice("Ana <ana@example.org>", "es", "Por aprobar: La auditoría", "Hola\n", "<p>Hola</p>\n")


def made(given: Notice = DRAFT) -> Message:
    return notice.message(settings(), given, KEY, NOW, SECRET)


def test_it_comes_from_where_a_person_reads_and_names_no_list() -> None:
    read = parsed(made().content)

    assert str(read["From"]) == "The Estuary Desk <desk@estuary.example.org>"
    assert (str(read["To"]), str(read["Subject"])) == (DRAFT.to, DRAFT.subject)
    assert read["Auto-Submitted"] == "auto-generated"
    assert not [name for name in read if name.startswith(("List-", "Feedback-ID", "Precedence"))]
    assert {name: len(read.get_all(name, [])) for name in read} == dict.fromkeys(read, 1)


def test_text_comes_first_and_both_forms_are_whole() -> None:
    read = parsed(made().content)

    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r", "") for part in read.iter_parts()] == [DRAFT.text, DRAFT.html]


@pytest.mark.parametrize("text", ["Hola, señal\n", "no end of line", "漢字" * 200 + "\n"])
def test_without_a_second_form_it_is_plain_text(text: str) -> None:
    content = made(Notice(DRAFT.to, "es", DRAFT.subject, text)).content

    read = parsed(content)
    assert (read.get_content_type(), read.get_content_charset()) == ("text/plain", "utf-8")
    assert read.get_content().replace("\r", "").rstrip("\n") == text.rstrip("\n")
    assert content.endswith(b"\r\n")


def test_its_return_path_is_its_own() -> None:
    assert made().sender.endswith("@estuary.example.org")
    assert made().sender != "bounces@estuary.example.org"
    assert made().recipient == "ana@example.org"


@given(st.text(max_size=200), st.text(max_size=300))
def test_no_subject_and_no_text_breaks_it(subject: str, text: str) -> None:
    content = made(Notice(DRAFT.to, "en", subject, text, text)).content

    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert set(parsed(content).keys()) == set(parsed(made().content).keys())


def test_a_mailbox_that_is_none_is_told() -> None:
    with pytest.raises(ConfigError, match="is not a mail address"):
        made(Notice("nobody", "en", "x", "x", "x"))


def test_another_mail_server_takes_it_whole() -> None:
    with mailbox() as box:
        reply = single.hand_over(Smtp(box.settings()), made())

    (envelope,) = box.envelopes
    assert reply.state is DeliveryState.SENT
    assert envelope.rcpt_tos == ["ana@example.org"]
    assert parsed(envelope.content).get("Subject") == DRAFT.subject
