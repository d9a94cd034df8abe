"""What comes back ends the mail to dead addresses, once each, and to nobody else's whim."""

import mailbox
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from publisher.deliver.return_path import base, return_path
from publisher.errors import FarEndError, UsageError
from publisher.model import DeliveryState, Reply
from publisher.store import ledger, subscribers
from publisher.tasks import bouncing, issuing, signing, subscribing
from tests.deliver.far_end import far_end
from tests.tasks.conftest import WEEKLY, Newsroom

WORDS = "550 5.1.1 <ana@example.org>: User unknown"


@pytest.fixture
def key(newsroom: Newsroom) -> str:
    """The key of the mail that Ana got."""
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    (mail,) = newsroom.mails()
    return str(mail["Message-ID"]).strip("<>").partition("@")[0]


def our_address(newsroom: Newsroom, key: str) -> str:
    secret = signing.secret(newsroom.store, newsroom.settings)
    return return_path(base(newsroom.settings.delivery.return_path), key, secret)


def bounce(to: str, words: str = WORDS, number: int = 1, returned: str = "") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example.org\nTo: {to}\nMessage-ID: <{number}@mx.example.org>\n"
        f"Subject: failure notice\n\n<ana@example.org>:\n{words}\n\n--- Below is a copy of the message.\n{returned}"
    ).encode()


@pytest.fixture
def takes(newsroom: Newsroom, tmp_path: Path) -> Callable[..., list[str]]:
    """Collect mails from files; give what was done of each."""

    def _take(*mails: bytes) -> list[str]:
        files = []
        for number, octets in enumerate(mails):
            files.append(tmp_path / f"{number}.eml")
            files[-1].write_bytes(octets)
        return [taken.done for taken in bouncing.collect(newsroom.store, newsroom.settings, files, newsroom.now)]

    return _take


def known(newsroom: Newsroom, email: str = "ana@example.org") -> dict[str, object]:
    with newsroom.store.reading() as transaction:
        return subscribers.exported(transaction, email)


def test_a_dead_address_is_mailed_no_more(newsroom: Newsroom, key: str, takes: Callable[..., list[str]]) -> None:
    assert takes(bounce(our_address(newsroom, key))) == ["suppressed"]

    assert known(newsroom)["suppressed"] == "hard bounce 5.1.1"
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Night ferry")
    assert newsroom.sends(newsroom.approves(newsroom.composes())) == {}


@pytest.mark.parametrize("domain", ["straße.example", "STRASSE.example", "xn--strae-oqa.example"])
def test_an_address_is_dead_however_its_domain_is_spelled(
    newsroom: Newsroom, takes: Callable[..., list[str]], domain: str
) -> None:
    newsroom.publishes("Port audit")
    newsroom.subscribes(f"ana@{domain}")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    (mail,) = newsroom.mails()
    written = str(mail["To"]).lower().strip("<>").encode()
    to = our_address(newsroom, str(mail["Message-ID"]).strip("<>").partition("@")[0])

    assert takes(bounce(to).replace(b"ana@example.org", written)) == ["suppressed"]


def test_what_was_read_before_counts_no_more(newsroom: Newsroom, key: str, takes: Callable[..., list[str]]) -> None:
    full = bounce(our_address(newsroom, key), "552 5.2.2 mailbox full")

    assert takes(full, full) == ["counted: 1 of 5 within 30 days", "nothing: it was counted before"]


def test_soft_bounces_of_several_mails_within_the_days_suppress(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    newsroom.configured(
        "delivery", bounces=newsroom.settings.delivery.bounces.model_copy(update={"soft_limit": 2, "soft_days": 10})
    )
    full = "552 5.2.2 mailbox full"
    done = takes(bounce(our_address(newsroom, key), full, 1), bounce(our_address(newsroom, key), full, 2))
    assert done == ["counted: 1 of 2 within 10 days"] * 2
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Night ferry")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    second = next(str(mail["Message-ID"])[1:21] for mail in newsroom.mails() if key not in str(mail["Message-ID"]))

    assert takes(bounce(our_address(newsroom, second), full, 3)) == ["suppressed"]
    assert known(newsroom)["suppressed"] == "2 soft bounces within 10 days"


@pytest.mark.parametrize("turn", [lambda to: to.replace("+", "+a"), lambda to: to.replace("@", "2@")])
def test_a_forged_one_changes_nothing(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]], turn: Callable[[str], str]
) -> None:
    forged = bounce(turn(our_address(newsroom, key)), returned=f"Message-ID: <{key}@example.org>\n")

    assert takes(forged) == ["nothing: it names no mail of ours"]
    assert not known(newsroom)["suppressed"]


def test_where_the_relay_has_its_own_return_path_the_returned_mail_tells(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    returned = f"Message-ID: <{key}@estuary.example.org>\nTo: ana@example.org\n"

    assert takes(bounce("bounce@relay.example.net", returned=returned)) == ["suppressed"]


def test_who_complains_is_subscribed_to_nothing_any_more(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    complaint = (
        "From: fbl@example.net\nTo: abuse@estuary.example.org\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\n'
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: <{key}@estuary.example.org>\nTo: redacted\n\n--b--\n"
    )

    assert takes(complaint.encode()) == ["suppressed"]
    assert known(newsroom)["suppressed"] == "complaint (abuse)"
    assert [one["state"] for one in known(newsroom)["subscriptions"]] == ["left"]  # type: ignore[attr-defined]  # JSON


def test_what_is_no_bounce_is_left_to_a_person(newsroom: Newsroom, key: str, takes: Callable[..., list[str]]) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "ana@example.org", our_address(newsroom, key), "Re: The port"
    letter.set_content("Thank you.")

    assert takes(letter.as_bytes())[0].startswith("nothing: it is no bounce")
    letter.replace_header("Subject", "Out of office: The Organization")
    assert takes(letter.as_bytes()) == ["nothing: a program answered"]
    assert not known(newsroom)["suppressed"]


AWAY = "I am away. Urgent mail to bob@example.org.\n\n> Letters could not be delivered: user unknown\n"


@pytest.mark.parametrize(
    ("sender", "subject", "more", "text"),
    [
        ("ana@example.org", "Out of office", "Auto-Submitted: auto-replied\n", AWAY),
        (
            "ana@example.org",
            "Re: Undeliverable parcels",
            "",
            "Great piece. My old address bob@example.org is no more.\n",
        ),
        ("ana@example.org", "Parcels", "In-Reply-To: <x@y>\n", "They could not be delivered to bob@example.org.\n"),
    ],
)
def test_neither_people_nor_their_programs_end_a_subscription(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]], sender: str, subject: str, more: str, text: str
) -> None:
    to = our_address(newsroom, key)

    (done,) = takes(f"From: {sender}\nTo: {to}\nSubject: {subject}\n{more}\n{text}".encode())

    assert done.startswith("nothing: ")
    assert not known(newsroom)["suppressed"]
    assert known(newsroom)["bounces"] == []


def test_that_another_address_is_dead_says_nothing_for_good(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    mail = bounce(our_address(newsroom, key)).replace(b"<ana@example.org>:", b"<forwarded@example.net>:")

    assert takes(mail) == ["counted: 1 of 5 within 30 days"]


@pytest.mark.parametrize(
    ("sender", "done"),
    [
        ("ana@example.org", "left the-organization"),
        ("eve@example.org", "nothing: it is of somebody else than the one who got the mail"),
    ],
)
def test_who_asks_by_mail_to_leave_leaves_that_newsletter(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]], sender: str, done: str
) -> None:
    asked = f"From: {sender}\nTo: {our_address(newsroom, key)}\nSubject: unsubscribe\n\n"

    assert takes(asked.encode()) == [done]
    assert not known(newsroom)["suppressed"]


@pytest.mark.parametrize(
    ("named", "done"),
    [("Message-ID: <1@example.org>\n", "nothing: it was counted before"), ("", "left the-organization")],
)
def test_who_left_and_came_back_is_not_put_out_by_the_same_mail(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]], named: str, done: str
) -> None:
    asked = f"From: ana@example.org\nTo: {our_address(newsroom, key)}\n{named}Subject: unsubscribe\n\n".encode()
    assert takes(asked) == ["left the-organization"]
    with newsroom.store.writing() as transaction:
        ana = subscribers.by_email(transaction, "ana@example.org")
        assert ana
        subscribers.choose(transaction, ana.id, WEEKLY, "en", "the page of her choices", newsroom.now)

    assert takes(asked) == [done]


def test_who_quotes_the_id_of_a_mail_ends_nothing(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    quoted = f"\n----- Original message -----\nMessage-ID: <{key}@estuary.example.org>\nTo: ana@example.org\n"
    letter = f"From: m@example.net\nTo: info@example.org\nSubject: Fwd: unknown user\n\nNo such user.\n{quoted}"

    assert takes(letter.encode()) != ["suppressed"]
    assert not known(newsroom)["suppressed"]


def test_a_complaint_that_keeps_nothing_but_the_return_path_counts(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    complaint = (
        "From: fbl@example.net\nTo: abuse@estuary.example.org\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\n'
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        f"Original-Mail-From: <{our_address(newsroom, key)}>\n\n--b--\n"
    )

    assert takes(complaint.encode()) == ["suppressed"]


@pytest.mark.parametrize(
    "crafted",
    [
        b"Subject: =?utf-8?b?a?=\n\nx",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: \xff\n\nx",
        b'Content-Type: text/plain; charset="utf-8\0"\n\nx',
        b'Content-Type: text/plain; charset="undefined"\n\nx',
        b"Content-Type: text/plain; charset*=foo'en'%C3%A9x\n\n\xff",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n\xc3\xa9",
        b"Content-Type: message/rfc822\n\n" * 1500 + b"x",
    ],
)
def test_a_mail_made_to_break_the_reader_keeps_no_other_from_being_read(
    newsroom: Newsroom, key: str, tmp_path: Path, crafted: bytes
) -> None:
    policy = newsroom.settings.delivery.bounces.model_copy(update={"maildir": tmp_path / "Maildir"})
    newsroom.configured("delivery", bounces=policy)
    (tmp_path / "Maildir/new").mkdir(parents=True)
    (tmp_path / "Maildir/new/1").write_bytes(crafted)
    (tmp_path / "Maildir/new/2").write_bytes(bounce(our_address(newsroom, key)))

    account = bouncing.collect_new(newsroom.store, newsroom.settings, newsroom.clock)

    assert account[-1].done == "suppressed"
    assert list((tmp_path / "Maildir/new").iterdir()) == []


def test_a_refusal_at_the_door_counts_as_what_it_is(newsroom: Newsroom, key: str) -> None:
    issue = issuing.listed(newsroom.store)[0].id
    with newsroom.store.writing() as transaction:
        ledger.open_issue(transaction, issue, WEEKLY, "en", newsroom.now)
    newsroom.subscribes("bruno@example.org", "carla@example.org")
    with newsroom.store.writing() as transaction:
        ledger.open_issue(transaction, issue, WEEKLY, "en", newsroom.now)
        rows = ledger.claim(transaction, issue, 10, newsroom.now, 60, "a sender")
        dead = Reply(DeliveryState.FAILED, 550, "5.1.1", "User unknown")
        full = Reply(DeliveryState.FAILED, 552, "5.2.2", "Mailbox full")
        ledger.settle(transaction, list(zip(rows, (dead, full), strict=True)), newsroom.now, 36)

    for _ in range(2):
        bouncing.count_refusals(newsroom.store, newsroom.settings, issue, newsroom.now)

    assert known(newsroom, "bruno@example.org")["suppressed"] == "hard bounce 5.1.1"
    assert not known(newsroom, "carla@example.org")["suppressed"]
    assert len(known(newsroom, "carla@example.org")["bounces"]) == 1  # type: ignore[arg-type]  # JSON


def test_who_is_erased_takes_her_bounces_along(newsroom: Newsroom, key: str, takes: Callable[..., list[str]]) -> None:
    mail = bounce(our_address(newsroom, key))
    takes(mail)
    subscribing.erase(newsroom.store, "ana@example.org")

    assert takes(mail) == ["nothing: it names no mail of ours"]
    assert known(newsroom) == {"email": "ana@example.org", "suppressed": "hard bounce 5.1.1"}


def test_mailboxes_and_maildirs_are_read_whole(newsroom: Newsroom, key: str, tmp_path: Path) -> None:
    to = our_address(newsroom, key)
    box = mailbox.mbox(tmp_path / "box")
    folder = mailbox.Maildir(tmp_path / "Maildir")
    for number in range(2):
        box.add(bounce(to, "552 5.2.2 full", number))
        folder.add(bounce(to, "552 5.2.2 full", 2 + number))
    box.close()

    paths = [tmp_path / "box", tmp_path / "Maildir"]
    done = [taken.done for taken in bouncing.collect(newsroom.store, newsroom.settings, paths, newsroom.now)]

    assert done == ["counted: 1 of 5 within 30 days"] * 4


def test_what_is_new_in_the_maildir_is_read_once_and_seen(newsroom: Newsroom, key: str, tmp_path: Path) -> None:
    policy = newsroom.settings.delivery.bounces.model_copy(update={"maildir": tmp_path / "Maildir"})
    newsroom.configured("delivery", bounces=policy)
    folder = mailbox.Maildir(tmp_path / "Maildir")
    folder.add(bounce(our_address(newsroom, key)))

    done = [bouncing.collect_new(newsroom.store, newsroom.settings, newsroom.clock) for _ in range(2)]

    assert [[taken.done for taken in account] for account in done] == [["suppressed"], []]
    assert [message.get_flags() for message in mailbox.Maildir(tmp_path / "Maildir")] == ["S"]


def test_without_a_maildir_there_is_nothing_new(newsroom: Newsroom) -> None:
    assert bouncing.collect_new(newsroom.store, newsroom.settings, newsroom.clock) == []


def test_with_a_path_that_is_not_there_nothing_is_done(newsroom: Newsroom, key: str, tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(bounce(our_address(newsroom, key)))
    paths = (tmp_path / "good.eml", tmp_path / "nowhere")

    with pytest.raises(UsageError, match="nowhere cannot be read"):
        list(bouncing.collect(newsroom.store, newsroom.settings, paths, newsroom.now))

    assert not known(newsroom)["suppressed"]


def test_a_path_that_cannot_be_read_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere cannot be read"):
        list(bouncing.collect(newsroom.store, newsroom.settings, [tmp_path / "nowhere"], newsroom.now))


def test_what_was_refused_before_the_sending_broke_off_counts_at_once(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org", "bruno@example.org", "bea@example.org")
    issue = newsroom.approves(newsroom.composes())
    with far_end() as server:
        server.answers("RCPT", "550 5.1.1 no such user", "250 2.1.5 ok")
        server.answers("MAIL", "250 2.1.0 ok", "250 2.1.0 ok", "550 5.7.1 not from you")
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        with pytest.raises(FarEndError, match="not from you"):
            newsroom.sends(issue)

    assert [known(newsroom, f"{who}@example.org")["suppressed"] for who in ("ana", "bea")] == [
        "hard bounce 5.1.1",
        None,
    ]
