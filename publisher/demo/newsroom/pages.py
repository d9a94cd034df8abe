"""The sample newsroom's pages for people: home, articles, lists by term or author, and where to give."""

from dataclasses import dataclass

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from publisher.demo.newsroom.answers import HTML, Answer
from publisher.demo.newsroom.archive import LANGUAGES, TERM_PATHS, Archive, Post, slug
from publisher.demo.newsroom.manuscripts import HERE

SITE = "The Estuary Desk"
TAGLINES = {
    "en": "Reporting on organized crime, freely shared",
    "es": "Periodismo sobre crimen organizado, libre de compartir",
}
SECTIONS = {"en": ("Investigations", "Analysis", "News"), "es": ("Investigaciones", "Análisis", "Noticias")}
HOMES = {"en": "/", "es": "/es/"}
GIVING = {"en": "/donate/", "es": "/es/donar/"}
STYLE = "/wp-content/themes/estuary/style.css"
_ON_HOME = 14
_LOCALES = {"en": "en_GB", "es": "es"}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Nav:
    """The links at the top of every page in one language."""

    language: str
    home: str
    sections: tuple[tuple[str, str], ...]
    giving: str
    other_language: str
    other: str


def answer(archive: Archive, path: str) -> Answer:
    """Answer with the page at `path`, or with a page that says there is none."""
    for language in LANGUAGES:
        if path == HOMES[language]:
            posts = [post for post in archive.posts if post.language == language][:_ON_HOME]
            return _page(archive, "home.html", language, path, title=SITE, posts=posts)
        if path == GIVING[language]:
            return _page(archive, "giving.html", language, path, title=SITE)
    post = archive.by_slug.get(path.strip("/").rpartition("/")[2])
    if post and post.path == path:
        return _article(archive, post)
    return _list(archive, path) or _page(archive, "missing.html", _language_of(path), path, status=404, title=SITE)


def _article(archive: Archive, post: Post) -> Answer:
    twin = next((twin for twin in archive.translations(post).values() if twin is not post), None)
    other = twin.path if twin else HOMES[_other(post.language)]
    kicker = next((term for term in post.terms if term.taxonomy == "kicker"), None)
    tags = {term.slug for term in post.terms if term.taxonomy == "post_tag"}
    return _page(
        archive,
        "article.html",
        post.language,
        post.path,
        other=other,
        title=post.manuscript.title,
        post=post,
        kicker=kicker,
        body=archive.body(post),
        retracted="retracted" in tags,
    )


def _list(archive: Archive, path: str) -> Answer | None:
    """Give the posts of a term or an author, at the addresses that the REST API names."""
    group, _, name = path.strip("/").partition("/")
    taxonomy = next((taxonomy for taxonomy, place in TERM_PATHS.items() if place == group), "")
    for term in archive.terms:
        if (term.taxonomy, term.slug) == (taxonomy, name):
            return _posts_of(archive, path, term.name, "", [post for post in archive.posts if term in post.terms])
    for person in archive.people:
        if (group, name) == ("author", person.slug):
            posts = [post for post in archive.posts if person in post.authors]
            return _posts_of(archive, path, person.name, person.about, posts)
    return None


def _posts_of(archive: Archive, path: str, title: str, about: str, posts: list[Post]) -> Answer:
    language = posts[0].language if posts and len({post.language for post in posts}) == 1 else LANGUAGES[0]
    return _page(archive, "list.html", language, path, title=title, about=about, posts=posts)


def _page(
    archive: Archive, template: str, language: str, path: str, *, other: str = "", status: int = 200, **view: object
) -> Answer:
    nav = Nav(
        language,
        HOMES[language],
        tuple((name, f"/category/{slug(name)}/") for name in SECTIONS[language]),
        GIVING[language],
        _other(language),
        other or (GIVING if path == GIVING[language] else HOMES)[_other(language)],
    )
    text = _templates.get_template(template).render(
        site=SITE,
        tagline=TAGLINES[language],
        nav=nav,
        style=STYLE,
        canonical=archive.url + path,
        day=lambda post: format_date(post.published, "long", locale=_LOCALES[language]),
        and_word={"en": " and ", "es": " y "}[language],
        **view,
    )
    return Answer(text.encode(), HTML, status)


def _other(language: str) -> str:
    return next(other for other in LANGUAGES if other != language)


def _language_of(path: str) -> str:
    return next((language for language in LANGUAGES if path.startswith(f"/{language}/")), LANGUAGES[0])
