"""Looks at a site and says what it is: how its articles can be collected, what it is called, in which languages.

A WordPress whose posts are open comes first, then feeds, then pages. Whatever is told is a guess with its evidence;
only a site that does not answer at all is an error. Nothing of it is kept: a person reads it and decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from publisher.collect.survey import asking, feeds, names, pages, sections, tongues, wordpress, zones
from publisher.collect.survey import home as homes
from publisher.collect.survey.findings import Collected, FoundSection, FoundSource, Guess, Survey
from publisher.collect.survey.home import Home
from publisher.errors import PublisherError
from publisher.fetch import Door

__all__ = ["FoundSection", "FoundSource", "Guess", "Survey", "look"]

_MOST_TRANSLATIONS = 3
_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"


def look(door: Door, url: str, now: datetime, taken: Sequence[str] = ()) -> Survey:
    """Look at the site at `url`, which may be a feed too; no section's key is among those `taken`.

    Raises:
        FarEndError: when it does not answer.
    """
    answer = door.get(url, accept=_ACCEPT)
    if feeds.is_feed(answer):
        found = feeds.of_answer(door, answer, now, "", "the address itself, which is a feed")
        homes_ = [_home(door, found.home) or Home(found.home)]
        collected = _of_feeds((found,), homes_[0])
    else:
        first = homes.read(answer)
        homes_ = [first, *_translations(door, first)]
        collected = _collected(door, homes_, now)
    return _survey(collected, homes_, taken)


def _home(door: Door, url: str) -> Home | None:
    try:
        answer = door.get(url, accept=_ACCEPT)
    except PublisherError:
        return None  # it only adds to what is known
    return None if feeds.is_feed(answer) else homes.read(answer)


def _translations(door: Door, first: Home) -> list[Home]:
    found = []
    for language, url in list(first.translations.items())[:_MOST_TRANSLATIONS]:
        home = _home(door, url)
        if home and home.url != first.url and tongues.tag(home.language) in (language, ""):
            found.append(replace(home, named_language=language))
    return found


def _collected(door: Door, homes_: Sequence[Home], now: datetime) -> Collected:
    try:
        site, closed = asking.find(door, *homes_), ""
    except PublisherError as error:
        site, closed = None, str(error) if homes_[0].names_wordpress() else ""
    if site and site.posts:
        return wordpress.collected(homes_, site)
    found = feeds.find(door, homes_, now)
    if found:
        why = f" (it is a WordPress that cannot be asked: {closed})" if closed else ""
        return _of_feeds([replace(one, evidence=one.evidence + why) for one in found], homes_[0])
    return wordpress.collected(homes_, site) if site else pages.collected(door, homes_[0])


def _of_feeds(found: Sequence[feeds.FoundFeed], home: Home) -> Collected:
    name = names.of_site(home, found[0].home, [(one.title, one.url) for one in found])
    licensed = next((one for one in found if one.license_url), None)
    return Collected(
        sources=tuple(_source(one, found) for one in found),
        site=found[0].home,
        name=name,
        moments=tuple(moment for one in found for moment in one.moments),
        languages=tuple(feeds.languages(found)),
        ranked=sections.ranked((article for one in found for article in one.articles), name.value),
        license_url=Guess(licensed.license_url, f"the feed {licensed.url}") if licensed else Guess(""),
    )


def _source(one: feeds.FoundFeed, found: Sequence[feeds.FoundFeed]) -> Guess[FoundSource]:
    """Name a feed by its language where that tells it from the others."""
    akin = [other for other in found if other.language == one.language]
    of_language = f"feed-{one.language}" if one.language != found[0].language else "feed"
    name = of_language if one is akin[0] else f"{of_language}-{akin.index(one) + 1}"
    language = Guess(one.language, one.language_evidence)
    return Guess(FoundSource(name, "feed", one.url, language, full_text=feeds.full_text(one)), one.evidence)


def _survey(collected: Collected, homes_: Sequence[Home], taken: Sequence[str]) -> Survey:
    first = homes_[0]
    url = collected.site or first.url
    url = url if urlsplit(url).path else urljoin(url, "/")
    languages = _languages(collected, homes_)
    found = sections.of(collected, languages.value, taken)
    return Survey(
        url=url,
        sources=collected.sources,
        name=collected.name if collected.name.value else names.of_site(first, url),
        languages=languages,
        zone=collected.zone if collected.zone.value else _zone(collected, homes_, url, languages.value[0]),
        sections=Guess(found, "the most used categories" if found else ""),
        license_url=_license(collected, homes_),
        giving=_giving(homes_, languages.value),
        contact=Guess(first.contact, "a mail link of the home page") if first.contact else Guess(""),
    )


def _languages(collected: Collected, homes_: Sequence[Home]) -> Guess[tuple[str, ...]]:
    """Give the languages, the site's own first."""
    of_pages = tongues.tags(home.language for home in homes_)
    known = tongues.tags((*of_pages[:1], *collected.languages, *of_pages))
    told = {"its home page": bool(of_pages), "its articles": bool(tongues.tags(collected.languages))}
    return Guess(known or ("en",), " and ".join(name for name, is_so in told.items() if is_so))


def _zone(collected: Collected, homes_: Sequence[Home], url: str, language: str) -> Guess[str]:
    moments, evidence = collected.moments, "the times of its articles"
    if not any(offset for _, offset in moments):  # many systems write all times in UTC for programs
        moments, evidence = homes_[0].moments, "the times on its home page"
    return zones.guess(moments, homes_[0].language or language, urlsplit(url).hostname or "", evidence)


def _license(collected: Collected, homes_: Sequence[Home]) -> Guess[str]:
    linked = next((home for home in homes_ if home.license_url), None)
    return Guess(linked.license_url, f"the license that {linked.url} names") if linked else collected.license_url


def _giving(homes_: Sequence[Home], languages: Sequence[str]) -> Guess[Mapping[str, str]]:
    found: dict[str, str] = {}
    words: dict[str, None] = {}
    for home in homes_:
        url, said = home.giving
        language = tongues.tag(home.language) or languages[0]
        if url and language in languages and language not in found:
            found[language] = url
            words.setdefault(f'"{said or url}"')
    return Guess(found, f"the link {' and '.join(words)} of the home page" if found else "")
