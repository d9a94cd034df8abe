"""Issues that are no period: a special issue, an appeal, a correction, a welcome. Each is one Markdown file.

Its front matter says what the issue is called and what it carries, the text below is the note. The states are those of
any issue.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from publisher import compose as stage
from publisher import front_matter
from publisher.collect import identity
from publisher.config import Newsletter, Settings
from publisher.errors import UnreadableInput, UsageError
from publisher.front_matter import NO, YES, Document
from publisher.model import Edits, Issue, IssueKind, IssueState, Period, Placement, Reason, StoredArticle
from publisher.sections import section_of
from publisher.store import Store, Transaction, articles, issue_events, issues
from publisher.tasks.composing import ComposedIssue, known_newsletter

LONGEST_KEY = 20
KINDS = {
    "special": IssueKind.SPECIAL,
    "appeal": IssueKind.SPECIAL,
    "correction": IssueKind.SPECIAL,
    "welcome": IssueKind.WELCOME,
}
_FIELDS = ("title", "subject", "preheader", "kind", "key", "language", "articles", "appeal")
_OF_ONE_VALUE = (
    *("title", "subject", "preheader", "note", "lead", "dropped", "excerpts", "blocks"),
    "has_appeal",
)
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WEEK = re.compile(r"[0-9]{4}-w[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file asks for."""

    file: Path
    key: str
    kind: IssueKind
    language: str
    addresses: tuple[str, ...]
    edits: Edits
    corrects: int | None = None


def compose(
    store: Store,
    settings: Settings,
    newsletter_key: str,
    file: Path,
    now: datetime,
    language: str | None = None,
    corrects: int | None = None,
) -> ComposedIssue:
    """Compose the issue of a file; again, when its draft or held issue is there, keeping what was edited besides.

    One that `corrects` an issue goes to those who got an earlier version of that, in its language.

    Raises:
        UsageError: for a file that cannot be read or says what cannot be, naming it, and for an issue that it cannot
            correct.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    corrected = _corrected(store, newsletter, corrects, language) if corrects is not None else None
    try:
        text = file.read_text(encoding="utf-8-sig")
        spoken = corrected.language if corrected else language
        wanted = _wanted(settings, newsletter, file, front_matter.read(text), spoken)
        if corrected and wanted.kind is not IssueKind.SPECIAL:
            raise UsageError(f"{file}: a welcome goes to newcomers; what --to-old-of asks for has another kind")
        wanted = replace(wanted, corrects=corrects)
        return _compose(store, settings, newsletter, wanted, now)
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not text; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}); look at its name") from error
    except UnreadableInput as error:
        raise UsageError(f"{file}: {error}") from error


def _corrected(store: Store, newsletter: Newsletter, issue_id: int, language: str | None) -> Issue:
    with store.reading() as transaction:
        issue = issues.get(transaction, issue_id)
    if issue is None or issue.newsletter != newsletter.key:
        raise UsageError(f"there is no issue {issue_id} of {newsletter.key}; `issue list` shows those there are")
    if language not in (None, issue.language):
        raise UsageError(f'issue {issue_id} is in "{issue.language}"; leave --language out')
    if not issue.proposed.version:
        raise UsageError(
            f"nobody got an earlier version of issue {issue_id}; `issue amend {issue_id}` changes it first"
        )
    return issue


def compose_in(
    transaction: Transaction, settings: Settings, newsletter: Newsletter, issue: Issue, now: datetime
) -> ComposedIssue:
    """Compose an issue that is no period again, with its edits, within a transaction."""
    language, period, kind = issue.language, issue.period, issue.kind
    return _put(transaction, settings, newsletter, language, period, kind, issue.edits, now, issue.corrects)


def amended(
    transaction: Transaction, settings: Settings, newsletter: Newsletter, issue: Issue, instant: datetime | None
) -> stage.Composed:
    """Render an issue that is no period with its edits, dated as before; its web copy tells when it was amended."""
    placements = _placed(transaction, newsletter, issue.edits)
    language, period, composed = issue.language, issue.period, issue.composed
    return stage.rendered(
        placements, settings, newsletter, language, period, 0, composed, issue.edits, issue.kind, instant
    )


def _wanted(settings: Settings, newsletter: Newsletter, file: Path, document: Document, language: str | None) -> Wanted:
    fields = document.fields
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise UsageError(f'{file}: "{unknown[0]}" is no key of such a file; there are {", ".join(_FIELDS)}')
    listed_too = next(
        (name for name in _FIELDS if name != "articles" and isinstance(fields.get(name), list | dict)), None
    )
    if listed_too:
        raise UsageError(f"{file}: {listed_too} has a list; write one text, as `{listed_too}: …`")
    title = front_matter.text(fields, "title")
    if not title:
        raise UsageError(f"{file} has no title; write one into its front matter, as `title: After the flood`")
    kind = front_matter.text(fields, "kind").lower() or "special"
    if kind not in KINDS:
        raise UsageError(f'{file}: "{kind}" is no kind; write one of {", ".join(KINDS)}')
    languages = settings.languages_of(newsletter)
    written = front_matter.text(fields, "language")
    if written and language and written != language:
        raise UsageError(f"{file} says language: {written}, and --language {language}; leave one of them out")
    spoken = written or language or languages[0]
    if spoken not in languages:
        raise UsageError(
            f'{file}: newsletter "{newsletter.key}" has no issue in "{spoken}"; it has {", ".join(languages)}'
        )
    appeal = front_matter.text(fields, "appeal").lower()
    if appeal and appeal not in (*YES, *NO):
        raise UsageError(f'{file}: appeal: "{appeal}" is neither yes nor no; write one of them')
    listed = front_matter.several(fields, "articles")
    addresses = tuple(one for one in listed if isinstance(one, str))
    if len(addresses) < len(listed):
        raise UsageError(f"{file}: articles has something that is no address; write a list of addresses")
    return Wanted(
        file=file,
        key=_key(file, front_matter.text(fields, "key")),
        kind=KINDS[kind],
        language=spoken,
        addresses=addresses,
        edits=Edits(
            title=title,
            subject=front_matter.text(fields, "subject"),
            preheader=front_matter.text(fields, "preheader"),
            note=document.body.strip(),
            has_appeal=not front_matter.says(fields, "appeal", *NO),
        ),
    )


def _key(file: Path, given: str) -> str:
    key = given or re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY or _WEEK.fullmatch(key):
        raise UsageError(
            f'{file}: "{key}" names no such issue; write a key into its front matter that is no week, of at most '
            f"{LONGEST_KEY} lower-case letters, digits and hyphens, as `key: flood-2026`"
        )
    return key


def _compose(store: Store, settings: Settings, newsletter: Newsletter, wanted: Wanted, now: datetime) -> ComposedIssue:
    with store.writing() as transaction:
        known = issues.find(transaction, newsletter.key, wanted.language, wanted.key)
        if known is not None and known.state not in issues.OPEN:
            return ComposedIssue(known.id, known.language, len(known.edits.sections), known.state)
        if known is not None and known.kind is not wanted.kind:
            raise UsageError(
                f'"{wanted.key}" is issue {known.id} already, which is {known.kind}; write another key into the file'
            )
        listed = [_article(transaction, wanted.file, url) for url in wanted.addresses]
        said = _said(newsletter, wanted.edits, listed)
        edits = _edits(said, known.edits) if known else replace(said, file=said)
        period = known.period if known else Period(wanted.key, now, now + timedelta(days=1))
        corrects = wanted.corrects or (known.corrects if known else None)
        return _put(transaction, settings, newsletter, wanted.language, period, wanted.kind, edits, now, corrects)


def _article(transaction: Transaction, file: Path, url: str) -> StoredArticle:
    try:
        found = articles.by_url(transaction, identity.canonical_url(url))
    except UnreadableInput:
        found = None
    if found is None:
        raise UsageError(f"{file}: {url} was never collected; look at its spelling, or run `publisher collect`")
    if found.retracted_at is not None:
        raise UsageError(f"{file}: {url} is retracted and stands in no issue; take it out of the list")
    return found


def _said(newsletter: Newsletter, wanted: Edits, listed: Iterable[StoredArticle]) -> Edits:
    """Give what a file says, its articles where the rules want them, in the order in which it lists them."""
    sections = {stored.id: section(newsletter, stored) for stored in listed}
    order: dict[str, tuple[int, ...]] = {}
    for article, key in sections.items():
        order[key] = (*order.get(key, ()), article)
    return replace(wanted, sections=sections, order=order)


def _edits(said: Edits, before: Edits) -> Edits:
    """Give what a file says now, and whatever an editor changed of what it said when it was composed last."""
    then = before.file or Edits()
    changed = {name: getattr(before, name) for name in _OF_ONE_VALUE if getattr(before, name) != getattr(then, name)}
    gone = then.sections.keys() - said.sections.keys()
    if changed.get("lead") in gone:
        del changed["lead"]
    moved = {
        article: key
        for article, key in before.sections.items()
        if then.sections.get(article) != key and article not in gone
    }
    ordered = {key: ids for key, ids in before.order.items() if then.order.get(key) != ids}
    return replace(said, **changed, sections={**said.sections, **moved}, order={**said.order, **ordered}, file=said)


def section(newsletter: Newsletter, stored: StoredArticle) -> str:
    """Give the section that the rules give an article, else the first."""
    return (section_of(newsletter.sections, stored.article) or newsletter.sections[0]).key


def _put(
    transaction: Transaction,
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    kind: IssueKind,
    edits: Edits,
    now: datetime,
    corrects: int | None,
) -> ComposedIssue:
    placements = _placed(transaction, newsletter, edits)
    made = stage.rendered(placements, settings, newsletter, language, period, 0, now, edits, kind)
    issue_id = issues.put(
        transaction,
        newsletter.key,
        language,
        period,
        0,
        made.title,
        made.placements,
        made.variant,
        now,
        audiences=made.audiences,
        kind=kind,
        findings=made.findings,
        corrects=corrects,
    )
    issues.edit(transaction, issue_id, edits)
    issue_events.add(transaction, issue_id, now, "", "composed")
    issue = issues.get(transaction, issue_id)
    carries = sum(placement.section is not None for placement in placements)
    state = issue.state if issue else IssueState.DRAFT
    return ComposedIssue(issue_id, language, carries, state, issue.held_because if issue else "", made.findings)


def _placed(transaction: Transaction, newsletter: Newsletter, edits: Edits) -> list[Placement]:
    """Place the articles that an editor wants; none leads but who is said to."""
    wanted = {*edits.sections, *edits.dropped, *([edits.lead] if edits.lead is not None else [])}
    known = articles.by_ids(transaction, wanted)
    out = {article: _refusal(stored, edits) for article, stored in known.items()}
    ours = [section.key for section in newsletter.sections]
    # A section that the config has no more gives its articles back to the rules.
    placed = {
        article: key if key in ours else section(newsletter, known[article])
        for article, key in edits.sections.items()
        if article in known
    }
    shelves = []
    filed = list(edits.file.order) if edits.file else []
    for key in sorted(ours, key=lambda one: filed.index(one) if one in filed else len(filed)):
        first = edits.order.get(key, ())
        mine = [article for article, own in placed.items() if own == key]
        mine.sort(key=lambda article: first.index(article) if article in first else len(first))
        shelves += [(article, key) for article in mine if out[article] is None and article != edits.lead]
    lead = [article for article in known if article == edits.lead and out[article] is None]
    led = [(article, placed.get(article) or section(newsletter, known[article])) for article in lead]
    standing = [(known[article], key, Reason.LEAD) for article, key in led]
    standing += [(known[article], key, Reason.EDITOR) for article, key in shelves]
    left_out = [(known[article], None, reason) for article, reason in sorted(out.items()) if reason is not None]
    return [Placement(one, key, at, reason) for at, (one, key, reason) in enumerate([*standing, *left_out])]


def _refusal(stored: StoredArticle, edits: Edits) -> Reason | None:
    if stored.retracted_at is not None or stored.article.retracted:
        return Reason.RETRACTED
    return Reason.DROPPED if stored.id in edits.dropped else None
