"""What comes back is read for what it is: who, why, and whether the address is dead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import bounces
from publisher.deliver.bounces import judging
from publisher.model import Bounce, BounceKind

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: bounces+key@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at mx.example.net. Contact postmaster@example.net for help.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

{fields}

--b
Content-Type: message/rfc822

Return-Path: <bounces+key@example.org>
Message-ID: <0123456789abcdef0123@example.org>
To: ana@example.net
Subject: The Organization

Good morning.
--b--
"""

FIELDS = """\
Final-Recipient: rfc822; ana@example.net
Original-Recipient: rfc822;ana@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
"""


def read(text: str) -> list[Bounce]:
    return bounces.read(bounces.take_apart(text.encode()))


def report(words: str, status: str = "5.0.0", action: str = "failed") -> str:
    return REPORT.format(fields=FIELDS.format(words=words, status=status, action=action))


def prose(
    text: str, sender: str = "MAILER-DAEMON@mx.example.net", subject: str = "failure notice", more: str = ""
) -> str:
    return f"From: {sender}\nTo: bounces+key@example.org\nSubject: {subject}\n{more}\n{text}"


@pytest.mark.parametrize(
    ("words", "status", "kind", "code"),
    [
        ("550 5.1.1 <ana@example.net>: User unknown", "5.1.1", BounceKind.HARD, "5.1.1"),
        ("550 5.1.1 <ana@example.net>: User unknown", "5.0.0", BounceKind.HARD, "5.1.1"),
        ("550 No such user here", "5.0.0", BounceKind.HARD, "5.0.0"),
        ("552 5.2.2 Mailbox full", "5.1.1", BounceKind.SOFT, "5.2.2"),
        ("550 5.1.1 the mailbox is full", "5.1.1", BounceKind.SOFT, "5.1.1"),
        ("550 5.7.1 blocked by policy; user unknown to us", "5.7.1", BounceKind.SOFT, "5.7.1"),
        ("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", BounceKind.HARD, "5.4.1"),
        ("554 5.4.7 expired <421 4.4.2 Connection timed out>", "5.4.7", BounceKind.SOFT, "4.4.2"),
        ("Host or domain name not found", "5.4.4", BounceKind.HARD, "5.4.4"),
        ("550 moved, no forwarding address", "5.1.6", BounceKind.HARD, "5.1.6"),
    ],
)
def test_a_report_says_who_why_and_whether_the_address_is_dead(
    words: str, status: str, kind: BounceKind, code: str
) -> None:
    assert read(report(words, status)) == [Bounce("ana@example.net", code, kind, words)]


@pytest.mark.parametrize(("action", "final"), [("failed", [True]), ("delayed", [False])])
def test_only_what_failed_is_final(action: str, final: list[bool]) -> None:
    assert [found.is_final for found in read(report("450 4.4.1 no route", "4.4.1", action))] == final


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_what_arrived_is_no_bounce(action: str) -> None:
    assert read(report("250 ok", "2.0.0", action)) == []


def test_several_recipients_are_told_apart_even_without_an_empty_line_between() -> None:
    two = FIELDS.format(action="failed", status="5.1.1", words="550 unknown") * 2
    two = two.replace("ana@", "bruno@", 2)

    assert [found.recipient for found in read(REPORT.format(fields=two))] == ["bruno@example.net", "ana@example.net"]


def test_a_report_whose_parts_are_lost_is_still_read() -> None:
    lost = report("550 5.1.1 User unknown").replace('boundary="b"', 'boundary="other"')

    assert [(found.recipient, found.status) for found in read(lost)] == [("ana@example.net", "5.1.1")]


@pytest.mark.parametrize(
    ("text", "status", "kind"),
    [
        (
            "I was not able to deliver it:\n\n<ana@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
            "5.1.1",
            "hard",
        ),
        ("The following address failed:\n\n  ana@example.net\n    host mx: 552 5.2.2 over quota\n", "5.2.2", "soft"),
        ("There was an error delivering your mail to <ana@example.net>.\n550 unknown user\n", "", "hard"),
        ("   ----- errors -----\n>>> ana@example.net <ana@example.net>\n 550 5.7.1 looks like spam\n", "5.7.1", "soft"),
        ("Unknown user: ana@example.net\n\nOriginal message follows.\n\nTo: bruno@example.net\n", "", "hard"),
    ],
)
def test_sentences_are_read_too(text: str, status: str, kind: str) -> None:
    (found,) = read(prose(text))

    assert (found.recipient, found.status, found.kind) == ("ana@example.net", status, kind)


def test_each_address_of_a_list_has_its_own_reason() -> None:
    text = "<ana@example.net>:\n550 5.1.1 unknown user\n\n<bruno@example.net>:\n552 5.2.2 mailbox full\n"

    assert [(one.recipient, one.kind) for one in read(prose(text))] == [
        ("ana@example.net", BounceKind.HARD),
        ("bruno@example.net", BounceKind.SOFT),
    ]


def test_a_header_that_names_who_failed_is_believed_before_sentences() -> None:
    text = "A message from you to carla@example.org could not be delivered: mailbox full\n"

    (found,) = read(prose(text, more="X-Failed-Recipients: ana@example.net\n"))

    assert (found.recipient, found.kind) == ("ana@example.net", BounceKind.SOFT)


def test_a_warning_that_it_is_still_tried_is_not_final() -> None:
    text = "THIS IS A WARNING ONLY. It will be retried for two days.\n\n<ana@example.net>: no route to host\n"

    assert [found.is_final for found in read(prose(text))] == [False]


def test_without_any_address_it_is_whom_the_returned_mail_was_for() -> None:
    text = (
        "Your mail could not be delivered: no such user\n\n----- Original message -----\nTo: ana@example.net\n\nHello\n"
    )

    assert [found.recipient for found in read(prose(text))] == ["ana@example.net"]


def complaint(kind: str, fields: str = "Original-Rcpt-To: ana@example.net\n") -> str:
    return (
        REPORT.format(fields="")
        .replace("report-type=delivery-status", "report-type=feedback-report")
        .replace("message/delivery-status\n\nReporting-MTA: dns; mx.example.net", "message/feedback-report\n")
        .replace(
            "message/feedback-report\n\n", f"message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\n{fields}"
        )
    )


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
@pytest.mark.parametrize("fields", ["Original-Rcpt-To: ana@example.net\n", ""])
def test_a_complaint_names_who_complains_or_the_mail_complained_of(kind: str, fields: str) -> None:
    assert read(complaint(kind, fields)) == [Bounce("ana@example.net", "", BounceKind.COMPLAINT, kind)]


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_other_reports_are_no_complaints(kind: str) -> None:
    assert read(complaint(kind)) == []


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (prose("I am away.", "Ana <ana@example.net>", "Out of office: The Organization"), BounceKind.AUTO),
        (prose("Estoy de vacaciones.", "ana@example.net", "Respuesta automática"), BounceKind.AUTO),
        (prose("Gone.", "ana@example.net", "Re: x", "Auto-Submitted: auto-replied\n"), BounceKind.AUTO),
        (
            prose("Please confirm that you sent this mail.", "ana@example.net", "Re: x", "X-Autoreply: yes\n"),
            BounceKind.CHALLENGE,
        ),
        (prose("", "ana@example.net", "unsubscribe"), BounceKind.COMPLAINT),
    ],
)
def test_programs_that_answer_are_told_from_bounces(mail: str, kind: BounceKind) -> None:
    assert [(found.recipient, found.kind) for found in read(mail)] == [("ana@example.net", kind)]


@pytest.mark.parametrize(
    "mail",
    [
        prose(
            "Thank you for the piece on the port. Ask carla@example.org about it.", "ana@example.net", "Re: The port"
        ),
        prose("An error in paragraph two.", "ana@example.net", "Re: Warning: an error"),
        prose("My mailbox is full of your mails, and I like them.", "ana@example.net", "Re: The Organization"),
    ],
)
def test_what_a_person_wrote_is_no_bounce(mail: str) -> None:
    assert read(mail) == []


@given(st.binary(max_size=400), st.sampled_from([report("550 unknown"), prose("<ana@example.net>:\n550\n"), ""]))
def test_whatever_comes_is_read_without_a_failure(noise: bytes, around: str) -> None:
    whole = around.encode()

    for octets in (noise, whole + noise, noise + whole, whole[: len(noise)] + noise + whole[len(noise) :]):
        assert isinstance(bounces.read(bounces.take_apart(octets)), list)


@given(st.from_regex(r"\A[245]\.\d{1,3}\.\d{1,3}\Z"), st.text(max_size=80))
def test_what_passes_or_is_unknown_is_never_hard_by_a_code_of_class_4(status: str, words: str) -> None:
    if status.startswith("4"):
        assert judging.kind(status, words) is BounceKind.SOFT
    assert judging.kind(status, "the mailbox is full") is BounceKind.SOFT


@pytest.mark.parametrize(
    ("words", "status", "kind"),
    [
        ("550 Verification failed for <bounces@x> Sender address does not exist", "", BounceKind.SOFT),
        ("550 No MX for sender domain", "", BounceKind.SOFT),
        ("550 Domain name not found for sender host; HELO invalid", "", BounceKind.SOFT),
        ("550 DMARC policy", "5.4.4", BounceKind.SOFT),
        ("550 Requested action not taken: mailbox unavailable", "5.5.0", BounceKind.HARD),
        ("450 mailbox unavailable", "", BounceKind.SOFT),
        ("550 Mailbox ana@example.com does not exist", "", BounceKind.HARD),
        ("550 5.4.310 DNS domain example.com does not exist", "5.4.310", BounceKind.HARD),
        ("an MX or SRV record indicated no SMTP service", "", BounceKind.HARD),
    ],
)
def test_a_fault_of_ours_is_told_from_a_dead_address(words: str, status: str, kind: BounceKind) -> None:
    assert judging.kind(status, words) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Warning: could not send message for past 4 hours. Will keep trying.\n\n<ana@example.net>: deferred\n",
        "Delivery is delayed to these recipients and will continue to be attempted:\n\nana@example.net\n",
    ],
)
def test_a_delay_in_other_words_is_not_final_either(text: str) -> None:
    assert [found.is_final for found in read(prose(text))] == [False]


def told(words: str, status: str, text: str) -> Bounce:
    """Read a report of what a server said, with the text that stands above it."""
    [bounce] = read(report(words, status).replace("This is the mail system at mx.example.net.", text))
    return bounce


UNKNOWN = "550 <ana@example.net> User unknown"
LOCKED = "550 5.2.1 <ana@example.net> User unknown"


@pytest.mark.parametrize(
    ("words", "text", "kind"),
    [
        (UNKNOWN, f"<ana@example.net>: mx.example.net said: {UNKNOWN} (in reply to RCPT TO command)", BounceKind.HARD),
        (
            UNKNOWN,
            f"<ana@example.net>: mx.example.net said:\n  {UNKNOWN} (in reply to end of\n  DATA command)",
            BounceKind.SOFT,
        ),
        (UNKNOWN, f"<ana@example.net>:\n>>> DATA\n<<< {UNKNOWN}", BounceKind.SOFT),
        (
            UNKNOWN,
            f"(reason: {UNKNOWN})\n>>> DATA\n<<< {UNKNOWN}\n<<< 503 5.0.0 Need RCPT (recipient)",
            BounceKind.HARD,
        ),
        (UNKNOWN, f">>> DATA\n<<< {UNKNOWN}\n<<< 554 5.5.1 Error: no valid recipients\n>>> RSET", BounceKind.HARD),
        (LOCKED, "This is the mail system.", BounceKind.SOFT),
        (LOCKED, f">>> RCPT TO:<ana@example.net>\n<<< {LOCKED}", BounceKind.HARD),
        (LOCKED, f">>> DATA\n<<< {LOCKED}", BounceKind.SOFT),
        ("550 5.2.1 disabled", "said: 550 5.2.1 disabled (in reply to RCPT TO command)", BounceKind.SOFT),
    ],
)
def test_a_user_is_unknown_by_whom_it_is_named_to_and_not_by_a_filter(words: str, text: str, kind: BounceKind) -> None:
    assert told(words, "5.0.0", text).kind is kind


def test_a_report_without_words_has_the_code_of_the_transcript() -> None:
    assert told("255", "5.0.0", ">>> DATA\n554 5.3.0 unknown mailer error 255").status == "5.3.0"


def test_a_server_that_gives_up_in_a_word_of_its_own_has_failed() -> None:
    [bounce] = read(report("Connection timed out", "", "expired"))
    assert (bounce.recipient, bounce.kind, bounce.is_final) == ("ana@example.net", BounceKind.SOFT, True)


def test_whom_the_mail_itself_goes_to_is_not_who_failed() -> None:
    text = "To: bounces+key@example.org\nSubject: your mail\n\nundeliverable to ana@example.net\n550 no such user"
    [bounce] = read(prose(text))
    assert (bounce.recipient, bounce.kind) == ("ana@example.net", BounceKind.HARD)


def test_whom_to_ask_is_not_who_failed_in_any_sentence() -> None:
    text = "For further assistance, please contact <help@example.net>\n\nZur Not fragen Sie (<help@example.net>).\n"
    returned = "\n--- The returned message follows ---\nTo: ana@example.net\n"
    assert [bounce.recipient for bounce in read(prose(text + returned))] == ["ana@example.net"]


def test_a_report_that_another_server_passes_on_as_text_is_read() -> None:
    text = "Your message could not be delivered. It is returned below.\n\n--- returned message ---\n"
    [bounce] = read(prose(text + report("550 5.1.1 no such user", "5.1.1")))
    assert (bounce.recipient, bounce.status, bounce.kind) == ("ana@example.net", "5.1.1", BounceKind.HARD)


@pytest.mark.parametrize(
    ("field", "recipient"),
    [
        ("utf-8; jos\\x{E9}@example.net", "josé@example.net"),
        ("utf-8; josé@example.net", "josé@example.net"),
        ("rfc822; a\\x{E9}@example.net", "a\\x{E9}@example.net"),
        ("utf-8; a\\x{FFFFFF}@example.net", "a\\x{FFFFFF}@example.net"),
    ],
)
def test_an_address_that_is_not_ascii_is_read_in_both_its_forms(field: str, recipient: str) -> None:
    fields = f"Final-Recipient: {field}\nAction: failed\nStatus: 5.1.1"

    assert [bounce.recipient for bounce in read(REPORT.format(fields=fields))] == [recipient]
