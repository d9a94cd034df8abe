"""What is wrong with an issue, as far as reading it tells: each finding says in one sentence what, and what to do.

A grave one is what should not go out so: a link to nowhere, a mark that is not filled, a mail that is cut off, an
article that was taken back. The rest is for the editor to judge.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from urllib.parse import urlsplit

from publisher.compose import corrections, prose
from publisher.compose.findings import Kind, finding
from publisher.compose.outline import Link, Outline, host, outline, untagged
from publisher.config import Settings, in_language
from publisher.model import ARCHIVE, CORRECTIONS, Finding, Issue, IssueKind, Placement, Reason, Variant
from publisher.sections import speaks

LARGEST_HTML, LARGE_HTML = 102 * 1024, 90 * 1024
"""Bytes: where Gmail cuts a mail off, and where it is near."""

MANY_OWN_WORDS = 40 * 1024
"""Octets from which on an editor's own words are why a mail has no room for articles."""

LONGEST_SUBJECT = 70
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


def own_words(variant: Variant, own_octets: int, left_out: int) -> Iterator[Finding]:
    """Tell what an editor's own words, which are never cut, do to the mail they stand in.

    They are `own_octets` of its HTML, and `left_out` articles have no place in it.
    """
    own, most = ceil(own_octets / 1024), LARGEST_HTML // 1024
    if own and len(variant.html.encode()) > LARGEST_HTML:
        yield finding(Kind.NOTE_CLIPS, is_grave=True, own=own, most=most)
    elif left_out and own_octets > MANY_OWN_WORDS:
        yield finding(Kind.NOTE_CROWDS, own=own, most=most, count=left_out)


def _subject(issue: Issue, subject: str) -> Iterator[Finding]:
    named = str(issue.id)
    if not subject.strip():
        yield finding(Kind.SUBJECT_EMPTY, is_grave=True, issue=named)
    elif len(subject) > LONGEST_SUBJECT:
        yield finding(Kind.SUBJECT_LONG, length=len(subject), most=LONGEST_SUBJECT, issue=named)
    if (given := len(issue.edits.subject or issue.edits.title)) > prose.SUBJECT_LENGTH:
        yield finding(Kind.SUBJECT_CUT, length=given, most=prose.SUBJECT_LENGTH, issue=named)
    if subject.isupper() and len(subject.split()) > 1:
        yield finding(Kind.SUBJECT_SHOUTED, issue=named)


def _preheader(issue: Issue, variant: Variant) -> Iterator[Finding]:
    least, most = prose.PREHEADER_LENGTHS
    length, named = len(variant.preheader), str(issue.id)
    if not least <= length <= most:
        yield finding(Kind.PREHEADER_LENGTH, length=length, least=least, most=most, issue=named)
    if variant.preheader.strip().casefold() == variant.subject.strip().casefold() != "":
        yield finding(Kind.PREHEADER_REPEATS, issue=named)


def _size(mail: Mail) -> Iterator[Finding]:
    size = len(mail.variant.html.encode())
    if size > LARGEST_HTML:
        yield finding(Kind.SIZE_CLIPPED, is_grave=True, size=size, octets=mail.octets, most=LARGEST_HTML)
    elif size >= LARGE_HTML:
        yield finding(Kind.SIZE_NEAR, size=size, octets=mail.octets, most=LARGEST_HTML)


def _articles(issue: Issue, placements: Sequence[Placement]) -> Iterator[Finding]:
    carried = [one for one in placements if one.section not in (None, ARCHIVE, CORRECTIONS)]
    for placement in placements:
        if placement.section not in (None, CORRECTIONS) and is_retracted(placement):
            yield finding(Kind.ARTICLE_RETRACTED, is_grave=True, title=_title(placement))
    for placement in carried:
        tag = placement.article.article.language
        if issue.kind is not IssueKind.PERIODIC and not speaks(tag, issue.language):
            yield finding(Kind.ARTICLE_FOREIGN, title=_title(placement), tag=tag, issue_tag=issue.language)
    if not carried and issue.kind is IssueKind.PERIODIC:
        yield finding(Kind.ISSUE_EMPTY)
    lead = next((one for one in carried if one.reason is Reason.LEAD), None)
    if carried and lead is None and issue.kind is IssueKind.PERIODIC:
        yield finding(Kind.LEAD_MISSING, issue=str(issue.id))
    if lead is not None and lead.article.article.image is None:
        yield finding(Kind.LEAD_WITHOUT_PICTURE, title=_title(lead))
    bare = [
        one
        for one in placements
        if one.section == CORRECTIONS and not is_retracted(one) and not corrections.note(one.article.article)
    ]
    if bare:
        yield finding(Kind.CORRECTION_UNSAID, titles=_titles(bare))


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
        yield finding(Kind.EXCERPT_MISSING, titles=_titles(empty))


def _own_words(issue: Issue, placements: Sequence[Placement]) -> Iterator[Finding]:
    """Tell what an editor wrote as if it were Markdown where it is not, and addresses that become no link."""
    marked = [
        one
        for one in placements
        if one.section is not None and _MARKED.search(issue.edits.excerpts.get(one.article.id, ""))
    ]
    if marked:
        yield finding(Kind.EXCERPT_MARKED, titles=_titles(marked))
    written = (issue.edits.note, *(block.text for block in issue.edits.blocks))
    bare = [address for text in written for address in _BARE.findall(text)]
    if bare:
        yield finding(Kind.LINK_BARE, addresses=bare, first=bare[0])


def _appeal(issue: Issue, seen: Outline, settings: Settings) -> Iterator[Finding]:
    appeal = settings.appeal
    if not appeal.placement or not issue.edits.has_appeal:
        return
    given = [appeal.url, *(campaign.url for campaign in appeal.calendar)]
    pages = {untagged(in_language(url, issue.language)) for url in given if url}
    if not pages & {untagged(link.href) for link in seen.links}:
        yield finding(Kind.APPEAL_MISSING)


def _unfilled(variant: Variant, seen: Outline) -> Iterator[Finding]:
    hrefs = " ".join(link.href for link in seen.links)
    for form in (variant.subject, variant.preheader, variant.text, seen.words, hrefs):
        for mark in dict.fromkeys(_UNFILLED.findall(form)):
            yield finding(Kind.MARK_UNFILLED, is_grave=True, mark=mark)
        for mark in dict.fromkeys(_UNWRITTEN.findall(form)):
            yield finding(Kind.MARK_UNWRITTEN, mark=mark)


def _links(links: Iterable[Link]) -> Iterator[Finding]:
    for link in links:
        if not _leads_somewhere(link.href):
            yield finding(Kind.LINK_NOWHERE, is_grave=True, words=link.words, url=link.href)
    for place in dict.fromkeys(host(link.href) for link in links if link.href.lower().startswith("http://")):
        if place:
            yield finding(Kind.LINK_BY_HTTP, place=place)


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
            yield finding(Kind.LINK_VAGUE, words=words, places=len(places))


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
        yield finding(Kind.PICTURE_UNDESCRIBED, addresses=mute)
    unsized = [
        one.src
        for one in seen.pictures
        if not (one.width.isdecimal() and one.height.isdecimal()) and one.src != settings.theme.logo
    ]
    if unsized:
        yield finding(Kind.PICTURE_UNSIZED, addresses=unsized)


def _headings(seen: Outline) -> Iterator[Finding]:
    jump = next((pair for pair in pairwise(seen.levels) if pair[1] > pair[0] + 1), None)
    if jump:
        yield finding(Kind.HEADING_JUMPS, level=jump[1], before=jump[0])


def _text(variant: Variant, seen: Outline) -> Iterator[Finding]:
    # A person types an address, and not what a link writes into the mail it begins.
    typed = (
        link.href.removeprefix("mailto:").partition("?")[0] if _is_mail(link) else link.href for link in seen.links
    )
    missing = [href for href in dict.fromkeys(typed) if href and href not in variant.text]
    if missing:
        yield finding(Kind.TEXT_LACKS_LINKS, addresses=missing)


def _is_mail(link: Link) -> bool:
    return link.href.startswith("mailto:")


def is_retracted(placement: Placement) -> bool:
    """Tell whether an article was taken back."""
    return placement.article.retracted_at is not None or placement.article.article.retracted


def _title(placement: Placement) -> str:
    return placement.article.article.title


def _titles(placements: Iterable[Placement]) -> list[str]:
    return [_title(placement) for placement in placements]
