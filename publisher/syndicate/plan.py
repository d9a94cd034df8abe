"""Which feeds there are, and what each holds.

`all` is everything in every language. Each language has `all`, one feed for each newsletter with its issues, one
for each section, and `republish`. The newest entry comes first.

A section's key may stand in two newsletters: it is one feed then, of what either takes, under the title of the
newsletter listed first. The config sees to it that no key is another feed's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from publisher import addresses, markup, rights
from publisher.config import Newsletter, Section, Settings, in_language
from publisher.config.settings import ALL, REPUBLISH
from publisher.languages import locale
from publisher.model import Issue, StoredArticle
from publisher.sections import section_of, speaks
from publisher.syndicate import entries
from publisher.syndicate.view import Entry, Feed
from publisher.syndicate.words import words_in


def feeds(settings: Settings, articles: Iterable[StoredArticle], issues: Iterable[Issue]) -> list[Feed]:
    """Plan every feed, in the order people find them listed."""
    shown, published = _newest_first(articles), _newest_issues_first(issues)
    found = [_everything(settings, shown)]
    for language in settings.publication.languages:
        found += _in_language(settings, language, shown, published)
    return found


def _newest_first(articles: Iterable[StoredArticle]) -> list[StoredArticle]:
    kept = [stored for stored in articles if stored.retracted_at is None and not stored.article.retracted]
    by_url = sorted(kept, key=lambda stored: stored.article.url)
    return sorted(by_url, key=lambda stored: stored.article.published, reverse=True)


def _newest_issues_first(issues: Iterable[Issue]) -> list[Issue]:
    by_name = sorted(issues, key=lambda issue: (issue.newsletter, issue.language))
    return sorted(by_name, key=lambda issue: issue.period.start, reverse=True)


@dataclass(frozen=True, slots=True)
class _Name:
    """What a feed is called. `label_is_ours`: in our words, not the newsroom's."""

    key: str
    label: str
    about: str
    title: str = ""
    label_is_ours: bool = False


def _everything(settings: Settings, shown: Sequence[StoredArticle]) -> Feed:
    words, publication = words_in(settings.publication.languages[0])[1], settings.publication.name
    about = words.everything_about.format(publication=publication)
    name = _Name(ALL, words.everything, about, title=publication, label_is_ours=True)
    return _feed(settings, "", name, _whole(settings, shown))


def _in_language(
    settings: Settings, language: str, shown: Sequence[StoredArticle], issues: Sequence[Issue]
) -> Iterator[Feed]:
    spoken = [stored for stored in shown if speaks(stored.article.language, language)]
    words = words_in(language)[1]
    yield _all_articles(settings, language, spoken)
    for newsletter in _newsletters(settings, language):
        mine = [issue for issue in issues if (issue.newsletter, issue.language) == (newsletter.key, language)]
        held = [entries.of_issue(issue, settings) for issue in mine[: settings.feeds.entries]]
        name = _Name(newsletter.key, in_language(newsletter.title, language), words.newsletter_about)
        yield _feed(settings, language, name, held)
    for shelf in _shelves(settings, language, spoken):
        taken = [stored for stored in spoken if stored.article.url in shelf.urls]
        about = words.section_about.format(newsletter=in_language(shelf.newsletter.title, language))
        name = _Name(shelf.section.key, in_language(shelf.section.title, language), about)
        yield _feed(settings, language, name, _whole(settings, taken))
    whole = [stored for stored in spoken if not rights.refusal(stored, settings)]
    copies = [entries.of_copy(stored, settings) for stored in whole[: settings.feeds.entries]]
    yield _feed(
        settings, language, _Name(REPUBLISH, words.republish, words.republish_about, label_is_ours=True), copies
    )


def _all_articles(settings: Settings, language: str, spoken: Sequence[StoredArticle]) -> Feed:
    our_language, words = words_in(language)
    own_name, name_to_us = (locale(language).get_display_name(tag) or language for tag in (None, our_language))
    about, title = words.all_articles_about.format(language=name_to_us), f"{settings.publication.name} ({own_name})"
    name = _Name(ALL, words.all_articles, about, title, label_is_ours=True)
    return _feed(settings, language, name, _whole(settings, spoken))


def _whole(settings: Settings, newest: Sequence[StoredArticle]) -> list[Entry]:
    return [entries.of_article(stored, settings) for stored in newest[: settings.feeds.entries]]


def _newsletters(settings: Settings, language: str) -> list[Newsletter]:
    return [newsletter for newsletter in settings.newsletters if language in settings.languages_of(newsletter)]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A section with the addresses of the articles that it takes; `newsletter` is the first that lists it."""

    section: Section
    newsletter: Newsletter
    urls: set[str] = field(default_factory=set)


def _shelves(settings: Settings, language: str, spoken: Sequence[StoredArticle]) -> Iterable[_Shelf]:
    shelves: dict[str, _Shelf] = {}
    for newsletter in _newsletters(settings, language):
        for section in newsletter.sections:
            shelves.setdefault(section.key, _Shelf(section, newsletter))
        for stored in spoken:
            taken = section_of(newsletter.sections, stored.article)
            if taken is not None:
                shelves[taken.key].urls.add(stored.article.url)
    return shelves.values()


def _feed(settings: Settings, folder: str, name: _Name, held: Sequence[Entry]) -> Feed:
    language = folder or settings.publication.languages[0]
    about_language, publication = words_in(language)[0], markup.one_line(settings.publication.name)
    label, notice = markup.one_line(name.label), rights.notice(settings, language)
    return Feed(
        name=f"{folder}/{name.key}" if folder else name.key,
        folder=folder,
        language=language,
        label=label,
        label_language=about_language if name.label_is_ours else language,
        about=markup.one_line(name.about),
        about_language=about_language,
        title=markup.one_line(name.title) or f"{publication}: {label}",
        base_url=addresses.of_feeds(settings),
        home_url=settings.publication.url,
        newsroom=publication,
        rights=markup.one_line(rights.copyright_line(settings, language)),
        notice=replace(notice, statement=markup.one_line(notice.statement)),
        appeal=rights.appeal(settings, language),
        hubs=settings.feeds.hubs,
        ttl_minutes=settings.schedule.collect_minutes,
        entries=tuple(held),
    )
