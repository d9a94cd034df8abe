"""A mailbox is asked before it gets anything: one mail a day, one link, and the proof is kept."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from publisher.errors import FarEndError, UsageError
from publisher.tasks import confirming, signing, subscribing
from publisher.tasks.confirming import Asked, Standing
from publisher.tokens import Confirmation, confirm_token
from tests.tasks.conftest import WEEKLY, Newsroom

BRUNO = "bruno@example.org"
DAY = timedelta(days=1)


def asks(newsroom: Newsroom, email: str = BRUNO, *, language: str | None = None, consent: str = "") -> str:
    return str(
        confirming.ask(newsroom.store, newsroom.settings, email, WEEKLY, consent, lambda: newsroom.now, language)
    )


def content(mail: EmailMessage, form: str) -> str:
    body = mail.get_body((form,))
    assert body is not None
    return str(body.get_content())


def token(newsroom: Newsroom) -> str:
    """Give what stands in the link of the mail that was sent last."""
    newest = max(newsroom.notices(), key=lambda mail: mail["Date"].datetime)
    (found,) = re.findall(r"/confirm/(\S+)", content(newest, "plain"))
    return str(found)


def confirms(newsroom: Newsroom, with_token: str) -> Standing | None:
    secret = signing.secret(newsroom.store, newsroom.settings)
    found = confirming.confirm(newsroom.store, with_token, secret, newsroom.now)
    return found.standing if found else None


def subscription(newsroom: Newsroom, email: str = BRUNO) -> dict[str, str]:
    (found,) = subscribing.show(newsroom.store, email)["subscriptions"]
    return dict(found)


def sends_an_issue(newsroom: Newsroom) -> list[str]:
    newsroom.publishes("Port audit")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    return newsroom.recipients()


def test_nothing_goes_to_an_address_before_its_owner_confirmed_it(newsroom: Newsroom) -> None:
    newsroom.subscribes("ana@example.org")

    assert asks(newsroom) == Asked.MAILED

    assert subscription(newsroom)["state"] == "pending"
    assert subscription(newsroom)["consented"] is None
    assert sends_an_issue(newsroom) == ["ana@example.org"]


def test_who_confirms_gets_the_next_issue_and_the_proof_is_kept(newsroom: Newsroom) -> None:
    asks(newsroom, consent="web form, November 2026")
    key = str(newsroom.notices()[0]["Message-ID"]).strip("<>").partition("@")[0]
    newsroom.now += timedelta(hours=2)

    assert confirms(newsroom, token(newsroom)) is Standing.CONFIRMED

    kept = subscription(newsroom)
    assert kept["state"] == "active"
    proof = f"confirmed by the link of mail {key}, sent 2026-11-20 14:00 UTC"
    assert kept["consent"] == f"web form, November 2026; {proof}"
    assert kept["consented"] == newsroom.now.isoformat()
    assert sends_an_issue(newsroom) == [BRUNO]


def test_confirming_again_is_as_good_and_leaves_the_proof_alone(newsroom: Newsroom) -> None:
    asks(newsroom)
    confirms(newsroom, token(newsroom))
    before = subscription(newsroom)
    newsroom.now += 30 * DAY

    assert confirms(newsroom, token(newsroom)) is Standing.CONFIRMED
    assert subscription(newsroom) == before


def test_the_mail_is_from_the_newsroom_and_of_no_list(newsroom: Newsroom) -> None:
    asks(newsroom)

    (mail,) = newsroom.notices()
    assert (mail["To"], mail["Auto-Submitted"]) == (BRUNO, "auto-generated")
    assert mail["Subject"] == "Confirm your subscription to The Organization"
    assert "desk@estuary.example.org" in mail["From"]
    assert not [name for name in mail if name.startswith(("List-", "Precedence"))]
    assert content(mail, "html").count("/confirm/") == content(mail, "plain").count("/confirm/") == 1


def test_the_mail_is_in_the_readers_language(newsroom: Newsroom) -> None:
    asks(newsroom, language="es")

    (mail,) = newsroom.notices()
    assert mail["Subject"] == "Confirme su suscripción a La Organización"
    assert mail["Content-Language"] == "es"
    assert '<html lang="es" dir="ltr"' in content(mail, "html")
    assert "¿No lo pidió usted?" in content(mail, "plain")


def test_an_address_is_asked_once_a_day_however_it_is_spelled(newsroom: Newsroom) -> None:
    asks(newsroom)
    newsroom.now += DAY - timedelta(minutes=1)

    assert asks(newsroom, "BRUNO@Example.org") == Asked.LATELY
    assert len(newsroom.notices()) == 1

    newsroom.now += timedelta(minutes=2)
    assert asks(newsroom) == Asked.MAILED
    assert len(newsroom.notices()) == 2


def test_the_links_of_both_mails_work(newsroom: Newsroom) -> None:
    asks(newsroom)
    first = token(newsroom)
    newsroom.now += 2 * DAY
    asks(newsroom)

    assert confirms(newsroom, first) is Standing.CONFIRMED
    assert confirms(newsroom, token(newsroom)) is Standing.CONFIRMED


def test_a_link_of_more_than_seven_days_is_too_old(newsroom: Newsroom) -> None:
    asks(newsroom)
    newsroom.now += 7 * DAY

    assert confirms(newsroom, token(newsroom)) is Standing.EXPIRED
    assert subscription(newsroom)["state"] == "pending"


def test_who_is_subscribed_left_or_is_suppressed_gets_no_mail(newsroom: Newsroom) -> None:
    newsroom.subscribes("ana@example.org", "left@example.org")
    subscribing.leave(newsroom.store, newsroom.settings, "left@example.org", WEEKLY, newsroom.now)
    subscribing.suppress(newsroom.store, "gone@example.org", "by phone", newsroom.now)

    told = [asks(newsroom, f"{name}@example.org") for name in ("ana", "left", "gone")]

    assert told == ["already subscribed", "left before", "suppressed"]
    assert newsroom.notices() == []


def test_leaving_wins_over_a_link_that_is_still_good(newsroom: Newsroom) -> None:
    asks(newsroom)
    subscribing.leave(newsroom.store, newsroom.settings, BRUNO, WEEKLY, newsroom.now)

    assert confirms(newsroom, token(newsroom)) is Standing.ENDED
    assert subscription(newsroom)["state"] == "left"


def test_suppression_wins_over_a_link_that_is_still_good(newsroom: Newsroom) -> None:
    asks(newsroom)
    subscribing.suppress(newsroom.store, BRUNO, "by phone", newsroom.now)

    assert confirms(newsroom, token(newsroom)) is Standing.ENDED
    assert subscription(newsroom)["state"] == "pending"
    assert sends_an_issue(newsroom) == []


def test_the_link_of_somebody_erased_is_unknown(newsroom: Newsroom) -> None:
    asks(newsroom)
    subscribing.erase(newsroom.store, BRUNO)

    assert confirms(newsroom, token(newsroom)) is None


@pytest.mark.parametrize("secret", ["another secret of sixteen characters", None])
def test_a_forged_link_is_unknown(newsroom: Newsroom, secret: str | None) -> None:
    asks(newsroom)
    meant = Confirmation(1, WEEKLY, "0" * 20, 1 << 40)
    forged = confirm_token(meant, secret) if secret else token(newsroom)[:-1]

    assert confirms(newsroom, forged) is None
    assert subscription(newsroom)["state"] == "pending"


def test_consent_that_came_another_way_needs_no_link(newsroom: Newsroom) -> None:
    asks(newsroom)

    newsroom.subscribes(BRUNO)

    assert subscription(newsroom)["state"] == "active"
    assert subscription(newsroom)["consent"] == "paper list, May 2026"


def test_a_mail_that_could_not_be_sent_may_be_asked_for_at_once(newsroom: Newsroom) -> None:
    smtp = newsroom.settings.delivery.smtp.model_copy(update={"host": "127.0.0.1", "port": 1, "security": "none"})
    newsroom.configured("delivery", transport="smtp", smtp=smtp)
    with pytest.raises(FarEndError):
        asks(newsroom)

    newsroom.configured("delivery", transport="outbox")
    assert asks(newsroom) == Asked.MAILED


def test_an_address_that_is_not_ascii_is_asked_too(newsroom: Newsroom) -> None:
    asks(newsroom, "jösé@example.org")

    (mail,) = newsroom.notices()
    assert mail["To"] == "jösé@example.org"


@pytest.mark.parametrize("wrong", [{"email": "no address"}, {"language": "fr"}])
def test_what_is_no_address_or_language_is_told(newsroom: Newsroom, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        asks(newsroom, **wrong)
    assert newsroom.notices() == []


def test_asking_for_another_language_before_confirming_counts(newsroom: Newsroom) -> None:
    asks(newsroom)
    newsroom.now += 2 * DAY
    asks(newsroom, language="es")

    confirms(newsroom, token(newsroom))

    assert subscription(newsroom)["language"] == "es"
