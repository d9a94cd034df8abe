"""A look at a site tells what it is, and from what that was guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.collect import survey
from publisher.collect.survey import Survey, home, names, zones
from publisher.collect.survey.home import Home
from publisher.config.settings import Fetch
from publisher.errors import FarEndError
from publisher.fetch import Door, PrivateAddress, Response
from tests.collect.newsroom import NOW
from tests.collect.surveyed import HTML, RSS, feed, post, rest, serves, wordpress
from tests.collect.surveyed import home as page
from tests.collect.web import Answer, Request, Web


def look(web: Web, door: Door, path: str = "/") -> Survey:
    return survey.look(door, web.url + path, NOW, ("weekly",))


def sources(found: Survey) -> list[tuple[str, str, str]]:
    """Give the name, kind and path of each source."""
    return [
        (one.value.name, one.value.kind, one.value.url.partition("//")[2].partition("/")[2]) for one in found.sources
    ]


def read(html: str) -> Home:
    return home.read(Response("https://estuary.example.org/", 200, HTML, html.encode()))


@pytest.mark.parametrize("pretty", [True, False])
def test_a_wordpress_tells_its_name_and_its_zone(web: Web, door: Door, pretty: bool) -> None:
    wordpress(web, [post(1, 7)], {7: "News"}, pretty=pretty)

    found = look(web, door)

    assert sources(found) == [("site", "wordpress", "")]
    assert (found.name.value, found.zone.value) == ("The Estuary Desk", "America/Bogota")
    assert "REST API" in found.name.evidence
    assert [section.key for section in found.sections.value] == ["news"]


def test_a_wordpress_that_names_only_an_offset_has_its_zone_guessed_by_its_language(web: Web, door: Door) -> None:
    wordpress(web, [post(1)], index={"timezone_string": "", "gmt_offset": -5}, page=page(language="es-CO"))

    found = look(web, door)

    assert found.zone.value == "America/Bogota"
    assert found.zone.evidence == "the times of its articles"


def test_two_languages_of_a_wordpress_have_their_categories_side_by_side(web: Web, door: Door) -> None:
    posts = [
        post(1, 7, lang="es", translations={"en": 2, "es": 1}),
        post(2, 8, lang="en", translations={"en": 2, "es": 1}),
        post(3, 9, lang="en"),
    ]
    wordpress(web, posts, {7: "Noticias", 8: "News", 9: "Data"})

    found = look(web, door)

    assert found.languages.value == ("en", "es")
    assert [(section.key, dict(section.titles)) for section in found.sections.value] == [
        ("news", {"en": "News", "es": "Noticias"}),
        ("data", {"en": "Data", "es": "Data"}),
    ]


def test_a_language_shown_by_itself_is_found(web: Web, door: Door) -> None:
    both = '<link rel="alternate" hreflang="en" href="/"><link rel="alternate" hreflang="es" href="/es/">'
    wordpress(web, [post(1, 7)], {7: "News"}, page=page(both))
    english, spanish = web.respond, rest([post(2, 8)])

    def _respond(request: Request) -> Answer:
        if request.path == "/es/":
            return Answer(page(both, language="es").encode(), headers=HTML)
        if request.query.get("lang") == "es":
            return rest([{"id": 8, "name": "Noticias", "count": 3}]) if "categories" in request.path else spanish
        return english(request)

    web.respond = _respond
    found = look(web, door)

    assert sources(found) == [("site", "wordpress", "")]
    assert found.languages.value == ("en", "es")
    assert {name for section in found.sections.value for name in section.categories} == {"News", "Noticias"}


def test_kinds_of_posts_beside_posts_are_named(web: Web, door: Door) -> None:
    types = {name: {"rest_base": name} for name in ("posts", "pages", "media", "investigations", "wp_template")}
    wordpress(web, [post(1)], types=rest(types))

    assert look(web, door).sources[0].value.other_types == ("investigations",)


def test_a_closed_wordpress_is_read_by_its_feed(web: Web, door: Door) -> None:
    closed = rest({"code": "rest_forbidden", "message": "Only for members.", "data": {"status": 401}}, 401)
    names_both = f'<link rel="https://api.w.org/" href="/wp-json/"><link rel="alternate" {RSS} href="/feed/">'
    serves(web, {"/": page(names_both), "/wp-json/wp/v2/posts": closed, "/feed/": feed("port-audit")})

    found = look(web, door)

    assert sources(found) == [("feed", "feed", "feed/")]
    assert "Only for members" in found.sources[0].evidence


def test_a_wordpress_without_posts_is_read_by_its_feed(web: Web, door: Door) -> None:
    serves(web, {"/": page(), "/wp-json/wp/v2/posts": rest([]), "/feed/": feed("port-audit")})

    assert sources(look(web, door)) == [("feed", "feed", "feed/")]


@pytest.mark.parametrize("place", ["/feed/", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml"])
def test_a_feed_that_no_page_names_is_looked_for(web: Web, door: Door, place: str) -> None:
    serves(web, {"/": page(), place: feed("port-audit", "old-pier")})

    found = look(web, door)

    assert sources(found) == [("feed", "feed", place.lstrip("/"))]
    assert found.sources[0].evidence == "a place where feeds mostly are"


def test_the_address_may_be_that_of_a_feed(web: Web, door: Door) -> None:
    serves(web, {"/": page(body='<a href="/donate/">Donate</a>'), "/rss": feed("port-audit", link=f"{web.url}/")})

    found = look(web, door, "/rss")

    assert sources(found) == [("feed", "feed", "rss")]
    assert found.url == f"{web.url}/"
    assert found.giving.value == {"en": f"{web.url}/donate/"}


def test_an_address_may_be_that_of_a_feed_without_articles(web: Web, door: Door) -> None:
    serves(web, {"/rss": feed(link=f"{web.url}/")})

    assert sources(look(web, door, "/rss")) == [("feed", "feed", "rss")]


def test_feeds_of_comments_and_the_same_in_another_format_are_left_out(web: Web, door: Door) -> None:
    head = "".join(
        f'<link rel="alternate" {RSS} title="{title}" href="{place}">'
        for title, place in (
            ("The Estuary Desk » Comments Feed", "/comments/feed/"),
            ("The Estuary Desk", "/feed/"),
            ("Atom", "/atom"),
            ("Pier", "/pier"),
        )
    )
    serves(
        web,
        {
            "/": page(head),
            "/comments/feed/": feed("a-comment"),
            "/feed/": feed("port-audit", "old-pier"),
            "/atom": feed("port-audit", "old-pier"),
            "/pier": feed("old-pier"),
        },
    )

    assert sources(look(web, door)) == [("feed", "feed", "feed/")]


def test_feeds_of_sections_are_all_kept_where_none_has_everything(web: Web, door: Door) -> None:
    head = f'<link rel="alternate" {RSS} href="/news"><link rel="alternate" {RSS} href="/ideas">'
    serves(web, {"/": page(head), "/news": feed("port-audit", "old-pier"), "/ideas": feed("essay", "letter")})

    assert sources(look(web, door)) == [("feed", "feed", "news"), ("feed-2", "feed", "ideas")]


def test_feeds_of_other_languages_are_found_by_the_home_pages_there(web: Web, door: Door) -> None:
    there = '<a href="/es/" hreflang="es">Español</a>'
    serves(
        web,
        {
            "/": page(f'<link rel="alternate" {RSS} href="/feed">', there + '<a href="/give">Donate now</a>'),
            "/es/": page(f'<link rel="alternate" {RSS} href="/es/feed">', '<a href="/es/dar">Donar</a>', "es"),
            "/feed": feed("port-audit", language="en-US"),
            "/es/feed": feed("puerto", language="es-CO", category="Noticias"),
        },
    )

    found = look(web, door)

    assert sources(found) == [("feed", "feed", "feed"), ("feed-es", "feed", "es/feed")]
    assert [one.value.language.value for one in found.sources] == ["en", "es"]
    assert found.languages.value == ("en", "es")
    assert found.giving.value == {"en": f"{web.url}/give", "es": f"{web.url}/es/dar"}


def test_the_zone_of_a_feed_site_is_guessed_from_the_offsets_of_its_dates(web: Web, door: Door) -> None:
    serves(web, {"/": page(language="es"), "/feed/": feed("puerto", zone="-0600", language="es")})

    found = look(web, door)

    assert (found.zone.value, found.zone.evidence) == ("America/Mexico_City", "the times of its articles")


def test_the_zone_of_a_site_that_writes_all_dates_in_utc_is_guessed_from_its_home_page(web: Web, door: Door) -> None:
    times = "".join(f'<time datetime="{time}">x</time>' for time in ("2026-11-09T10:00:00-03:00", "2026-11-09", ""))
    serves(web, {"/": page(body=times, language="pt-BR"), "/feed/": feed("porto", language="pt-BR")})

    found = look(web, door)

    assert (found.zone.value, found.zone.evidence) == ("America/Sao_Paulo", "the times on its home page")


def test_each_language_with_a_wordpress_of_its_own_is_a_source(web: Web, door: Door) -> None:
    both = '<link rel="alternate" hreflang="en" href="/"><link rel="alternate" hreflang="es" href="/es/">'

    def _respond(request: Request) -> Answer:
        language, path = ("es", request.path[3:]) if request.path.startswith("/es/") else ("en", request.path)
        given = {
            "/": Answer(page(both, language=language).encode(), headers=HTML),
            "/wp-json/": rest({"name": "The Estuary Desk"}),
            "/wp-json/wp/v2/posts": rest([post(1, link=f"{web.url}/{language}/1/")]),
            "/wp-json/wp/v2/categories": rest([]),
        }
        return given.get(path, Answer(status=404))

    web.respond = _respond
    found = look(web, door)

    assert sources(found) == [("site", "wordpress", ""), ("site-es", "wordpress", "es/")]
    assert [one.value.language.value for one in found.sources] == ["en", "es"]


def test_the_language_of_posts_is_told_by_the_home_page_they_stand_below(web: Web, door: Door) -> None:
    both = '<link rel="alternate" hreflang="en" href="/"><link rel="alternate" hreflang="es" href="/es/">'
    posts = [post(1, 7, link=f"{web.url}/port/"), post(2, 8, link=f"{web.url}/es/puerto/")]
    wordpress(web, posts, {7: "News", 8: "Noticias"}, page=page(both))
    english = web.respond
    web.respond = lambda request: (
        Answer(page(both, language="es").encode(), headers=HTML) if request.path == "/es/" else english(request)
    )

    found = look(web, door)

    assert sources(found) == [("site", "wordpress", "")]
    assert [section.categories for section in found.sections.value] == [("News",), ("Noticias",)]


def test_a_feed_whose_articles_break_off_has_its_texts_read_from_the_pages(web: Web, door: Door) -> None:
    serves(web, {"/": page(), "/feed/": feed("port-audit").replace("The port is open again. " * 20, "The port […]")})

    assert look(web, door).sources[0].value.full_text.value == "page"


def test_the_most_used_categories_of_a_feed_become_sections(web: Web, door: Door) -> None:
    items = feed("one", "two", category="Análisis &amp; datos").replace(
        "<category>", "<category>The Estuary Desk</category><category>", 2
    )
    serves(web, {"/": page(), "/feed/": items})

    (section,) = look(web, door).sections.value

    assert (section.key, section.categories) == ("analisis-datos", ("Análisis & datos",))


def test_the_keys_of_sections_are_valid_and_each_ones_own(web: Web, door: Door) -> None:
    categories = {1: "All", 2: "weekly", 3: "ニュース", 4: "more!", 5: "Uncategorized", 6: "N" * 80}
    wordpress(web, [post(number, number) for number in categories], categories)

    found = look(web, door).sections.value

    assert [section.key for section in found] == ["all-2", "weekly-2", "section", "more-2", "n" * 37]


def test_a_site_with_pages_alone_is_read_by_its_sitemap(web: Web, door: Door) -> None:
    serves(
        web,
        {
            "/": page("<title>Home | The Estuary Desk</title>"),
            "/robots.txt": f"User-agent: *\nSitemap: {web.url}/video-sitemap.xml\nSitemap: {web.url}/news.xml\n",
            "/news.xml": '<?xml version="1.0"?><urlset></urlset>',
        },
    )

    found = look(web, door)

    assert sources(found) == [("pages", "page", "news.xml")]
    assert found.sources[0].evidence.startswith("the sitemap that robots.txt names")
    assert (found.name.value, found.zone.value, found.zone.evidence) == ("The Estuary Desk", "UTC", "")


def test_a_site_without_anything_is_read_by_its_home_page(web: Web, door: Door) -> None:
    serves(web, {"/": page()})

    found = look(web, door)

    assert sources(found) == [("pages", "page", "")]
    assert (found.name.value, found.contact.value, found.license_url.value) == ("", "", "")
    assert (found.giving.value, found.sections.value) == ({}, ())


def test_a_site_that_is_down_is_told(door: Door) -> None:
    with pytest.raises(FarEndError, match="nobody listens there"):
        survey.look(door, "http://127.0.0.1:1/", NOW)


def test_a_private_address_is_told_from_other_failures(web: Web) -> None:
    with Door(Fetch(), "") as door, pytest.raises(PrivateAddress):
        survey.look(door, web.url, NOW)


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        ('<link rel="license" href="http://www.creativecommons.org/licenses/by/4.0/deed.es">', "", "by/4.0"),
        ("", '<a href="https://creativecommons.org/licenses/by-nc-nd/3.0/es/">CC</a>', "by-nc-nd/3.0/es"),
        (
            "",
            '<a href="https://creativecommons.org/licenses/by-sa/4.0/">photo</a>'
            '<a rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/">ours</a>',
            "by-nc/4.0",
        ),
    ],
)
def test_the_license_is_the_deed_that_the_page_names(head: str, body: str, url: str) -> None:
    assert read(page(head, body)).license_url == f"https://creativecommons.org/licenses/{url}/"


@pytest.mark.parametrize(
    ("link", "is_giving"),
    [
        ('<a href="/d">Donate</a>', True),
        ('<a href="https://pay.example/estuary">¡Haz una donación!</a>', True),
        ('<a href="/es/apoyanos/"><img src="heart.png"></a>', True),
        ('<a href="/x" aria-label="Support our work"></a>', True),
        ('<a href="/s">Apóyanos</a>', True),
        ('<a href="/port/">The minister donates his car to charity, says he</a>', False),
        ('<a href="/support/">Support</a>', False),
        ('<a href="/donde-estamos/">Dónde estamos</a>', False),
    ],
)
def test_a_link_for_people_who_want_to_give_is_known_by_its_words(link: str, is_giving: bool) -> None:
    assert bool(read(page(body=link)).giving[0]) is is_giving


def test_words_that_say_give_win_over_words_that_may() -> None:
    body = '<a href="/membership/">Membership</a><a href="/give/">Donate</a>'

    assert read(page(body=body)).giving[0].endswith("/give/")


def test_a_desk_of_the_site_is_written_to_rather_than_a_person_elsewhere() -> None:
    addresses = ("ana@agency.example.net", "ana@estuary.example.org", "redaccion@estuary.example.org?subject=x")
    body = "".join(f'<a href="mailto:{address}">Mail</a>' for address in addresses)

    assert read(page(body=body)).contact == "redaccion@estuary.example.org"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Home - The Estuary Desk", "The Estuary Desk"),
        ("The Estuary Desk | Reporting from the coast", "The Estuary Desk"),
        ("The Estuary Desk – RSS", "The Estuary Desk"),
        ("World // The Estuary Desk", "The Estuary Desk"),
        ("Últimas noticias » El Estuario", "El Estuario"),
        ('The "Estuary" \\ Desk', 'The "Estuary" \\ Desk'),
        ("Inicio", ""),
    ],
)
def test_a_name_is_what_is_left_of_a_title(title: str, name: str) -> None:
    assert names.of_site(read(page(f"<title>{title}</title>")), "https://estuary.example.org/").value == name


def test_what_the_page_calls_the_site_wins_over_the_titles_of_feeds() -> None:
    head = '<meta property="og:site_name" content="The Estuary Desk"><title>News</title>'

    assert names.of_site(read(page(head)), "", [("Latest news", "https://x.example.org/")]).value == "The Estuary Desk"


WINTER, SUMMER = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("winter", "summer", "language", "host", "zone"),
    [
        (-5, -5, "es", "estuary.example", "America/Bogota"),
        (-5, -4, "en-US", "estuary.example", "America/New_York"),
        (-3, -3, "pt-BR", "estuary.example", "America/Sao_Paulo"),
        (1, 2, "es-ES", "estuary.example", "Europe/Madrid"),
        (-11, -11, "eo", "estuary.example", "Etc/GMT+11"),
        (0, 0, "es", "estuary.com.co", "America/Bogota"),
        (0, 0, "en", "estuary.co", "UTC"),
        (0, 0, "en", "estuary.example", "UTC"),
    ],
)
def test_a_zone_is_guessed_from_clock_language_and_country(
    winter: int, summer: int, language: str, host: str, zone: str
) -> None:
    moments = [(WINTER, timedelta(hours=winter)), (SUMMER, timedelta(hours=summer))]

    assert zones.guess(moments, language, host, "the times").value == zone


@given(st.binary(max_size=2000))
def test_no_home_page_is_too_broken_to_be_read(body: bytes) -> None:
    found = home.read(Response("https://estuary.example.org/", 200, {}, b"<html><a href=x " + body))

    assert isinstance(found.contact + found.title + found.license_url + found.giving[0], str)
