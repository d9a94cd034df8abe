"""The web copies of issues: what a mail's `Archived-At` and its "read on the web" link lead to.

A copy is kept as it was composed. Its translations are known only once they are out, so they are named when it is read.
"""

import hashlib
import re
from collections.abc import Collection

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher import addresses
from publisher.config import Settings
from publisher.model import DeliveryState, Issue, IssueState
from publisher.store import Store, Transaction, issues, ledger
from publisher.web.answers import Content, answer
from publisher.web.pages import Pages
from publisher.web.shelf import Shelf

PUBLIC = frozenset({IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED, IssueState.SENT})
"""A draft is the editors' alone; a cancelled issue is public when mails that link to it have left."""

OUT = frozenset({IssueState.SENDING, IssueState.PAUSED, IssueState.SENT})
"""Copies that name each other: an issue that is approved and waits is not told of before its time."""

MARK = "<!-- translations -->"
"""Where the template of a copy has its links to the others."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")


class Issues:
    """The route `/issues/{newsletter}/{language}/{period}`."""

    def __init__(self, settings: Settings, store: Store, shelf: Shelf, pages: Pages) -> None:
        self._settings = settings
        self._store = store
        self._shelf = shelf
        self._pages = pages

    async def get(self, request: Request) -> Response:
        """Answer with the web copy of a published issue, or 404."""
        names = request.path_params
        if not all(_NAME.fullmatch(name) for name in names.values()):
            raise HTTPException(404)
        written = await run_in_threadpool(self._read, **names)
        if written is None:
            raise HTTPException(404)
        page = written.encode()
        content = Content(
            key=request.url.path,
            stamp=hashlib.sha256(page).digest(),
            read=lambda: page,
            media_type="text/html; charset=utf-8",
        )
        return await answer(request, self._shelf, content)

    def _read(self, newsletter: str, language: str, period: str) -> str | None:
        with self._store.reading() as transaction:
            issue = issues.find(transaction, newsletter, language, period)
            if issue is None or not _is_public(transaction, issue):
                return None
            out = issues.languages(transaction, newsletter, period, OUT)
        return self._linked(issue, out) if issue.language in out and len(out) > 1 else issue.variant.web

    def _linked(self, issue: Issue, out: Collection[str]) -> str:
        """Name the copies in all languages, those that the newsletter lists first."""
        newsletter = self._settings.newsletter(issue.newsletter)
        listed = self._settings.languages_of(newsletter) if newsletter else ()
        ordered = [*(tag for tag in listed if tag in out), *sorted(set(out).difference(listed))]
        copies = {tag: addresses.of_issue(self._settings, issue.newsletter, tag, issue.period.name) for tag in ordered}
        named, links = self._pages.alternates(issue.language, copies)
        return issue.variant.web.replace("</head>", f"{named}</head>", 1).replace(MARK, links, 1)


def _is_public(transaction: Transaction, issue: Issue) -> bool:
    if issue.state is IssueState.CANCELLED:
        return ledger.counts(transaction, issue.id)[DeliveryState.SENT] > 0
    return issue.state in PUBLIC
