"""The config: what stands in the file holds, the environment wins, and a mistake names its line and remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.config import Settings, address_in, in_language, load
from publisher.config.reference import markdown
from publisher.errors import ConfigError
from tests.config.shipped import SHIPPED

ROOT = Path(__file__).parents[2]

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def line_of(words: str, text: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def mistakes(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        load(path)
    return str(raised.value)


def test_the_shipped_config_is_valid() -> None:
    assert load(ROOT / "config.toml").newsletters[0].key == "the-organization"


def test_the_shipped_config_explains_every_key_where_it_stands() -> None:
    unexplained = []
    explained = False
    for line in SHIPPED.splitlines():
        if line.startswith("#"):
            explained = True
        elif "=" in line and not explained:
            unexplained.append(line)
        elif not line:
            explained = False
    assert not [line for line in unexplained if not line.startswith(("key", "title", "categories", "excerpt"))]


@pytest.mark.parametrize(
    ("found", "wrong", "sentence"),
    [
        (
            '"fri 09:00"',
            '"friday 9"',
            'newsletters.the-organization.schedule: "friday 9" is not a time; write "fri 09:00"',
        ),
        (
            'timezone = "America/Bogota"',
            'timezone = "Bogota"',
            'publication.timezone: "Bogota" is not a time zone; write an IANA name, as "America/Bogota"',
        ),
        ("pause_seconds = 0.5", "pause_second = 1", 'fetch.pause_second: is not a key; did you mean "pause_seconds"?'),
        ("[engine]", "[engin]", 'engin: is not a key; did you mean "engine"?'),
        ("port = 587", 'port = "x"', 'delivery.smtp.port: found "x"; write a whole number'),
        (
            'kind = "wordpress"',
            'kind = "drupal"',
            'sources.site.kind: found "drupal"; write "wordpress", "feed", "page" or "markdown"',
        ),
        (
            'url = "https://creativecommons.org/licenses/by-nc/4.0/"',
            'url = "https://x.org/"',
            'license.url: "https://x.org/" is no Creative Commons license; write ',
        ),
        ('from = "The', 'from = "', "delivery.from: "),
    ],
)
def test_a_mistake_names_line_key_and_remedy(write: Write, found: str, wrong: str, sentence: str) -> None:
    text = SHIPPED.replace(found, wrong, 1)
    if "from" in found:
        text = text.replace("<newsletter@estuary.example.org>", "newsletter", 1)
    path = write(text)

    told = mistakes(path)

    assert sentence in told
    assert f"{path}:{line_of(wrong, text)}: " in told
    assert len(told.splitlines()) == 1


def test_a_missing_key_is_named_at_its_table(write: Write) -> None:
    text = SHIPPED.replace('name = "The Estuary Desk"\n', "", 1)
    path = write(text)

    assert mistakes(path) == f"{path}:{line_of('[publication]', text)}: publication.name: is missing; add it"


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    path = write(SHIPPED.replace('"fri 09:00"', '"never"').replace("port = 8080", "port = 80800"))

    assert len(mistakes(path).splitlines()) == 2


def test_a_language_without_its_words_is_a_mistake(write: Write) -> None:
    path = write(SHIPPED.replace('title = { en = "Analysis", es = "Análisis" }', 'title = { en = "Analysis" }'))

    assert 'newsletters.the-organization.sections.analysis.title: has no text for "es"; add es = "…"' in mistakes(path)


def test_text_that_is_no_toml_is_said_to_be_none(write: Write) -> None:
    assert "is not TOML" in mistakes(write("[publication\nname = 3"))


def test_a_config_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    assert "name the config with --config" in mistakes(tmp_path / "none.toml")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__PORT", "2525")
    monkeypatch.setenv("PUBLISHER_DELIVERY__FROM", "Ana <ana@example.org>")
    monkeypatch.setenv("PUBLISHER_SOURCES", '[{"name": "f", "kind": "feed", "url": "https://example.org/feed"}]')

    settings = load(ROOT / "config.toml")

    assert settings.delivery.smtp.port == 2525
    assert settings.delivery.sender == "Ana <ana@example.org>"
    assert settings.delivery.smtp.host == "localhost"
    assert [source.name for source in settings.sources] == ["f"]


def test_an_environment_that_is_given_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__PORT", "2525")

    assert load(ROOT / "config.toml", {}).delivery.smtp.port == 587
    assert load(ROOT / "config.toml", {"PUBLISHER_DELIVERY__SMTP__PORT": "26"}).delivery.smtp.port == 26


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_WEB__PORT", "high")
    monkeypatch.setenv("PUBLISHER_DELIVRY__FROM", "x")

    told = mistakes(ROOT / "config.toml")

    assert 'PUBLISHER_DELIVRY__FROM: is not a key of the config; did you mean "PUBLISHER_DELIVERY"?' in told
    assert 'PUBLISHER_WEB__PORT: web.port: found "high"' in told


def test_a_secret_comes_from_a_file_and_is_never_shown(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0123456789abcdef-of-ana\n", encoding="utf-8")
    path = write(SHIPPED.replace("[web]", f'[web]\nsecret_file = "{tmp_path / "secret"}"'))

    settings = load(path)

    assert settings.web.secret is not None
    assert settings.web.secret.get_secret_value() == "0123456789abcdef-of-ana"
    assert "of-ana" not in repr(settings)


def test_a_secret_file_is_looked_for_beside_the_config(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0123456789abcdef-of-ana", encoding="utf-8")

    settings = load(write(SHIPPED.replace("[web]", '[web]\nsecret_file = "secret"')))

    assert settings.web.secret is not None


@pytest.mark.parametrize("key", ["all", "republish", "the-organization"])
def test_a_section_cannot_take_the_address_of_another_feed(write: Write, key: str) -> None:
    path = write(SHIPPED.replace('key = "news"', f'key = "{key}"'))

    assert f'sections.{key}.key: "{key}" names another feed; give another key' in mistakes(path)


def test_mail_that_leaves_needs_a_way_out_by_https(write: Write) -> None:
    by_smtp = SHIPPED.replace('transport = "outbox"', 'transport = "smtp"')
    load(write(by_smtp))

    told = mistakes(write(by_smtp.replace("https://news.estuary", "http://news.estuary")))

    assert 'web.base_url: "http://news.estuary.example.org" is no https address' in told


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://news.example.org/", "https://news.example.org"),
        ("https://news.example.org/mail//", "https://news.example.org/mail"),
        ("https://bücher.example:8443/sección", "https://xn--bcher-kva.example:8443/secci%C3%B3n"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_sites_address_is_kept_as_headers_need_it(write: Write, written: str, kept: str) -> None:
    assert load(write(SHIPPED.replace("https://news.estuary.example.org", written))).web.base_url == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://news.example.org/?page=mail", 'write it without "?" and "#"'),
        ("https://news.example.org:port/", "is not a web address"),
        ("news.example.org", "is not a web address"),
        ("https://news.example.org/" + "a" * 500, "is longer than 450 characters"),
    ],
)
def test_what_is_no_sites_address_is_a_mistake(write: Write, written: str, said: str) -> None:
    assert said in mistakes(write(SHIPPED.replace("https://news.estuary.example.org", written)))


def test_a_lease_outlives_the_longest_try(write: Write) -> None:
    by_smtp = SHIPPED.replace('transport = "outbox"', 'transport = "smtp"')

    told = mistakes(write(by_smtp.replace("lease_seconds = 1500", "lease_seconds = 300")))

    assert "delivery.lease_seconds: 300 is shorter than a try can take; give more than 1320" in told


@pytest.mark.parametrize(
    ("mailbox", "address"),
    [
        ("desk@example.org", "desk@example.org"),
        ("The Desk <desk@example.org>", "desk@example.org"),
        ("Desk, The <desk@example.org>", "desk@example.org"),
    ],
)
def test_a_mailbox_has_its_address_in_angle_brackets_or_is_one(mailbox: str, address: str) -> None:
    assert address_in(mailbox) == address


def test_a_secret_in_a_mistake_is_not_told(write: Write) -> None:
    path = write(SHIPPED.replace("[web]", '[web]\nsecret = "hush"'))

    assert "hush" not in mistakes(path)


def test_a_secret_file_that_is_not_there_is_a_mistake(write: Write) -> None:
    path = write(SHIPPED.replace("[web]", '[web]\nsecret_file = "/nowhere/secret"'))

    assert 'web.secret_file: "/nowhere/secret" cannot be read' in mistakes(path)


def test_relative_paths_count_from_the_config(write: Write, tmp_path: Path) -> None:
    settings = load(write(SHIPPED))

    assert settings.database_url == f"sqlite:///{tmp_path / 'var/publisher.db'}"
    assert settings.path(settings.feeds.directory) == tmp_path / "feeds"


def test_a_text_given_once_stands_for_every_language(write: Write) -> None:
    settings: Settings = load(
        write(SHIPPED.replace('{ en = "The Organization", es = "La Organización" }', '"The Organization"'))
    )

    assert in_language(settings.newsletters[0].title, "es") == "The Organization"


def test_a_text_of_a_language_stands_for_its_kinds() -> None:
    texts = {"en": "News", "es": "Noticias"}

    assert [in_language(texts, tag) for tag in ("es-MX", "en", "pt")] == ["Noticias", "News", "News"]


def test_the_reference_in_docs_is_that_of_the_types() -> None:
    assert (ROOT / "docs/config.md").read_text(encoding="utf-8") == markdown(), "run `make docs`"
