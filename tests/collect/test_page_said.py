"""What a page says of its article: in its structured data, in its head, in sight."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from publisher.collect.page import article as pages
from publisher.collect.page import lines
from publisher.collect.page.lines import Line
from publisher.fetch import Response
from tests.collect.article_pages import FIRST, NEWSROOM, NOW, SOURCE, STORY, TITLE, URL, found, page

HOME = "https://estuary.example.org"


def data(*nodes: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def news(**said: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **said}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Carla Montes", ("Carla Montes",)),
        ({"@type": "Person", "name": "Carla Montes"}, ("Carla Montes",)),
        ([{"name": "Carla Montes"}, "Ana Ruiz"], ("Carla Montes", "Ana Ruiz")),
        ({"@type": "Person", "name": ["Carla Montes", "Ana Ruiz"]}, ("Carla Montes", "Ana Ruiz")),
        ([{"@type": "Organization", "name": "The Wire"}], ("The Wire",)),
        ({"@type": "NewsMediaOrganization", "name": "The Estuary Desk"}, ()),
        ("https://social.example.org/carla", ()),
        ({"name": 7}, ()),
        (None, ()),
    ],
)
def test_an_author_is_written_in_many_ways_and_is_not_the_publisher(author: Any, names: tuple[str, ...]) -> None:
    publisher = {"@type": "Organization", "name": "The Estuary Desk"}

    assert found(page(head=data(news(author=author, publisher=publisher)))).authors == names


@pytest.mark.parametrize(
    "image",
    [
        "/a/landing.jpg",
        ["/a/landing.jpg", "/a/other.jpg"],
        {"@type": "ImageObject", "url": "/a/landing.jpg"},
        [{"contentUrl": "/a/landing.jpg"}],
    ],
)
def test_a_picture_is_written_in_many_ways(image: Any) -> None:
    shown = found(page(head=data(news(image=image)))).image

    assert shown
    assert shown.url == f"{HOME}/a/landing.jpg"


@pytest.mark.parametrize(
    "nodes",
    [
        [{"@graph": [{"@type": "WebPage", "mainEntity": news(articleSection="Ports")}]}],
        [[{"@type": "Organization"}, news(articleSection=["Ports"])]],
        [news(headline="Another one", url=f"{HOME}/another-one/"), news(url=URL, articleSection="Ports")],
        [{"@type": "http://schema.org/BlogPosting", "headline": TITLE, "articleSection": "Ports"}],
    ],
)
def test_the_article_is_found_wherever_the_data_has_it(nodes: list[Any]) -> None:
    read = found(page(head=data(*nodes)))

    assert (read.title, read.categories) == (TITLE, ("Ports",))


@pytest.mark.parametrize("script", ["{", "[1, 2", "null", '"x"', "[" * 100_000, '{"@graph": {"@type": 3}}', "&quot;"])
def test_broken_data_costs_the_data(script: str) -> None:
    assert found(page(head=f'<script type="application/ld+json">{script}</script>')).title == TITLE


def test_the_text_of_the_data_is_taken_where_the_page_shows_less() -> None:
    paragraphs = "\n\n".join([FIRST] * 3)
    read = found(page(body="<p>Read on after you log in.</p>", head=data(news(articleBody=paragraphs))))

    assert read.body.count("<p>A new count") == 3


def test_a_breadcrumb_gives_the_category_where_nothing_else_does() -> None:
    steps = [("Home", f"{HOME}/"), ("Ports", f"{HOME}/ports/"), (TITLE, URL)]
    items = [{"@type": "ListItem", "name": name, "item": where} for name, where in steps]

    assert found(page(head=data(news(), {"@type": "BreadcrumbList", "itemListElement": items}))).categories == (
        "Ports",
    )


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="/news/ferries/">', f"{HOME}/news/ferries/"),
        (
            '<link rel="canonical" href="//www.estuary.example.org/f/?utm_source=x">',
            "https://www.estuary.example.org/f/",
        ),
        ('<meta property="og:url" content="https://estuary.example.org/f/">', f"{HOME}/f/"),
        ('<link rel="canonical" href="https://elsewhere.example.org/f/">', URL),
        ('<link rel="canonical" href="https://estuary.example.org/">', URL),
        ('<link rel="canonical" href="http://[broken/">', URL),
        ("", URL),
    ],
)
def test_the_identity_is_what_the_page_says_if_that_is_on_its_own_site(head: str, url: str) -> None:
    assert found(page(head=head)).url == url


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (f"{TITLE} | The Estuary Desk", TITLE),
        (f"{TITLE} - The Estuary Desk", TITLE),
        (f"{TITLE} - Brief | Estuary", f"{TITLE} - Brief"),
        ("Ferries &amp;amp; rivers | The Estuary Desk", "Ferries & rivers"),
        ("Port - a history", "Port - a history"),
        ("The Estuary Desk", "The Estuary Desk"),
    ],
)
def test_a_title_is_without_the_name_of_the_site(written: str, title: str) -> None:
    assert found(page(head=f'<meta property="og:title" content="{written}">')).title == title


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("2026-11-09", datetime(2026, 11, 9, 5, tzinfo=UTC)),
        ("2026-11-09T10:00:00", datetime(2026, 11, 9, 15, tzinfo=UTC)),
        ("2027-01-01T00:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("soon", datetime(2026, 11, 8, 5, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_zone_is_in_the_newsrooms_and_one_that_is_none_is_looked_for_elsewhere(
    said: str, published: datetime
) -> None:
    html = page(head=data(news(datePublished=said)), above="<time datetime='2026-11-08'>Sunday</time>")

    assert found(html.replace('"article:published_time"', '"x"')).published == published


def test_an_article_without_a_date_is_dated_when_it_was_read_and_says_so() -> None:
    html = page().replace('"article:published_time"', '"x"').encode()
    read = pages.find(Response(URL, 200, {}, html), SOURCE, NEWSROOM, NOW)

    assert isinstance(read, pages.Found)
    assert (read.article.published, read.is_dated) == (NOW, False)


def test_a_day_in_the_address_is_the_last_word_on_the_date() -> None:
    html = page().replace('"article:published_time"', '"x"')

    assert found(html, url=f"{HOME}/2014/03/14/night-ferries/").published == datetime(2014, 3, 14, 5, tzinfo=UTC)


SPANISH = (
    "<p>Un nuevo recuento de los trasbordadores de la noche en el bajo estuario muestra cómo un viejo oficio volvió "
    "después del cierre del puente, mientras el puerto busca la forma de cobrar a los barcos que llevan pescado.</p>"
    "<p>La capitanía contó cuarenta barcos en una semana, la mayoría sin papeles, y preguntó a cada piloto adónde iba "
    "la carga y quién la había pagado antes de dejarlo seguir hacia la otra orilla del río.</p>"
)


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (page(body=SPANISH, language="es-MX"), "es"),
        (page(language=""), "en"),
        (page(body=SPANISH, language="", head='<meta property="og:locale" content="es_ES">'), "es"),
        (page(body="<p>Porto 42, Rio 17.</p>", language="pt"), "pt"),
        (page(body=SPANISH, language="en"), "es"),
        (page(body=STORY, language="de"), "en"),
        (page(above="<p>14 MAR 2014 BY CARLA MONTES ES</p>", language="en"), "es"),
    ],
)
def test_the_language_is_what_the_page_says_unless_its_text_cannot_be_in_it(html: str, language: str) -> None:
    assert found(html).language == language


def test_translations_are_the_alternates_in_other_languages_that_are_no_home_pages() -> None:
    pairs = [
        ("en", URL),
        ("es-CO", "/es/trasbordadores/"),
        ("fr", "/fr/"),
        ("x-default", "/x/y/z/"),
        ("", "/empty-one/"),
    ]
    head = "".join(f'<link rel="alternate" hreflang="{tag}" href="{where}">' for tag, where in pairs)

    assert found(page(head=head)).translations == {"es": f"{HOME}/es/trasbordadores/"}


def test_a_retraction_is_marked_by_a_tag() -> None:
    assert found(page(head='<meta property="article:tag" content="Retracted">')).retracted


def test_terms_are_told_apart_by_where_their_links_lead_and_menus_have_none() -> None:
    country, tag = '<a href="/country/peru/">Peru</a>', '<a href="/tag/cement/">#cement</a>'
    terms = f'<p>{country} {tag} <a href="/category/ports/">Ports</a></p>'
    menu = '<ul class="menu"><li><a href="/category/rivers/">Rivers</a></li></ul>'
    read = found(page(body=STORY + menu + terms))

    assert (read.countries, read.tags, read.categories) == (("Peru",), ("cement",), ("Ports",))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("PORTS / 14 MAR 2014 BY CARLA MONTES EN", Line("PORTS", "14 MAR 2014", "", ("Carla Montes",), "en")),
        ("By Ana Ruiz and Bruno Díaz", Line(authors=("Ana Ruiz", "Bruno Díaz"))),
        ("Por Ana Ruiz | 3 de marzo de 2014", Line(published="3 de marzo de 2014", authors=("Ana Ruiz",))),
        ("Published: March 3, 2014. Updated: March 4, 2014", Line(published="March 3, 2014", modified="March 4, 2014")),
        ("Por María de la Peña y José del Río", Line(authors=("María de la Peña", "José del Río"))),
        ("By Tia Ruiz, Staff Writer", Line(authors=("Tia Ruiz",))),
        ("By Ana Ruiz, Bruno Díaz, and Carla Montes", Line(authors=("Ana Ruiz", "Bruno Díaz", "Carla Montes"))),
        (
            "Submitted by Ana Ruiz on Mon, 11/09/2026 - 17:03",
            Line(published="Mon, 11/09/2026 - 17:03", authors=("Ana Ruiz",)),
        ),
        ("Enviado por Ana Ruiz el Lun, 9/11/2026", Line(published="Lun, 9/11/2026", authors=("Ana Ruiz",))),
        ("Submitted by ana_r on 9 November 2026", Line(published="9 November 2026")),
        ("Lima, 9 de noviembre de 2026", Line(published="9 de noviembre de 2026")),
        ("09/NOV/2026", Line(published="09/NOV/2026")),
        ("Cement by Night", None),
        ("They came by boat and left by rail", None),
        ("The port was opened by the mayor on 3 March 2014, and closed again by the sea in the same year.", None),
    ],
)
def test_a_line_above_a_text_is_read_and_a_sentence_is_not(words: str, line: Line | None) -> None:
    assert lines.read(words, ("en", "es")) == line


@pytest.mark.parametrize(
    "byline",
    [
        "<p>By Ana Ruiz and Bruno Díaz<br>November 10, 2026</p>",
        '<div class="by">By <a rel="author" href="/staff/ana/">Ana Ruiz</a> and Bruno Díaz</div>'
        "<div>November 10, 2026</div>",
        '<div class="authors"><div>Ana Ruiz</div><div>Reporter</div><div>Bruno Díaz</div></div>'
        "<p><span>November 10, 2026</span></p>",
    ],
)
def test_who_and_when_are_told_apart_by_the_lines_they_stand_on(byline: str) -> None:
    html = page(body=byline + STORY).replace("article:published_time", "nothing")
    read = found(html)

    assert read.authors == ("Ana Ruiz", "Bruno Díaz")
    assert read.published.date().isoformat() == "2026-11-10"


@pytest.mark.parametrize(
    "above",
    [
        '<h1><a href="/">The Estuary Desk</a></h1>',
        "<h1>The Estuary Desk</h1>",
    ],
)
def test_the_name_of_the_site_is_no_title_of_its_articles(above: str) -> None:
    read = found(page(above=above).replace(f"<h1>{TITLE}</h1>", f"<h2>{TITLE}</h2>"))

    assert (read.title, read.kicker) == (TITLE, "")


@pytest.mark.parametrize(
    "above",
    [
        '<div class="breadcrumb"><a href="/">Home</a> » <a href="/news/">News</a></div>',
        '<header><a href="/ports/">Ports</a></header>',
        '<div class="site-name">The Estuary Desk</div>',
    ],
)
def test_the_way_to_an_article_and_the_name_of_its_site_are_no_kicker(above: str) -> None:
    assert found(page(above=above)).kicker == ""


def test_the_terms_below_a_text_are_read_though_they_were_taken_for_a_part_of_it() -> None:
    links = '<a href="/tags/ports/">Ports</a> <a href="/tags/steel/">Steel</a>'
    terms = f'<div class="field-tags"><div>Tags:</div>{links}</div>'
    log_in = '<ul class="links"><li><a href="/user/login">Log in</a> to post comments</li></ul>'

    assert found(page(body=STORY + terms + log_in)).tags == ("Ports", "Steel")
