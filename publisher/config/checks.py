"""What tables of the config must agree on: names given once, a text for every language, a way out by https.

Each check asks some tables and runs when those are sound, so that its mistakes are told beside those of others.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import get_origin

from pydantic import BaseModel

from publisher.config.fields import is_per_language
from publisher.config.mistakes import Mistake, nearest, shown
from publisher.config.newsletters import EXCERPTS, Newsletter, Rules
from publisher.config.positions import Path
from publisher.config.settings import ALL, REPUBLISH, is_aligned
from publisher.config.values import address_in, names_for
from publisher.config.whole import Settings
from publisher.model import ARCHIVE, CORRECTIONS

OURS = (ARCHIVE, CORRECTIONS, "lead", "out")
"""What parts of an issue are called that no section is."""


def disagreements(settings: Settings, sound: Collection[str]) -> Iterator[Mistake]:
    """Find what tables say against each other, as far as they are among the sound ones of `settings`."""
    for check, asked in _CHECKS:
        if asked <= set(sound):
            yield from check(settings)


def _names_are_unique(settings: Settings) -> Iterator[Mistake]:
    yield from _twice(((("sources", at, "name"), source.name) for at, source in enumerate(settings.sources)), "source")


def _keys_are_unique(settings: Settings) -> Iterator[Mistake]:
    keys = ((("newsletters", at, "key"), newsletter.key) for at, newsletter in enumerate(settings.newsletters))
    yield from _twice(keys, "newsletter")
    for path, newsletter in _newsletters(settings):
        sections = [((*path, "sections", at), section) for at, section in enumerate(newsletter.sections)]
        yield from _twice((((*where, "key"), section.key) for where, section in sections), "section")
        for where, section in sections:
            if section.key in OURS:
                yield Mistake(
                    (*where, "key"), f"{shown(section.key)} is a part that every issue may have; give another key"
                )
        takers = [where for where, section in sections if section.everything_else]
        for where in takers[1:]:
            yield Mistake((*where, "everything_else"), "is true for an earlier section; keep one")


def _twice(named: Iterable[tuple[Path, str]], what: str) -> Iterator[Mistake]:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield Mistake(path, f"{shown(name)} is an earlier {what}'s; give each its own")
        seen.add(name)


def _keys_sign_for_the_mails(settings: Settings) -> Iterator[Mistake]:
    mails = address_in(settings.delivery.sender).rpartition("@")[2]
    for at, key in enumerate(settings.delivery.dkim):
        if not is_aligned(mails, key.domain):
            yield Mistake(
                ("delivery", "dkim", at, "domain"),
                f"{shown(key.domain)} is neither the domain of delivery.from ({shown(mails)}) nor one above it; "
                "receivers believe no other",
            )


def _every_feed_has_its_address(settings: Settings) -> Iterator[Mistake]:
    newsletters = {newsletter.key for newsletter in settings.newsletters}
    for path, newsletter in _newsletters(settings):
        keys = [((*path, "key"), newsletter.key, {ALL, REPUBLISH})]
        for at, section in enumerate(newsletter.sections):
            keys.append(((*path, "sections", at, "key"), section.key, {ALL, REPUBLISH, *newsletters}))
        for where, key, taken in keys:
            if key in taken:
                yield Mistake(where, f"{shown(key)} names another feed; give another key")


def _newsletters(settings: Settings) -> Iterator[tuple[Path, Newsletter]]:
    for at, newsletter in enumerate(settings.newsletters):
        yield ("newsletters", at), newsletter


def _newsletters_languages_are_published(settings: Settings) -> Iterator[Mistake]:
    published = settings.publication.languages
    for path, newsletter in _newsletters(settings):
        for language in newsletter.languages:
            if language not in published:
                words = f"{shown(language)} is not in publication.languages; add it there, or leave it out"
                yield Mistake((*path, "languages"), words)


def _texts_of(table: str) -> Callable[[Settings], Iterator[Mistake]]:
    def check(settings: Settings) -> Iterator[Mistake]:
        for path, texts, is_required in _texts(getattr(settings, table), (table,)):
            yield from _wrong_languages(path, texts, settings.publication.languages, is_required)

    return check


def _texts(value: object, path: Path, *, is_required: bool = True) -> Iterator[tuple[Path, dict[str, str], bool]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if get_origin(field.annotation) is not dict or is_per_language(field.annotation):
                yield from _texts(getattr(value, name), (*path, name), is_required=field.is_required())
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _texts(item, (*path, at))
    elif isinstance(value, dict):
        yield path, value, is_required


def _wrong_languages(
    path: Path, texts: dict[str, str], published: tuple[str, ...], is_required: bool
) -> Iterator[Mistake]:
    served = {name for language in published for name in names_for(language)}
    for language in texts:
        if language not in served:
            yield Mistake((*path, language), f"is not in publication.languages; {nearest(language, published)}")
    missing = [language for language in published if not any(name in texts for name in names_for(language))]
    if missing and (texts or is_required):
        yield Mistake(path, f'has no text for {shown(missing[0])}; add {missing[0]} = "…"')


def _categories_name_published_languages(settings: Settings) -> Iterator[Mistake]:
    published = settings.publication.languages
    for at, source in enumerate(settings.sources):
        for language in source.language_categories:
            if language not in published:
                path = ("sources", at, "language_categories", language)
                yield Mistake(path, f"is not in publication.languages; {nearest(language, published)}")


def _rules_name_what_there_is(settings: Settings) -> Iterator[Mistake]:
    sources, published = [source.name for source in settings.sources], settings.publication.languages
    for path, rules in _rules(settings):
        for source in rules.sources:
            if source not in sources:
                yield Mistake((*path, "sources"), f"{shown(source)} is no source; {nearest(source, sources)}")
        for language in rules.languages:
            if not any(language in names_for(one) for one in published):
                words = f"is not in publication.languages; {nearest(language, published)}"
                yield Mistake((*path, "languages"), f"{shown(language)} {words}")


def _rules(settings: Settings) -> Iterator[tuple[Path, Rules]]:
    for path, newsletter in _newsletters(settings):
        yield (*path, "lead"), newsletter.lead
        for at, section in enumerate(newsletter.sections):
            yield (*path, "sections", at), section


def _excerpts_name_parts(settings: Settings) -> Iterator[Mistake]:
    known = [*EXCERPTS, *settings.publication.parts]
    for path, newsletter in _newsletters(settings):
        for at, section in enumerate(newsletter.sections):
            if section.excerpt not in known:
                words = f"is not in publication.parts; {nearest(section.excerpt, known)}"
                yield Mistake((*path, "sections", at, "excerpt"), f"{shown(section.excerpt)} {words}")


def _audiences_are_unique(settings: Settings) -> Iterator[Mistake]:
    tags = ((("appeal", "audiences", at, "tag"), audience.tag) for at, audience in enumerate(settings.appeal.audiences))
    yield from _twice(tags, "audience")


def _one_click_needs_https(settings: Settings) -> Iterator[Mistake]:
    address = settings.web.base_url
    if settings.delivery.transport == "smtp" and not address.startswith("https://"):
        yield Mistake(
            ("web", "base_url"),
            f"{shown(address)} is no https address; the one-click link of RFC 8058 needs one, so put a web server "
            "with TLS in front before mail leaves by SMTP",
        )


_CHECKS: tuple[tuple[Callable[[Settings], Iterator[Mistake]], frozenset[str]], ...] = (
    (_names_are_unique, frozenset({"sources"})),
    (_keys_are_unique, frozenset({"newsletters"})),
    (_every_feed_has_its_address, frozenset({"newsletters"})),
    (_newsletters_languages_are_published, frozenset({"publication", "newsletters"})),
    (_categories_name_published_languages, frozenset({"publication", "sources"})),
    (_rules_name_what_there_is, frozenset({"publication", "sources", "newsletters"})),
    (_excerpts_name_parts, frozenset({"publication", "newsletters"})),
    (_audiences_are_unique, frozenset({"appeal"})),
    (_texts_of("publication"), frozenset({"publication"})),
    (_texts_of("appeal"), frozenset({"publication", "appeal"})),
    (_texts_of("newsletters"), frozenset({"publication", "newsletters"})),
    (_keys_sign_for_the_mails, frozenset({"delivery"})),
    (_one_click_needs_https, frozenset({"delivery", "web"})),
)
