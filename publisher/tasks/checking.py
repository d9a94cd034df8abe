"""Checks an issue before somebody approves it: what reading it tells, its links and pictures, and how it is filtered.

Trouble with the network is a remark and never fails the check. What other checks found is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from publisher.compose import checks
from publisher.compose.checks import Mail
from publisher.compose.findings import Kind, finding
from publisher.compose.outline import host, outline, untagged
from publisher.config import Settings
from publisher.deliver import personal
from publisher.fetch import Response
from publisher.model import Finding, Issue
from publisher.store import Store, issue_events, issues, versions
from publisher.tasks import issuing, previewing, rounds, spam

MOST_LINKS = 40
LONGEST_ROUND = timedelta(seconds=90)
HEAVY_PICTURE, HEAVY_PICTURES = 150_000, 300_000
"""Bytes of one picture, and of all in a mail."""

OURS = frozenset(
    {"subject", "preheader", "size", "articles", "parts", "marks", "links", "pictures", "headings", "text", "spam"}
)
"""The checks that are made here."""

Progress = Callable[[int, int], None]
"""Told how many addresses were asked, and how many there are."""


def check(
    store: Store,
    settings: Settings,
    issue_id: int,
    clock: Callable[[], datetime],
    progress: Progress = lambda _done, _all: None,
) -> tuple[Finding, ...]:
    """Check an issue, keep what was found with it, and give all that is known to be odd about it.

    Raises:
        UsageError: when there is none with that id, or its newsletter is not in the config any more.
    """
    shown = issuing.show(store, issue_id)
    issue = shown.issue
    mails, plain = _mails(store, settings, issue, clock())
    found = [
        *checks.found(issue, mails, shown.placements, settings),
        *_asked(settings, mails, clock, progress),
        *spam.findings(plain),
    ]
    return _kept(store, issue, tuple(dict.fromkeys(found)), clock())


def _mails(store: Store, settings: Settings, issue: Issue, now: datetime) -> tuple[list[Mail], bytes]:
    """Give the mail of most readers, and that of each audience; and how the first travels."""
    values = previewing.sample_values(store, settings, issue)
    plain = previewing.mail_of(store, settings, issue, personal.SAMPLE, now).content
    variants = [issue.variant, *issue.audiences.values()]
    return [Mail(previewing.as_read(variant, values), len(plain)) for variant in variants], plain


def _kept(store: Store, issue: Issue, found: tuple[Finding, ...], now: datetime) -> tuple[Finding, ...]:
    """Keep what was found in place of what the same checks found before, unless the issue is another by now."""
    with store.writing() as transaction:
        current = issues.get(transaction, issue.id) or issue
        present = current.proposed
        others = (one for one in present.findings if one.check not in OURS)
        findings = (*sorted(found, key=lambda one: not one.is_grave), *others)
        if present.variant == issue.variant:
            if current.amendment:
                versions.find_out(transaction, issue.id, current.amendment, findings)
            else:
                issues.find_out(transaction, issue.id, findings)
            grave = sum(one.is_grave for one in findings)
            issue_events.add(transaction, issue.id, now, "", "checked", f"{len(findings)} findings, {grave} grave")
    return findings


def _asked(
    settings: Settings, mails: list[Mail], clock: Callable[[], datetime], progress: Progress
) -> Iterator[Finding]:
    """Ask for the pictures and links of the mails."""
    seen = [outline(mail.variant.html) for mail in mails]
    links: dict[str, str] = {}
    for link in (link for outlined in seen for link in outlined.links if _is_to_be_asked(link.href, settings)):
        known = links.setdefault(untagged(link.href), "")
        links[untagged(link.href)] = known or ("" if link.is_pictured else link.words)
    pictures = dict.fromkeys(
        one.src for outlined in seen for one in outlined.pictures if _is_to_be_asked(one.src, settings)
    )
    asked = list(links.items())[:MOST_LINKS]
    total = len(pictures) + len(asked)
    with rounds.going(settings, clock, LONGEST_ROUND) as going:
        weights: list[int] = []
        told: set[str] = set()
        for done, url in enumerate(pictures, 1):
            if answer := going.ask(url):
                weights.append(len(answer.body))
                yield from _picture(url, answer)
            progress(done, total)
        for done, (url, words) in enumerate(asked, len(pictures) + 1):
            if answer := going.ask(url):
                yield from _link(url, words, answer, told)
            progress(done, total)
    yield from _weight(weights)
    for place, sentence in going.failures.items():
        yield finding(Kind.LINK_UNREACHABLE, place=place, sentence=sentence)
    left = going.left + len(links) - len(asked)
    if left:
        yield finding(Kind.LINKS_UNASKED, count=left)


def _is_to_be_asked(url: str, settings: Settings) -> bool:
    """Whether an address is one on the web, and no page of ours: those of an issue are there when it goes."""
    return url.startswith(("http://", "https://")) and not url.startswith(f"{settings.web.base_url}/")


def _link(url: str, words: str, answer: Response, told: set[str]) -> Iterator[Finding]:
    status = str(answer.status)
    if answer.status in rounds.GONE and words:
        yield finding(Kind.LINK_GONE, is_grave=True, words=words, url=url, status=status)
    elif answer.status in rounds.GONE:
        yield finding(Kind.LINK_GONE_ON_PICTURE, is_grave=True, url=url, status=status)
    elif answer.status >= 400 and host(url) not in told:
        # Some let no program in: of those, one is enough to be told.
        told.add(host(url))
        yield finding(Kind.LINK_REFUSED, url=url, status=status)


def _picture(url: str, answer: Response) -> Iterator[Finding]:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    weight = len(answer.body)
    if answer.status >= 400:
        is_gone = answer.status in rounds.GONE
        yield finding(Kind.PICTURE_MISSING, is_grave=is_gone, url=url, status=str(answer.status))
    elif kind and not kind.startswith("image/") and kind != "application/octet-stream":
        yield finding(Kind.PICTURE_NONE, is_grave=True, url=url, type=kind)
    elif kind == "image/svg+xml":
        yield finding(Kind.PICTURE_SVG, url=url)
    elif weight > HEAVY_PICTURE:
        yield finding(Kind.PICTURE_HEAVY, url=url, size=weight, most=HEAVY_PICTURE)


def _weight(weights: Iterable[int]) -> Iterator[Finding]:
    total = sum(weights)
    if total > HEAVY_PICTURES:
        yield finding(Kind.PICTURES_HEAVY, size=total, most=HEAVY_PICTURES)
