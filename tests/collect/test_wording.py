import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.collect import wording

URL = "https://estuary.example.org/2026/port-audit-missing/"
BODY = "<p>The audit of the port is missing forty pages, and nobody at the harbour says where they are.</p><p>More.</p>"


def test_a_title_is_plain_text() -> None:
    assert wording.title("Port <em>audit</em> &amp; its&nbsp;pages", "", URL) == "Port audit & its pages"


def test_without_a_title_an_article_is_called_by_its_first_words() -> None:
    title = wording.title("  ", BODY, URL)

    assert title == "The audit of the port is missing forty pages, and nobody at the harbour says…"


def test_first_words_without_spaces_are_cut_too() -> None:
    assert wording.title("", f"<p>{'港' * 200}</p>", URL) == "港" * 80 + "…"


def test_without_words_it_is_called_by_its_address() -> None:
    assert wording.title("", '<p><img src="a.jpg" alt=""></p>', URL) == "port audit missing"
    assert wording.title("", "", "https://estuary.example.org/") == "https://estuary.example.org/"


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_title_is_never_empty_and_one_line(written: str, body: str) -> None:
    title = wording.title(written, body, URL)

    assert title.strip()
    assert "\n" not in title


def test_a_summary_is_what_the_newsroom_wrote() -> None:
    assert wording.summary("<p>Forty pages are gone.</p>\n", BODY) == "Forty pages are gone."


@pytest.mark.parametrize(
    "made_by_the_site",
    [
        "",
        "<p>The audit of the port is missing forty pages, and [&hellip;]</p>",
        "<p>The audit of the port is missing forty&#8230;</p>",
        "<p>The audit of the port is missing forty [...]</p>",
        "<p>The audit of the port is missing forty pages, and nobody at the harbour says where they are. More.</p>",
        '<p>The audit of the port… <a href="https://estuary.example.org/2026/port/">Continue reading</a></p>',
        '<a href="https://estuary.example.org/x">Read on</a>',
        "<p>The audit of the port is missing. </p><p>The post Port audit appeared first on The Desk.</p>",
    ],
)
def test_the_beginning_of_the_body_is_no_summary(made_by_the_site: str) -> None:
    body = BODY.replace("missing forty", "missing. Forty") if "missing. " in made_by_the_site else BODY

    assert wording.summary(made_by_the_site, body) == ""


@pytest.mark.parametrize(
    ("written", "summary"),
    [
        ("Judges continue reading the files of the port.", "Judges continue reading the files of the port."),
        ("Children who read more know more.", "Children who read more know more."),
        ("Forty pages are gone. Read more about the port", "Forty pages are gone."),
        ("Faltan cuarenta páginas. Leer más »", "Faltan cuarenta páginas."),
        ("Faltan páginas. La entrada Auditoría se publicó primero en El Muelle.", "Faltan páginas."),
        ("Gone. The post Audit: 40 pages. All gone appeared first on The Desk.", "Gone."),
    ],
)
def test_only_a_last_sentence_that_says_read_on_goes(written: str, summary: str) -> None:
    assert wording.summary(written, BODY) == summary


def test_a_summary_that_goes_on_forever_is_read_in_bounded_work() -> None:
    endless = "The end. The post " * 20_000

    assert wording.summary(endless, BODY).startswith("The end.")


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("Bare words", "<p>Bare words</p>"),
        ('<img src="a.jpg"> words', '<p><img src="a.jpg"> words</p>'),
        ("<p>Words</p>", "<p>Words</p>"),
        ("Words <ul><li>one</li></ul>", "Words <ul><li>one</li></ul>"),
        ("  ", ""),
        ("One\nline.\n\n Two.\n \n<b>Three</b>.", "<p>One\nline.</p><p>Two.</p><p><b>Three</b>.</p>"),
        ("One.<br>\n\nTwo.", "<p>One.<br>\n\nTwo.</p>"),
        ("<b>One.\n\nTwo.</b>", "<p><b>One.\n\nTwo.</b></p>"),
    ],
)
def test_a_body_has_a_block_or_nothing(body: str, paragraphs: str) -> None:
    assert wording.paragraphs(body) == paragraphs


@pytest.mark.parametrize(
    ("said", "configured", "language"),
    [
        ("en-US", None, "en"),
        ("es_MX", None, "es"),
        ("ES", "es", "es"),
        ("pt", "pt-BR", "pt-BR"),
        ("pt", None, "pt-PT"),
        ("pt_br", None, "pt-BR"),
        ("", "es", "es"),
        ("", None, "en"),
        ("*", None, "en"),
        ("<script>", "es", "es"),
        ("x-default", None, "en"),
    ],
)
def test_a_language_is_what_is_said_as_the_newsroom_names_it(said: str, configured: str | None, language: str) -> None:
    assert wording.language(said, configured, ("en", "pt-PT", "pt-BR")) == language


@pytest.mark.parametrize(
    ("terms", "is_retracted"), [(["News", "Retracted "], True), (["not retracted"], False), ([], False)]
)
def test_a_retraction_is_marked_by_a_term(terms: list[str], is_retracted: bool) -> None:
    assert wording.is_retracted(terms, "retracted") is is_retracted


def test_names_are_plain_each_once_and_no_mail_addresses() -> None:
    named = ["Ana <b>Ríos</b>", "", "Ana Ríos", "desk@example.org", "Bruno &amp; Carla"]

    assert wording.names(named) == ("Ana Ríos", "Bruno & Carla")
