"""Which pages are articles, and what is said of those that are none."""

import pytest

from tests.collect.article_pages import FIRST, LAST, SECOND, STORY, TITLE, found, page, why_not

HOME = "https://estuary.example.org"
UNMARKED = "<html><head><title>x</title></head><body><h1>{}</h1>{}</body></html>"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (page().replace("<body>", '<body class="archive category">'), "it is a list of articles or a profile"),
        (page().replace('content="article"', 'content="profile"'), "it is a list of articles or a profile"),
        (UNMARKED.format("Page not found", "<p>Sorry.</p>"), "it says that there is no such page"),
        (UNMARKED.format("Página no encontrada", "<p>Perdón.</p>"), "it says that there is no such page"),
        (
            UNMARKED.format("Log in", "<form><input type='password'></form>"),
            "it asks who is there before it shows anything",
        ),
        (
            UNMARKED.format("About us", "<p>We are ten.</p>"),
            "nothing on it says that it is one, and there is little text",
        ),
        (page(body=""), "there is no text on it"),
    ],
)
def test_a_page_that_is_no_article_is_skipped_with_its_reason(html: str, reason: str) -> None:
    assert why_not(html) == f"it is no article: {reason}; leave such addresses out with article_urls"


def test_a_collection_in_the_structured_data_is_a_list() -> None:
    html = page().replace('content="article"', 'content="website"')
    data = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'

    assert "a list of articles" in why_not(html.replace("</head>", f"{data}</head>"))


def test_the_home_page_is_no_article() -> None:
    assert "the home page" in why_not(page(), url=f"{HOME}/")


def test_an_answer_that_is_no_page_is_named() -> None:
    assert why_not(b"%PDF-1.4", headers={"content-type": "application/pdf"}).startswith(
        "it is no page but application/pdf;"
    )
    assert why_not(page(), status=410) == "it answers 410"
    assert why_not(b"") == "it is empty"


def test_a_page_that_says_nothing_of_itself_is_an_article_if_there_is_a_text_on_it() -> None:
    assert found(UNMARKED.format(TITLE, STORY)).title == TITLE


def test_noindex_is_no_reason_to_leave_an_article_out() -> None:
    assert found(page(head='<meta name="robots" content="noindex">')).title == TITLE


def test_a_teaser_before_a_paywall_is_what_there_is() -> None:
    assert (
        found(page(body=f'<p>{FIRST}</p><div class="paywall"><p>Subscribe to read on.</p></div>')).body
        == f"<p>{FIRST}</p>"
    )


def test_a_short_piece_that_says_it_is_an_article_is_one() -> None:
    assert found(page(body="<p>The port is open.</p>")).body == "<p>The port is open.</p>"


def test_the_bodies_of_two_pages_do_not_mix() -> None:
    assert LAST not in found(page(body=f"<p>{FIRST}</p><p>{SECOND}</p>")).body


@pytest.mark.parametrize(
    "entry",
    [
        '<p><a href="/news/brief/night-ferries/{0}/">Report {0}</a> {1}</p>',
        '<article><h2><a href="/2026/report-{0}/">Report {0}</a></h2><time>3 March</time><p>{1}</p></article>',
        '<a href="/2026/report-{0}/"><h3>Report {0}</h3><p>{1}</p></a>',
        '<section><h2>Report {0}</h2><p>{1}</p><a aria-label="Report {0}" href="/2026/report-{0}/"></a></section>',
    ],
)
def test_the_beginnings_of_other_articles_are_no_article(entry: str) -> None:
    listed = "".join(entry.format(number, text) for number, text in enumerate([FIRST, SECOND, LAST] * 2, 1))

    assert "a list of articles" in why_not(UNMARKED.format("Posts", listed))


def test_a_text_that_refers_to_other_articles_is_one() -> None:
    told = "".join(
        f'<p>{text} <a href="/2026/report-{number}/">As told</a> before.</p>'
        for number, text in enumerate([FIRST, SECOND, LAST] * 2)
    )

    assert found(UNMARKED.format(TITLE, told)).title == TITLE
