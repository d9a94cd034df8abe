"""Which addresses of a site are articles, as far as an address tells.

What the config says decides (`article_urls`); without it, addresses that are plainly something else are left out: home
pages, lists, people, files. What remains is asked for, and its page tells.
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from publisher.collect import identity
from publisher.config import Source
from publisher.errors import UnreadableInput

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|pdf|docx?|xlsx?|pptx?|odt|zip|gz|rar|mp[34]|m4[av]|wav|og[gv]|webm|"
    r"mov|avi|css|js|json|xml|rss|atom|txt|csv|ics|epub|woff2?|apk|exe)\Z",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cfm|do)\Z", re.IGNORECASE)
_LIST_WORDS = """
    tag tags etiqueta etiquetas palabra-clave topic topics tema temas tematica thema themen category categories
    categoria categorias categorie kategorie rubrique author authors autor autores autora autoras auteur auteurs autore
    by people person persona profile profiles perfil user users member members archive archives archivo archivos
    hemeroteca
    """
_LISTS = frozenset(_LIST_WORDS.split())
"""Folders of addresses under which lists and people stand."""
_MACHINE_WORDS = """
    search buscar busca busqueda buscador recherche suche login logout signin signup register registro account cuenta
    wp-admin wp-login wp-content wp-includes wp-json cgi-bin feed feeds rss atom amp embed print trackback comments cart
    carrito checkout basket subscribe suscribete suscripcion newsletter newsletters unsubscribe cdn-cgi xmlrpc
    """
_MACHINERY = frozenset(_MACHINE_WORDS.split())
_HOUSE_WORDS = """
    about about-us aboutus contact contact-us contacto contacta contactenos kontakt impressum imprint legal privacy
    privacy-policy politica-de-privacidad aviso-legal aviso-de-privacidad terms terms-of-use terms-of-service
    terms-and-conditions terminos-y-condiciones cookies cookie-policy politica-de-cookies donate donar dona donaciones
    support-us apoyanos quienes-somos sobre-nosotros nosotros acerca acerca-de quem-somos sobre equipo team staff
    our-team masthead jobs careers advertise publicidad faq sitemap site-map mapa-del-sitio mapa-web home index inicio
    offline 404 thank-you gracias
    """
_HOUSE = frozenset(_HOUSE_WORDS.split())
"""Pages about the newsroom itself."""
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?")
_YEAR, _MONTH, _DAY = r"/(?P<year>(?:19|20)[0-9]{2})", r"(?P<month>0[1-9]|1[0-2]|[1-9])", r"(?P<day>[0-3]?[0-9])"
_DATES = (
    re.compile(rf"{_YEAR}/{_MONTH}(?:/{_DAY})?(?=/|\Z)"),
    re.compile(rf"{_YEAR}(?P<mark>[-_]){_MONTH}(?P=mark){_DAY}(?![0-9])"),
    re.compile(rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>[0-3][0-9])(?![0-9])"),
)
"""Days and months as folders, or with which a part of the path begins; elsewhere they are words of a title."""
_WORDS = re.compile(r"(?:[-_+.,~]|%20)++")
_NUMBER = re.compile(r"[0-9]{4,}")
_NAMED_BY_NUMBER = re.compile(
    r"(?:^|&)(?:\w{0,20}id|p|art\w{0,10}|story|post|node|news|nota|noticia|doc|item|view)=\w{0,40}?[0-9]", re.IGNORECASE
)
"""A query that names an article, and not a page of a list."""


def named(written: str, base: str) -> str:
    """Give the identity of an address that a list names, counted from `base`; empty where it is none."""
    if not written.strip():
        return ""
    try:
        return identity.canonical_url(identity.absolute(base, written))
    except UnreadableInput:
        return ""


def is_of_site(url: str, home: str) -> bool:
    """Whether two addresses are of one site: the same name, or one below the other."""
    one, other = ((urlsplit(address).hostname or "").removeprefix("www.") for address in (url, home))
    return one == other or any(
        "." in above and below.endswith(f".{above}") for above, below in ((one, other), (other, one))
    )


def may_be_article(url: str, source: Source) -> bool:
    """Whether an address that a sitemap lists is worth asking for."""
    if source.article_urls is not None:
        return re.search(source.article_urls, url) is not None
    return not is_plainly_none(url)


def is_linked_article(url: str, listing: str, source: Source, *, in_heading: bool) -> bool:
    """Whether an address that a page links to is that of an article: its last part is a sentence, a date or a number.

    Below a heading, two words or a place further down than the page itself are enough.
    """
    if source.article_urls is not None:
        return re.search(source.article_urls, url) is not None
    if is_plainly_none(url):
        return False
    parts, segments = urlsplit(url), _segments(url)
    slug = _PAGE.sub("", segments[-1]) if segments else ""
    words = sum(1 for word in _WORDS.split(slug) if word)
    if words >= 3 or _NUMBER.search(slug) or _NAMED_BY_NUMBER.search(parts.query) or latest(url):
        return True
    return in_heading and (words == 2 or re.search(r"[0-9]", slug) is not None or _is_below(url, listing))


def latest(url: str) -> datetime | None:
    """Give the end of the day, or of the month, that an address names."""
    found = next((match for date in _DATES if (match := date.search(urlsplit(url).path))), None)
    if found is None:
        return None
    year, month = int(found["year"]), int(found["month"])
    try:
        if found["day"]:
            return datetime(year, month, int(found["day"]), tzinfo=UTC) + timedelta(days=2)
        return datetime(year + month // 12, month % 12 + 1, 2, tzinfo=UTC)
    except ValueError:
        return None


def is_plainly_none(url: str) -> bool:
    """Whether an address is plainly that of something else: a home page, a list, a person, a file."""
    parts, segments = urlsplit(url), [segment.lower() for segment in _segments(url)]
    if segments and _LANGUAGE.fullmatch(segments[0]):
        del segments[0]
    if not segments or _PAGE.sub("", segments[-1]) == "index":
        return _NAMED_BY_NUMBER.search(parts.query) is None
    last = _PAGE.sub("", segments[-1])
    return (
        _FILE.search(last) is not None
        or segments[0] in _LISTS
        or not _MACHINERY.isdisjoint([*segments[:-1], last])
        or (len(segments) <= 2 and last in _HOUSE)
        or (len(segments) >= 2 and segments[-2] in ("page", "pagina", "seite") and last.isdigit())
        or (len(segments) <= 3 and all(segment.isdigit() for segment in segments) and len(segments[0]) == 4)
    )


def _is_below(url: str, listing: str) -> bool:
    here = [segment for segment in _segments(listing) if not _PAGE.search(segment)]
    return len(_segments(url)) > len(here) and _segments(url)[: len(here)] == here and bool(here)


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]
