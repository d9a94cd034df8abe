"""Composes the issues of a newsletter for a period: one in each of its languages.

Composing again gives the same issue, with what was collected since and what an editor changed; an issue that was
approved is frozen and stays as it is. One that lacks a source is held: half a week never goes out unseen.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher import compose as stage
from publisher.compose import archive, corrections, stories
from publisher.compose import period as periods
from publisher.compose.findings import Kind, finding
from publisher.config import Newsletter, Settings
from publisher.errors import UsageError
from publisher.model import (
    ARCHIVE,
    CORRECTIONS,
    Article,
    Edits,
    Finding,
    Issue,
    IssueState,
    Period,
    Placement,
    Reason,
    StoredArticle,
)
from publisher.store import Store, Transaction, articles, issue_events, issues, selection, terms
from publisher.tasks import freshness

EMPTY = "the week has no article"
WHOLE = "it was held, and lacks nothing any more; approve it"
REACH = timedelta(days=28)
"""How far before its issue's period an article that came in late may have been published."""


@dataclass(frozen=True, slots=True)
class ComposedIssue:
    """What came of one language: the issue's id, how many articles it carries, its state, and what is odd about it."""

    id: int
    language: str
    articles: int
    state: IssueState
    held_because: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def frozen(self) -> bool:
        """Whether the issue was approved or cancelled before, and was left as it is."""
        return self.state not in issues.OPEN


def compose(
    store: Store,
    settings: Settings,
    newsletter_key: str,
    now: datetime,
    period_name: str | None = None,
    language: str | None = None,
    *,
    by_schedule: bool = False,
) -> list[ComposedIssue]:
    """Compose the issues of `period_name`, or of the week that holds `now`.

    Raises:
        UsageError: for a newsletter, language or period that is none, or a period that has not begun.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    languages = settings.languages_of(newsletter)
    if language is not None and language not in languages:
        raise UsageError(f'newsletter "{newsletter.key}" has no issue in "{language}"; it has {", ".join(languages)}')
    zone = settings.publication.zone
    period = periods.week(period_name, zone) if period_name else periods.week_of(now, zone)
    if period.start > now:
        raise UsageError(
            f"week {period.name} has not begun; it can be composed from {period.start.astimezone(zone):%F}"
        )
    made = []
    for one in [language] if language else languages:
        with store.writing() as transaction:
            made.append(compose_in(transaction, settings, newsletter, one, period, now, by_schedule=by_schedule))
    return made


def is_empty(
    store: Store, settings: Settings, newsletter: Newsletter, language: str, period: Period, now: datetime
) -> bool:
    """Tell whether an issue would carry no article; nothing is written."""
    with store.reading() as transaction:
        known = issues.find(transaction, newsletter.key, language, period.name)
        made = _made(transaction, settings, newsletter, language, period, known, 0, now)
    return not any(placement.is_told for placement in made.placements)


def known_newsletter(settings: Settings, key: str) -> Newsletter:
    """Find a newsletter.

    Raises:
        UsageError: naming those there are.
    """
    newsletter = settings.newsletter(key)
    if newsletter is None:
        known = ", ".join(newsletter.key for newsletter in settings.newsletters)
        raise UsageError(f'newsletter "{key}" is not in the config; it has {known}')
    return newsletter


def compose_in(
    transaction: Transaction,
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    now: datetime,
    *,
    edited: bool = False,
    by_schedule: bool = False,
) -> ComposedIssue:
    """Compose the issue of one language within a transaction.

    One that was just `edited` is not held for a source that was not collected meanwhile: its editor saw that week. One
    that is composed `by_schedule` is decided about by the schedule once it lacks nothing.
    """
    known = issues.find(transaction, newsletter.key, language, period.name)
    if known is not None and known.state not in issues.OPEN:
        return ComposedIssue(known.id, language, len(issues.told(transaction, known.id)), known.state)
    number = known.number if known else issues.next_number(transaction, newsletter.key, language)
    made = _made(transaction, settings, newsletter, language, period, known, number, now)
    issue_id = issues.put(
        transaction,
        newsletter.key,
        language,
        period,
        number,
        made.title,
        made.placements,
        made.variant,
        now,
        audiences=made.audiences,
        findings=(*made.findings, *_kept_back(transaction, newsletter, language, period)),
    )
    issue_events.add(transaction, issue_id, now, "", "composed")
    carries = sum(placement.is_told for placement in made.placements)
    is_due = now >= periods.scheduled(period, newsletter.schedule, settings.publication.zone)
    why = freshness.lacking(transaction, settings, min(now, period.end))
    why = why or (EMPTY if is_due and not carries else "")
    waits_for_ever = newsletter.approval == "automatic" and is_due and not by_schedule
    issue = _held_or_not(transaction, issue_id, why, WHOLE if waits_for_ever else "", now, edited=edited)
    return ComposedIssue(issue_id, language, carries, issue.state, issue.held_because, made.findings)


def _made(
    transaction: Transaction,
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    known: Issue | None,
    number: int,
    now: datetime,
) -> stage.Composed:
    edits = known.edits if known else Edits()
    previous = issues.previous(transaction, newsletter.key, language, period.start)
    done = selection.done(transaction, newsletter.key, language, period)
    own = issues.told(transaction, known.id) if known else frozenset[int]()
    wanted = {*done.waiting, *own, *edits.sections, *edits.dropped, edits.lead}
    candidates = _candidates(transaction, period, previous, wanted, now)
    earlier = stage.Earlier(
        carried=done.carried,
        refused=done.refused,
        waiting=done.waiting,
        own=own,
        later=done.later,
        since=previous.period.start if previous else None,
        composed=previous.composed if previous else None,
        story=stories.stories(candidates, articles.identity),
        corrected=_corrected(transaction, newsletter, language, period),
        related=_Library(transaction, newsletter, language, period),
    )
    return stage.compose(candidates, settings, newsletter, language, period, number, earlier, now, edits)


def amended(
    transaction: Transaction,
    settings: Settings,
    newsletter: Newsletter,
    issue: Issue,
    placements: Sequence[Placement],
    now: datetime,
    instant: datetime | None,
) -> stage.Composed:
    """Compose the issue of a period with its edits, of what it stands of and what an editor takes in.

    What was left out stays out: a reader who got the issue before would never see what moved up for others. Its date,
    corrections and archive stay; each article is as it is now. Its web copy tells when it was amended.
    """
    edits = issue.edits
    corrected, archived = (
        [one.article for one in placements if one.section == added] for added in (CORRECTIONS, ARCHIVE)
    )
    candidates = {one.article.id: one.article for one in placements if one.section not in (CORRECTIONS, ARCHIVE)}
    wanted = {*edits.sections, *edits.dropped, *([] if edits.lead is None else [edits.lead])}
    candidates |= articles.by_ids(transaction, wanted - candidates.keys())
    dropped = frozenset(one.article.id for one in placements if one.reason is Reason.DROPPED)
    left_out = {one.article.id: one.reason for one in placements if one.section is None}
    earlier = stage.Earlier(
        refused={article: reason for article, reason in left_out.items() if article not in dropped},
        own=dropped.union(one.article.id for one in placements if one.is_told),
        story=stories.stories(candidates.values(), articles.identity),
        corrected=corrected,
        related=lambda _standing, without: [
            stored for stored in archived if stored.id not in without and stored.retracted_at is None
        ],
    )
    known = list(candidates.values())
    language, period, number = issue.language, issue.period, issue.number
    return stage.compose(
        known,
        settings,
        newsletter,
        language,
        period,
        number,
        earlier,
        issue.composed,
        edits,
        until=now,
        amended=instant,
    )


def _held_or_not(
    transaction: Transaction, issue_id: int, why: str, otherwise: str, now: datetime, *, edited: bool
) -> Issue:
    """Hold an issue that lacks a source, or any article; let one go that was held for that and lacks none any more.

    With `otherwise` such a one stays held and says so: nobody else would ever let it go.
    """
    issue = _written(transaction, issue_id)
    meant = freshness.is_meant(issue.held_because) or issue.held_because in (EMPTY, WHOLE)
    is_ours = issue.is_held_by_us and meant
    if why and (is_ours or (issue.state is IssueState.DRAFT and not edited)):
        issues.hold(transaction, issue_id, issues.OPEN, why, "")
        issue_events.add(transaction, issue_id, now, "", "held", why)
    elif not why and is_ours and otherwise:
        issues.hold(transaction, issue_id, issues.OPEN, otherwise, "")
    elif not why and is_ours:
        issues.let_go(transaction, issue_id)
        if any(event.what == issue_events.REVIEW_BEGUN for event in issue_events.of(transaction, issue_id)):
            # Its reviewers had half a week before them; their time begins with the whole.
            issue_events.add(transaction, issue_id, now, "", issue_events.REVIEW_BEGUN)
    return _written(transaction, issue_id)


def _written(transaction: Transaction, issue_id: int) -> Issue:
    issue = issues.get(transaction, issue_id)
    if issue is None:
        raise RuntimeError(f"issue {issue_id} is gone while it is written")
    return issue


def _kept_back(transaction: Transaction, newsletter: Newsletter, language: str, period: Period) -> Iterator[Finding]:
    """Tell which earlier issues nobody decided about, and what they keep from this one."""
    for issue in issues.undecided(transaction, newsletter.key, language, period.start):
        if carries := len(issues.told(transaction, issue.id)):
            yield finding(
                Kind.EARLIER_UNDECIDED,
                issue=str(issue.id),
                period=issue.period.name,
                state=str(issue.state),
                count=carries,
            )


def _corrected(transaction: Transaction, newsletter: Newsletter, language: str, period: Period) -> list[StoredArticle]:
    found = []
    for carried in selection.changed_since(transaction, newsletter.key, language, period, newsletter.corrections):
        stored = carried.article
        then = next(
            (one.article for one in articles.revisions(transaction, stored.id) if one.number == carried.revision), None
        )
        if stored.retracted_at is not None or (then and corrections.is_corrected(stored.article, then)):
            found.append(stored)
    return found


@dataclass(frozen=True, slots=True)
class _Library:
    """What the archive has beside the articles of an issue."""

    transaction: Transaction
    newsletter: Newsletter
    language: str
    period: Period

    def __call__(self, standing: Sequence[Article], without: Collection[int]) -> list[StoredArticle]:
        key, start, archived = self.newsletter.key, self.period.start, self.newsletter.archive
        lately = selection.lately_shown(self.transaction, key, self.language, start, archived.not_in_last)
        names = [
            (kind, name)
            for article in standing
            for kind, given in (
                (terms.CATEGORY, article.categories),
                (terms.COUNTRY, article.countries),
                (terms.TAG, article.tags),
            )
            for name in given
        ]
        addresses = [url for article in standing for url in archive.links(article)]
        return selection.related(
            self.transaction, names, addresses, self.language, start, {*lately, *without}, archived.limit
        )


def _candidates(
    transaction: Transaction, period: Period, previous: Issue | None, wanted: Collection[int | None], now: datetime
) -> list[StoredArticle]:
    """Give the articles that the issue may be of, and those that are wanted for it, whatever their age."""
    begun = previous.period.start if previous else None
    since = min(filter(None, (period.start, min(now, period.end) - timedelta(days=8), begun)))
    found = {stored.id: stored for stored in articles.between(transaction, since - REACH, period.end)}
    found |= articles.by_ids(transaction, {article for article in wanted if article is not None} - found.keys())
    # What a translation is of may be of any age; that it was told before is what has to be known.
    others = {url for stored in found.values() for url in stored.article.translations.values()}
    return list({**found, **{stored.id: stored for stored in articles.by_urls(transaction, others)}}.values())
