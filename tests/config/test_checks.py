"""What tables say against each other is told at one of their lines, beside every other mistake."""

import pytest

from publisher.config import load
from publisher.errors import ConfigError
from tests.config.shipped import SHIPPED_PATH, Told

AGAIN = '[[sources]]\nname = "site"\nkind = "feed"\nurl = "https://example.org/feed"\n\n[license]'
ANALYSIS = 'title = { en = "Analysis", es = "Análisis" }'
SECTIONS = "newsletters.the-organization.sections"
BY_SMTP = {"PUBLISHER_DELIVERY__TRANSPORT": "smtp"}


@pytest.mark.parametrize(
    ("found", "wrong", "said"),
    [
        ("[license]", AGAIN, '58: sources.site.name: "site" is an earlier source\'s; give each its own'),
        (
            '"news"',
            '"analysis"',
            f'140: {SECTIONS}.analysis.key: "analysis" is an earlier section\'s; give each its own',
        ),
        ('"news"', '"all"', f'140: {SECTIONS}.all.key: "all" names another feed; give another key'),
        (
            'categories = ["News", "Noticias"]',
            "everything_else = true",
            f"148: {SECTIONS}.more.everything_else: is true for an earlier section; keep one",
        ),
        (
            ANALYSIS,
            'title = { en = "Analysis" }',
            f'135: {SECTIONS}.analysis.title: has no text for "es"; add es = "…"',
        ),
        (ANALYSIS, "title = {}", f'135: {SECTIONS}.analysis.title: has no text for "en"; add en = "…"'),
        (
            ANALYSIS,
            'title = { en = "Analysis", es = "Análisis", sp = "Análisis" }',
            f'135: {SECTIONS}.analysis.title.sp: is not in publication.languages; did you mean "es"?',
        ),
        (
            'languages = ["en", "es"]\n# When an issue',
            'languages = ["en", "fr"]\n# When an issue',
            '87: newsletters.the-organization.languages: "fr" is not in publication.languages; add it there, '
            "or leave it out",
        ),
        ('"news"', '"out"', f'140: {SECTIONS}.out.key: "out" is a part that every issue may have; give another key'),
        (
            'excerpt = "analysis"',
            'excerpt = "analisis"',
            f'137: {SECTIONS}.analysis.excerpt: "analisis" is not in publication.parts; did you mean "analysis"?',
        ),
        (
            'categories = ["News", "Noticias"]',
            'sources = ["sight"]',
            f'142: {SECTIONS}.news.sources: "sight" is no source; did you mean "site"?',
        ),
        (
            'categories = ["News", "Noticias"]',
            'languages = ["fr"]',
            f'142: {SECTIONS}.news.languages: "fr" is not in publication.languages; expected one of en, es',
        ),
        (
            "# audiences = [",
            'audiences = [{ tag = "donor" }, { tag = "donor" }]\n# [',
            '78: appeal.audiences.2.tag: "donor" is an earlier audience\'s; give each its own',
        ),
    ],
)
def test_a_disagreement_is_told_at_a_line(told: Told, found: str, wrong: str, said: str) -> None:
    assert told(found, wrong) == [f"config.toml:{said}"]


@pytest.mark.parametrize(
    ("found", "wrong", "said"),
    [
        ("https://news.", "http://news.", '232: web.base_url: "http://news.estuary.example.org" is no https address'),
        ("lease_seconds = 1500", "lease_seconds = 300", "166: delivery.lease_seconds: 300 is shorter than a try can"),
    ],
)
def test_what_mail_by_smtp_needs_is_told_at_its_line(told: Told, found: str, wrong: str, said: str) -> None:
    (sentence,) = told(found, wrong, BY_SMTP)

    assert sentence.startswith(f"config.toml:{said}")


def test_disagreements_are_told_beside_other_mistakes(told: Told) -> None:
    wrong_port = {"PUBLISHER_WEB__PORT": "x", "PUBLISHER_SCHEDULE__COLLECT_MINUTES": "0", "PUBLISHER_NO": "1"}

    assert [sentence.partition(": ")[0] for sentence in told("[license]", AGAIN, wrong_port)] == [
        "PUBLISHER_NO",
        "PUBLISHER_WEB__PORT",
        "PUBLISHER_SCHEDULE__COLLECT_MINUTES",
        "config.toml:58",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("calendar = [{ first = 2026-12-31, last = 2026-12-01 }]", "2026-12-01 is before the first day"),
        ('calendar = [{ first = 2026-12-01, last = 2026-12-31, goal = { en = "600" } }]', 'has no text for "es"'),
        ('muted = ["grim"]', 'found "grim"'),
    ],
)
def test_a_calendar_that_cannot_be_is_told(told: Told, wrong: str, said: str) -> None:
    (sentence,) = told("# muted = [2026-11-20]", wrong)

    assert said in sentence
    assert "appeal" in sentence


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("reminder_hours = 24, deadline_hours = 24", "reminder_hours: is not before the deadline"),
        ("reminder_hours = 12, deadline_hours = 0", "deadline_hours: found 0; write 1 or more"),
    ],
)
def test_a_reminder_comes_before_the_deadline(told: Told, wrong: str, said: str) -> None:
    (sentence,) = told("reminder_hours = 12, deadline_hours = 24", wrong)

    assert said in sentence


def test_who_is_greeted_by_name_is_greeted_without_one(told: Told) -> None:
    (sentence,) = told('# greeting = { en = "Dear {name},", es = "Hola, {name}:" }', 'greeting = "Dear {name},"')

    assert sentence.endswith(
        "newsletters.the-organization.greeting: is given without greeting_unnamed; give both, or neither"
    )


def test_a_text_of_a_language_serves_its_kinds() -> None:
    settings = load(SHIPPED_PATH, {"PUBLISHER_PUBLICATION__LANGUAGES": '["en", "es", "es-MX"]'})

    assert settings.publication.languages == ("en", "es", "es-MX")


def test_a_key_that_signs_for_another_domain_than_the_mails_is_told() -> None:
    given = '[{"selector": "news", "domain": "example.net", "key": "dkim.pem"}]'

    with pytest.raises(ConfigError, match=r'"example\.net" is neither the domain of delivery\.from'):
        load(SHIPPED_PATH, {"PUBLISHER_DELIVERY__DKIM": given})


@pytest.mark.parametrize(
    ("relay", "webhook", "said"),
    [
        ("own", 'secret = "sixteen characters"', 'has a secret, and the relay "own" proves its events by none'),
        ("ses", 'secret = "sixteen characters"', 'has a secret, and the relay "ses" proves its events by none'),
        ("brevo", 'topic = "arn:aws:sns:a:1:b"', 'has a topic, and the relay is "brevo"; only "ses" has topics'),
        ("brevo", 'secret = "short"', "is too short; give 16 characters or more"),
    ],
)
def test_a_webhook_is_proven_as_its_relay_does(told: Told, relay: str, webhook: str, said: str) -> None:
    by_relay = {"PUBLISHER_DELIVERY__RELAY": relay}

    (sentence,) = told("[feeds]", f"[delivery.webhook]\n{webhook}\n\n[feeds]", by_relay)

    assert said in sentence


@pytest.mark.parametrize("at", ["127.0.0.1:8024", "lmtp://:0", "lmtp://:70000", "http://:8024", "lmtp://run/b.sock"])
def test_what_is_no_address_to_listen_on_is_told(told: Told, at: str) -> None:
    (sentence,) = told("[feeds]", f'[delivery.bounces]\nlisten = "{at}"\n\n[feeds]')

    assert f'delivery.bounces.listen: "{at}" is no address to listen on' in sentence


@pytest.mark.parametrize(
    ("imap", "said"),
    [
        ("", "username: is given without a password; set password_file"),
        ('password = "open sesame"\nsecurity = "starttls"', 'port: 993 is for "tls"; write security = "tls", or port'),
    ],
)
def test_a_mailbox_of_bounces_is_entered_under_tls_with_a_password(told: Told, imap: str, said: str) -> None:
    table = f'[delivery.bounces.imap]\nhost = "imap.example.org"\nusername = "bounces"\n{imap}\n\n[feeds]'

    (sentence,) = told("[feeds]", table)

    assert f"delivery.bounces.imap.{said}" in sentence
