"""Changes an issue as an editor wants, and composes it again at once.

Only a draft, or an issue that is held, is changed. Of two editors at the same moment the second is told, and nothing of
either is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from publisher.collect import identity
from publisher.compose import sheet
from publisher.config import Settings
from publisher.errors import NotAllowed, UnreadableInput, UsageError
from publisher.model import ARCHIVE, CORRECTIONS, Block, Edits, Issue, IssueKind, StoredArticle
from publisher.store import Store, articles, issue_events, issues
from publisher.tasks import composing, issuing, special
from publisher.tasks.composing import ComposedIssue


@dataclass(frozen=True, slots=True)
class Change:
    """Single changes; what is None, or names no article, changes nothing. Articles are named by their addresses.

    With an empty text for a lead, the rules say again which article leads.
    """

    title: str | None = None
    subject: str | None = None
    preheader: str | None = None
    note: str | None = None
    lead: str | None = None
    drop: Sequence[str] = ()
    restore: Sequence[str] = ()
    take: Mapping[str, str] = field(default_factory=dict)
    excerpts: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)
    has_appeal: bool | None = None
    reset: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self == Change()


def change(store: Store, settings: Settings, issue_id: int, wanted: Change, who: str, now: datetime) -> ComposedIssue:
    """Make single changes to an issue.

    Raises:
        UsageError: for an unknown issue, article or section.
        NotAllowed: when the issue is frozen, or is to be nothing but what rules make of it, and there are none for it.
    """
    issue = _open_issue(store, issue_id)
    if wanted.reset and issue.kind is not IssueKind.PERIODIC:
        raise NotAllowed(
            f"issue {issue_id} is all that was written into its file; "
            f"`issue compose {issue.newsletter} --special FILE` makes it as the file says"
        )
    before = Edits() if wanted.reset else issue.edits
    return _keep(store, settings, issue, changed(store, settings, issue, before, wanted), who, now)


def written(store: Store, settings: Settings, issue_id: int) -> str:
    """Give an issue as the file that an editor changes.

    Raises:
        UsageError: for an unknown issue.
    """
    return sheet.written(base(store, settings, issuing.known_issue(store, issue_id)))


def take(store: Store, settings: Settings, issue_id: int, text: str, who: str, now: datetime) -> ComposedIssue:
    """Take an editor's file back.

    Raises:
        UsageError: for an unknown issue, or a file that cannot be, with its line.
        NotAllowed: when the issue is frozen, or has changed since the file was written.
    """
    issue = _open_issue(store, issue_id)
    return _keep(store, settings, issue, read(store, settings, issue, text), who, now)


def read(store: Store, settings: Settings, issue: Issue, text: str) -> Edits:
    """Give the edits that an editor's file makes of an issue, or of its amendment.

    Raises:
        UsageError: for a file that cannot be, with its line.
        NotAllowed: when the issue has changed since the file was written.
    """
    return sheet.taken(sheet.parse(text), base(store, settings, issue), lambda url: _article(store, url))


def _open_issue(store: Store, issue_id: int) -> Issue:
    issue = issuing.known_issue(store, issue_id)
    if issue.state not in issues.OPEN:
        raise NotAllowed(
            f"issue {issue_id} is {issue.state}, and only a draft or a held one is edited; an approved one is opened "
            f"by `issue hold {issue_id}`"
        )
    return issue


def base(store: Store, settings: Settings, issue: Issue) -> sheet.Base:
    """Give what an editor's file is of: an issue, or its amendment that waits."""
    newsletter = composing.known_newsletter(settings, issue.newsletter)
    with store.reading() as transaction:
        placements = issuing.placements_of(transaction, issue)
    issue = issue.proposed
    known = [section.key for section in newsletter.sections]
    return sheet.Base(
        issue=issue.id,
        newsletter=newsletter,
        language=issue.language,
        title=issue.title,
        subject=issue.variant.subject,
        preheader=issue.variant.preheader,
        # A section that the config has no more gives its articles back to the rules.
        placements=[
            replace(one, section=special.section(newsletter, one.article))
            if one.is_told and one.section not in known
            else one
            for one in placements
        ],
        edits=issue.edits,
    )


def changed(store: Store, settings: Settings, issue: Issue, before: Edits, wanted: Change) -> Edits:
    """Give the edits of an issue with single changes.

    Raises:
        UsageError: for an unknown article or section, and for what contradicts itself.
    """
    sections = [section.key for section in composing.known_newsletter(settings, issue.newsletter).sections]
    _check_sections(issue.newsletter, wanted.take.values(), sections)
    _check_sections(issue.newsletter, wanted.blocks, [*sections, CORRECTIONS, ARCHIVE])
    drop, restored, taken = (
        [_known(store, url).id for url in urls] for urls in (wanted.drop, wanted.restore, wanted.take)
    )
    _check_wishes(wanted, before, drop, restored, taken)
    lead = before.lead if wanted.lead is None else _shown(store, wanted.lead).id if wanted.lead else None
    if wanted.lead and lead in drop:
        raise UsageError(f"{wanted.lead} is to be dropped and to lead; ask for one of them")
    for url in wanted.take:
        _shown(store, url)
    excerpts = {**before.excerpts, **{_known(store, url).id: text for url, text in wanted.excerpts.items()}}
    back = {*restored, *taken, *([lead] if wanted.lead else [])}
    return replace(
        before,
        **_texts(wanted),
        lead=None if lead in drop else lead,
        dropped=tuple(sorted({*before.dropped, *drop} - back)),
        sections={**before.sections, **dict(zip(taken, wanted.take.values(), strict=True))},
        excerpts={article: text for article, text in excerpts.items() if text},
        blocks=(
            *(block for block in before.blocks if block.before not in wanted.blocks),
            *(Block(key, text.strip()) for key, text in wanted.blocks.items() if text.strip()),
        ),
    )


def _texts(wanted: Change) -> dict[str, Any]:
    given = {name: getattr(wanted, name) for name in ("title", "subject", "preheader", "note")}
    texts = {name: text.strip() for name, text in given.items() if text is not None}
    return texts if wanted.has_appeal is None else {**texts, "has_appeal": wanted.has_appeal}


def _check_wishes(
    wanted: Change, before: Edits, drop: Sequence[int], restored: Sequence[int], taken: Sequence[int]
) -> None:
    """Refuse what contradicts itself, however addresses are spelled, and what would come to nothing."""
    for url, article in zip(wanted.drop, drop, strict=True):
        if article in (*restored, *taken):
            raise UsageError(f"{url} is to be dropped and to stand in the issue; ask for one of them")
    for url, article in zip(wanted.take, taken, strict=True):
        if taken.count(article) > 1:
            raise UsageError(f"{url} is to stand in two sections; keep one")
    for url, article in zip(wanted.restore, restored, strict=True):
        if article not in before.dropped:
            raise UsageError(f"{url} was not dropped from this issue; `--take SECTION={url}` takes it in")


def _check_sections(newsletter: str, given: Iterable[str], known: Sequence[str]) -> None:
    unknown = next((key for key in given if key not in known), None)
    if unknown is not None:
        raise UsageError(f'"{unknown}" is no section of {newsletter}; there are {", ".join(known)}')


def _keep(store: Store, settings: Settings, issue: Issue, edits: Edits, who: str, now: datetime) -> ComposedIssue:
    with store.writing() as transaction:
        current = issues.get(transaction, issue.id)
        if current is None or current.edits != issue.edits:
            raise NotAllowed(f"issue {issue.id} was changed by somebody else meanwhile; do it again")
        if not issues.edit(transaction, issue.id, edits):
            raise NotAllowed(f"issue {issue.id} is {current.state} by now, and is edited no more")
        if edits != issue.edits:
            issue_events.add(transaction, issue.id, now, who, "edited", what(issue.edits, edits))
        # In the same transaction: what cannot be rendered is not kept either.
        newsletter = composing.known_newsletter(settings, issue.newsletter)
        if issue.kind is not IssueKind.PERIODIC:
            return special.compose_in(transaction, settings, newsletter, replace(issue, edits=edits), now)
        return composing.compose_in(transaction, settings, newsletter, issue.language, issue.period, now, edited=True)


def what(before: Edits, after: Edits) -> str:
    """Name what differs between two edits."""
    changed = (name for name in Edits.__dataclass_fields__ if getattr(before, name) != getattr(after, name))
    return ", ".join(changed).replace("has_appeal", "appeal")


def _shown(store: Store, url: str) -> StoredArticle:
    stored = _known(store, url)
    if stored.retracted_at is not None or stored.article.retracted:
        raise UsageError(
            f"{url} is retracted and stands in no issue; `publisher articles restore` lifts an editor's own"
        )
    return stored


def _known(store: Store, url: str) -> StoredArticle:
    found = _article(store, url)
    if found is None:
        raise UsageError(f"{url} was never collected; look at its spelling, or run `publisher collect`")
    return found


def _article(store: Store, url: str) -> StoredArticle | None:
    try:
        canonical = identity.canonical_url(url)
    except UnreadableInput:
        return None
    with store.reading() as transaction:
        return articles.by_url(transaction, canonical)
