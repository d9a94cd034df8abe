"""What is wrong with an issue, as far as reading it tells: each finding says in one sentence what, and what to do.

A grave one is what should not go out so: a link to nowhere, a mark that is not filled, a mail that is cut off, an
article that was taken back. The rest is for the editor to judge.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from publisher.compose import corrections, prose
from publisher.compose.outline import Link, Outline, host, outline, untagged
from publisher.config import Settings, in_language
from publisher.model import ARCHIVE, CORRECTIONS, Finding, Issue, IssueKind, Placement, Reason, Variant
from publisher.sections import speaks

LARGEST_HTML, LARGE_HTML = 102 * 1024, 90 * 1024
"""Bytes: where Gmail cuts a mail off, and where it is near."""

LONGEST_SUBJECT = 70
_NAMED = 3
"""How many of many alike are named."""

_VAGUE = frozenset(
    {
        *("read more", "more", "here", "click here", "link", "this link", "continue reading", "learn more"),
        *("leer más", "más", "aquí", "clic aquí", "enlace", "este enlace", "seguir leyendo", "ver más"),
    }
)
_MARKED = re.compile(r"\*\*|__|\]\(|</?[a-z]+[ >]", re.IGNORECASE)
_BARE = re.compile(r"(?<![<(\[\w/])https?://[^\s<>()\[\]]+(?![^\s]*\])")
"""An address that Markdown makes no link of: neither in angle brackets nor behind words in square ones."""
_UNFILLED = re.compile(
    r"xPLACEx\w*|\{\{.*?\}\}|\{%.*?%\}|\*\|\w+\|\*|%%\w+%%|\{(?:first[ _]?name|name|nombre)\}", re.IGNORECASE
)
_UNWRITTEN = re.compile(
    r"\blorem ipsum\b|\bTODO:|\bTKTK\b|\[(?:(?:insert|insertar)\b[^\[\]]*|link|title|date|name|enlace|t[ií]tulo|"
    r"fecha|nombre)\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """An issue as a reader gets it, every mark filled; `octets` is how much of it travels, encoded."""

    variant: Variant
    octets: int


def found(issue: Issue, mails: Sequence[Mail], placements: Sequence[Placement], settings: Settings) -> list[Finding]:
    """Check an issue: the mail of most readers first, then those of audiences."""
    variant, seen = mails[0].variant, [outline(mail.variant.html) for mail in mails]
    findings = [
        *_subject(issue, variant.subject),
        *_preheader(issue, variant),
        *_size(max(mails, key=lambda mail: len(mail.variant.html.encode()))),
        *_articles(issue, placements),
        *_excerpts(issue, placements, settings),
        *_own_words(issue, placements),
        *_appeal(issue, seen[0], settings),
    ]
    for mail, outlined in zip(mails, seen, strict=True):
        findings += [
            *_unfilled(mail.variant, outlined),
            *_links(outlined.links),
            *_vague(outlined.links),
            *_pictures(outlined, placements, settings),
            *_headings(outlined),
            *_text(mail.variant, outlined),
        ]
    return list(dict.fromkeys(findings))


def _subject(issue: Issue, subject: str) -> Iterator[Finding]:
    remedy = f"write another with `issue edit {issue.id}`"
    if not subject.strip():
        yield Finding("subject", f"the subject is empty; {remedy}", is_grave=True)
    elif len(subject) > LONGEST_SUBJECT:
        yield Finding(
            "subject",
            f"the subject has {len(subject)} characters, and mailboxes show {LONGEST_SUBJECT} at most; {remedy}",
        )
    if (given := len(issue.edits.subject or issue.edits.title)) > prose.SUBJECT_LENGTH:
        words = f"the subject was cut off: {given} characters were given, and {prose.SUBJECT_LENGTH} go into a mail"
        yield Finding("subject", f"{words}; {remedy}")
    if subject.isupper() and len(subject.split()) > 1:
        yield Finding("subject", f"the subject is all in capitals, which filters take for spam; {remedy}")


def _preheader(issue: Issue, variant: Variant) -> Iterator[Finding]:
    least, most = prose.PREHEADER_LENGTHS
    length, remedy = len(variant.preheader), f"write another with `issue edit {issue.id}`"
    if not least <= length <= most:
        yield Finding("preheader", f"the preheader has {length} characters, and {least} to {most} are shown; {remedy}")
    if variant.preheader.strip().casefold() == variant.subject.strip().casefold() != "":
        yield Finding("preheader", f"the preheader says the subject once more; {remedy}")


def _size(mail: Mail) -> Iterator[Finding]:
    size = len(mail.variant.html.encode())
    if size < LARGE_HTML:
        return
    told = f"the HTML has {size:,} bytes, {mail.octets:,} with all else as it travels"
    if size > LARGEST_HTML:
        words = f"{told}, and Gmail cuts off what is above {LARGEST_HTML:,}; take articles or text out"
        yield Finding("size", words, is_grave=True)
    else:
        yield Finding("size", f"{told}; Gmail cuts off what is above {LARGEST_HTML:,}, so add nothing more")


def _articles(issue: Issue, placements: Sequence[Placement]) -> Iterator[Finding]:
    carried = [one for one in placements if one.section not in (None, ARCHIVE, CORRECTIONS)]
    for placement in placements:
        if placement.section not in (None, CORRECTIONS) and is_retracted(placement):
            words = f"{_title(placement)} was taken back; compose the issue again, and it drops out"
            yield Finding("articles", words, is_grave=True)
    for placement in carried:
        article = placement.article.article
        if issue.kind is not IssueKind.PERIODIC and not speaks(article.language, issue.language):
            words = f'{_title(placement)} is in "{article.language}", and the issue in "{issue.language}"'
            yield Finding("articles", f"{words}; name its translation in the file, or let it stand so")
    if not carried and issue.kind is IssueKind.PERIODIC:
        yield Finding("parts", "the issue carries no article; collect, and compose it again")
    lead = next((one for one in carried if one.reason is Reason.LEAD), None)
    if carried and lead is None and issue.kind is IssueKind.PERIODIC:
        yield Finding("parts", f"no article leads the issue; choose one with `issue edit {issue.id}`")
    if lead is not None and lead.article.article.image is None:
        words = f"the lead, {_title(lead)}, has no picture; give it one on your site and collect, or let another lead"
        yield Finding("parts", words)
    bare = [
        one
        for one in placements
        if one.section == CORRECTIONS and not is_retracted(one) and not corrections.note(one.article.article)
    ]
    if bare:
        yield Finding(
            "parts",
            f"nothing says what was corrected in {_names(map(_title, bare))}; begin a paragraph of the article with "
            '"Correction:", and collect',
        )


def _excerpts(issue: Issue, placements: Sequence[Placement], settings: Settings) -> Iterator[Finding]:
    newsletter = settings.newsletter(issue.newsletter)
    kinds = {section.key: section.excerpt for section in newsletter.sections} if newsletter else {}
    empty = [
        one
        for one in placements
        if one.section not in (None, ARCHIVE, CORRECTIONS)
        and (kind := kinds.get(one.section or "", "summary")) != "none"
        and not issue.edits.excerpts.get(one.article.id)
        and not prose.excerpt(one.article.article, kind)
    ]
    if empty:
        words = f"nothing stands under the headline of {_names(map(_title, empty))}; write an excerpt with `issue edit`"
        yield Finding("parts", words)


def _own_words(issue: Issue, placements: Sequence[Placement]) -> Iterator[Finding]:
    """Tell what an editor wrote as if it were Markdown where it is not, and addresses that become no link."""
    marked = [
        one
        for one in placements
        if one.section is not None and _MARKED.search(issue.edits.excerpts.get(one.article.id, ""))
    ]
    if marked:
        words = f"the excerpt of {_names(map(_title, marked))} has marks that show as they are; excerpts are plain text"
        yield Finding("text", words)
    written = (issue.edits.note, *(block.text for block in issue.edits.blocks))
    bare = [address for text in written for address in _BARE.findall(text)]
    if bare:
        yield Finding("links", f"{_names(bare)} in the note is no link; write <{bare[0]}>, or [words]({bare[0]})")


def _appeal(issue: Issue, seen: Outline, settings: Settings) -> Iterator[Finding]:
    appeal = settings.appeal
    if not appeal.placement or not issue.edits.has_appeal:
        return
    given = [appeal.url, *(campaign.url for campaign in appeal.calendar)]
    pages = {untagged(in_language(url, issue.language)) for url in given if url}
    if not pages & {untagged(link.href) for link in seen.links}:
        yield Finding("parts", "the issue has no donation appeal; look whether its day is one of appeal.muted")


def _unfilled(variant: Variant, seen: Outline) -> Iterator[Finding]:
    hrefs = " ".join(link.href for link in seen.links)
    for form in (variant.subject, variant.preheader, variant.text, seen.words, hrefs):
        for mark in dict.fromkeys(_UNFILLED.findall(form)):
            words = f'"{mark}" is filled in by nobody; take it out of the text or template it stands in'
            yield Finding("marks", words, is_grave=True)
        for mark in dict.fromkeys(_UNWRITTEN.findall(form)):
            yield Finding("marks", f'"{mark}" looks like something still to be written; write it, or take it out')


def _links(links: Iterable[Link]) -> Iterator[Finding]:
    for link in links:
        if not _leads_somewhere(link.href):
            words = f'the link "{link.words}" leads nowhere ("{link.href}"); mend it where it was written'
            yield Finding("links", words, is_grave=True)
    for place in dict.fromkeys(host(link.href) for link in links if link.href.lower().startswith("http://")):
        if place:
            yield Finding("links", f"links to {place} go by http, which others can read on the way; write https")


def _leads_somewhere(href: str) -> bool:
    try:
        parts = urlsplit(href.strip())
        name = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return "." in name.strip(".") or ":" in name or name == "localhost"
    return (parts.scheme == "mailto" and "@" in parts.path) or (parts.scheme == "tel" and bool(parts.path))


def _vague(links: Iterable[Link]) -> Iterator[Finding]:
    targets: dict[str, set[str]] = {}
    for link in links:
        words = link.words.casefold().strip(" .:…→»›>")
        if words in _VAGUE:
            targets.setdefault(words, set()).add(untagged(link.href))
    for words, places in targets.items():
        if len(places) > 1:
            told = f'links that say "{words}" lead to {len(places)} places; let each say where it goes'
            yield Finding("links", told)


def _pictures(seen: Outline, placements: Sequence[Placement], settings: Settings) -> Iterator[Finding]:
    said = {
        url
        for placement in placements
        if (image := placement.article.article.image) and (image.alt.strip() or image.caption.strip())
        for url in (image.url, image.small_url)
    }
    said.add(settings.theme.logo)
    mute = [one.src for one in seen.pictures if not one.alt and one.src not in said]
    if mute:
        words = f"nothing says what is to be seen on {_names(mute)}; write it where the picture is published"
        yield Finding("pictures", words)
    unsized = [
        one.src
        for one in seen.pictures
        if not (one.width.isdecimal() and one.height.isdecimal()) and one.src != settings.theme.logo
    ]
    if unsized:
        words = f"the size of {_names(unsized)} is not known, so texts jump while it loads; give it at its source"
        yield Finding("pictures", words)


def _headings(seen: Outline) -> Iterator[Finding]:
    jump = next((pair for pair in pairwise(seen.levels) if pair[1] > pair[0] + 1), None)
    if jump:
        words = f"a heading of level {jump[1]} follows one of level {jump[0]}; let none be left out in the templates"
        yield Finding("headings", words)


def _text(variant: Variant, seen: Outline) -> Iterator[Finding]:
    # A person types an address, and not what a link writes into the mail it begins.
    typed = (
        link.href.removeprefix("mailto:").partition("?")[0] if _is_mail(link) else link.href for link in seen.links
    )
    missing = [href for href in dict.fromkeys(typed) if href and href not in variant.text]
    if missing:
        words = f"the plain text lacks links that the HTML has: {_names(missing)}; put them into its template"
        yield Finding("text", words)


def _is_mail(link: Link) -> bool:
    return link.href.startswith("mailto:")


def is_retracted(placement: Placement) -> bool:
    """Tell whether an article was taken back."""
    return placement.article.retracted_at is not None or placement.article.article.retracted


def _title(placement: Placement) -> str:
    return f'"{placement.article.article.title}"'


def _names(names: Iterable[str]) -> str:
    """Name the first of some, and count the rest."""
    known = list(dict.fromkeys(names))
    more = len(known) - _NAMED
    return ", ".join(known[:_NAMED]) + (f" and {more} more" if more > 0 else "")
