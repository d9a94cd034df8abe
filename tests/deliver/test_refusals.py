"""Why a message was refused, and whose mailbox it was for."""

import pytest

from publisher.deliver import refusals


@pytest.mark.parametrize(
    ("code", "enhanced", "words", "cause"),
    [
        (550, "5.1.1", "no such user", "no such address"),
        (550, "5.1.0", "address rejected", "address refused"),
        (450, "4.2.2", "try later", "mailbox full"),
        (552, "5.2.2", "over quota", "mailbox full"),
        (450, "4.2.1", "receiving mail at a rate that…", "too many messages"),
        (550, "5.2.1", "disabled", "mailbox closed"),
        (421, "4.7.28", "unusual rate", "too many messages"),
        (550, "5.7.26", "DMARC", "sender not authenticated"),
        (550, "5.7.515", "not authenticated", "sender not authenticated"),
        (451, "4.7.1", "greylisted", "policy or reputation"),
        (554, "5.6.0", "", "content"),
        (451, "4.3.2", "", "server or network trouble"),
        (550, "", "No such user here", "no such address"),
        (554, "", "no", "no reason given"),
        (550, "5.0.0", "no", "no reason given"),
        (550, "5.99.99", "no", "no reason given"),
        (None, "5.1.3", "has a line break", "no such address"),
        (None, "", "", "no server was asked"),
    ],
)
def test_the_cause_goes_by_the_code_and_without_one_by_the_words(
    code: int | None, enhanced: str, words: str, cause: str
) -> None:
    assert refusals.cause(code, enhanced, words) == cause


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "Gmail"),
        ("GoogleMail.com", "Gmail"),
        ("hotmail.co.uk", "Outlook"),
        ("live.nl", "Outlook"),
        ("yahoo.com.mx", "Yahoo"),
        ("aol.com", "Yahoo"),
        ("me.com", "iCloud"),
        ("live.example.org", None),
        ("myhotmail.com", None),
        ("example.org", None),
        ("", None),
    ],
)
def test_the_provider_goes_by_the_domain_in_any_country(domain: str, provider: str | None) -> None:
    assert refusals.provider(domain) == provider
