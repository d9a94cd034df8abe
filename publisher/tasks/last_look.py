"""Looks at each article of an approved issue once more, just before its first mail goes.

What was taken back since drops out. What is gone from its site, has another title or was changed is told, and the issue
goes as it was approved; an issue of which nothing is left is held.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from publisher import compose as stage
from publisher.compose import corrections
from publisher.compose.checks import is_retracted
from publisher.compose.findings import Kind, finding
from publisher.config import Settings
from publisher.errors import NotAllowed
from publisher.model import (
    CORRECTIONS,
    Article,
    Finding,
    Issue,
    IssueKind,
    IssueState,
    Placement,
    Reason,
    StoredArticle,
)
from publisher.store import Store, Transaction, articles, issue_events, issues, standing, versions
from publisher.tasks import rounds
from publisher.tasks.composing import known_newsletter

CHECK = Kind.UNSEEN.check
_UNSEEN = (Kind.UNSEEN, Kind.UNSEEN_MANY)
LONGEST_ROUND = timedelta(seconds=60)


def is_change(found: Finding) -> bool:
    """Tell whether a finding is one of the last look, about an article that is not what it was."""
    return found.check == CHECK and found.kind not in _UNSEEN


def look(
    store: Store, settings: Settings, issue: Issue, clock: Callable[[], datetime], stop: Callable[[], bool]
) -> tuple[Finding, ...]:
    """Look at the articles of an approved issue, let those drop out that were taken back, and give what is to be told.

    Raises:
        NotAllowed: when nothing is left of it; then it is held.
    """
    found, staying = _look_here(store, settings, issue, clock)
    findings = (*found, *_on_their_site(settings, staying, clock, stop))
    _keep(store, issue, findings, clock())
    return findings


def look_again(store: Store, settings: Settings, issue: Issue, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    """Look at the articles of an issue that was looked at before, and whose first mail has not gone yet.

    No site is asked again. Gives what was not told before.

    Raises:
        NotAllowed: when nothing is left of it; then it is held.
    """
    found, _ = _look_here(store, settings, issue, clock)
    news = tuple(one for one in found if one not in issue.findings)
    if news:
        earlier = (one for one in issue.findings if one.check == CHECK)
        _keep(store, issue, (*earlier, *news), clock())
    return news


def _look_here(
    store: Store, settings: Settings, issue: Issue, clock: Callable[[], datetime]
) -> tuple[tuple[Finding, ...], list[Placement]]:
    """Compare an issue with what is stored by now, and write it again without what was taken back."""
    with store.reading() as transaction:
        placements = issues.placements(transaction, issue.id)
        composed = _as_composed(transaction, issue.id, placements)
    shown = [placement for placement in placements if placement.section not in (None, CORRECTIONS)]
    out = [placement for placement in shown if is_retracted(placement)]
    staying = [placement for placement in shown if not is_retracted(placement)]
    late = [one for one in placements if one.section == CORRECTIONS and _is_taken_back_since(one, issue.composed)]
    findings = (
        *map(_dropped, out),
        *map(_said_otherwise, late),
        *filter(None, (_changed(one.article.article, composed[one.article.id].article) for one in staying)),
    )
    if out or any(one not in issue.findings for one in map(_said_otherwise, late)):
        frozen = [replace(one, article=composed[one.article.id]) for one in placements]
        _write_again(store, settings, issue, frozen, out, clock())
    return findings, staying


def _as_composed(transaction: Transaction, issue_id: int, placements: Sequence[Placement]) -> dict[int, StoredArticle]:
    """Give each article with the text that the issue was composed of, by its id."""
    numbers = issues.revisions(transaction, issue_id)
    found = {}
    for placement in placements:
        stored = placement.article
        number = numbers.get(stored.id, stored.revision)
        if placement.section is not None and number != stored.revision:
            earlier = (one for one in articles.revisions(transaction, stored.id) if one.number == number)
            then = next((one.article for one in earlier), stored.article)
            stored = replace(stored, article=then, revision=number)
        found[stored.id] = stored
    return found


def _is_taken_back_since(placement: Placement, instant: datetime) -> bool:
    retracted = placement.article.retracted_at
    return retracted is not None and retracted > instant


def _dropped(placement: Placement) -> Finding:
    return finding(Kind.SINCE_DROPPED, title=placement.article.article.title)


def _said_otherwise(placement: Placement) -> Finding:
    return finding(Kind.SINCE_TAKEN_BACK, title=placement.article.article.title)


def _changed(now: Article, then: Article) -> Finding | None:
    if now == then:
        return None
    if now.title != then.title:
        return finding(Kind.SINCE_RENAMED, title=then.title, now=now.title, url=now.url)
    kind = Kind.SINCE_CORRECTED if corrections.is_corrected(now, then) else Kind.SINCE_CHANGED
    return finding(kind, title=then.title, url=now.url)


def _on_their_site(
    settings: Settings, placements: Sequence[Placement], clock: Callable[[], datetime], stop: Callable[[], bool]
) -> Iterator[Finding]:
    with rounds.going(settings, clock, LONGEST_ROUND, stop) as going:
        for placement in placements:
            article = placement.article.article
            answer = going.ask(article.url)
            if answer and answer.status in rounds.GONE:
                yield finding(Kind.SINCE_GONE, title=article.title, url=article.url, status=str(answer.status))
    for place, sentence in going.failures.items():
        yield finding(Kind.UNSEEN, place=place, sentence=sentence)
    if going.left and not stop():
        yield finding(Kind.UNSEEN_MANY, count=going.left)


def _without(placements: Sequence[Placement], out: Sequence[Placement]) -> list[Placement]:
    """Give the placements with some dropped out; where the lead did, the first of those that stay leads."""
    gone = {placement.article.id for placement in out}
    left = [
        replace(one, section=None, reason=Reason.DROPPED_OUT) if one.article.id in gone else one for one in placements
    ]
    if any(placement.reason is Reason.LEAD for placement in out):
        heir = next((one for one in left if one.is_told), None)
        left = [replace(one, reason=Reason.LEAD) if one is heir else one for one in left]
    return left


def _write_again(
    store: Store,
    settings: Settings,
    issue: Issue,
    placements: Sequence[Placement],
    out: Sequence[Placement],
    now: datetime,
) -> None:
    """Write the issue without what was taken back; all else is as it was approved."""
    left = _without(placements, out)
    if any(one.is_told for one in out) and not any(one.is_told for one in left) and not _says_more(issue):
        _hold(store, issue, now)
        return
    newsletter, number, composed = known_newsletter(settings, issue.newsletter), issue.number, issue.composed
    made = stage.rendered(
        left, settings, newsletter, issue.language, issue.period, number, composed, issue.edits, issue.kind
    )
    written = replace(issue, title=made.title, variant=made.variant)
    with store.writing() as transaction:
        # Where another sender began it meanwhile, that one's look counts.
        if _has_begun(transaction, issue) or not issues.is_as_it_was(transaction, issue):
            return
        if standing.has_begun(transaction, issue.id):
            versions.supersede(transaction, issue)
        issues.replace(transaction, written, made.placements, made.audiences)
        for placement in out:
            issue_events.add(transaction, issue.id, now, "", "dropped out", placement.article.article.title)


def _has_begun(transaction: Transaction, issue: Issue) -> bool:
    """Tell whether another sender's first mail has gone meanwhile: then all get the same, but of a welcome."""
    return issue.kind is not IssueKind.WELCOME and standing.has_begun(transaction, issue.id)


def _says_more(issue: Issue) -> bool:
    """Tell whether an issue that is no week has a note or a block, and goes without any article."""
    return issue.kind is not IssueKind.PERIODIC and bool(issue.edits.note or issue.edits.blocks)


def _hold(store: Store, issue: Issue, now: datetime) -> None:
    why = "all its articles were taken back"
    with store.writing() as transaction:
        if _has_begun(transaction, issue) or not issues.hold(transaction, issue.id, (issue.state,), why, ""):
            return
        issue_events.add(transaction, issue.id, now, "", str(IssueState.HELD), why)
        issue_events.add(transaction, issue.id, now, "", issue_events.REVIEW_BEGUN)
    raise NotAllowed(f"issue {issue.id} is held and not sent: {why}; compose it again, or `issue cancel {issue.id}`")


def _keep(store: Store, issue: Issue, findings: tuple[Finding, ...], now: datetime) -> None:
    """Keep what was found with the issue."""
    with store.writing() as transaction:
        present = issues.get(transaction, issue.id) or issue
        others = [one for one in present.findings if one.check != CHECK]
        issues.find_out(transaction, issue.id, (*others, *findings))
        words = "; ".join(one.words for one in findings)
        issue_events.add(transaction, issue.id, now, "", issue_events.LOOKED, words)
        if any(map(is_change, findings)):
            issue_events.add(transaction, issue.id, now, "", issue_events.CHANGED)
