"""The web copies of issues: what a mail's `Archived-At` and its "read on the web" link lead to."""

import hashlib
import re

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.model import DeliveryState, Issue, IssueState
from publisher.store import Store, issues, ledger
from publisher.web.answers import Content, answer
from publisher.web.shelf import Shelf

PUBLIC = frozenset({IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED, IssueState.SENT})
"""A draft is the editors' alone; a cancelled issue is public when mails that link to it have left."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")


class Issues:
    """The route `/issues/{newsletter}/{language}/{period}`."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        self._store = store
        self._shelf = shelf

    async def get(self, request: Request) -> Response:
        """Answer with the web copy of a published issue, or 404."""
        names = request.path_params
        if not all(_NAME.fullmatch(name) for name in names.values()):
            raise HTTPException(404)
        issue = await run_in_threadpool(self._find, **names)
        if issue is None:
            raise HTTPException(404)
        page = issue.variant.web.encode()
        content = Content(
            key=request.url.path,
            stamp=hashlib.sha256(page).digest(),
            read=lambda: page,
            media_type="text/html; charset=utf-8",
        )
        return await answer(request, self._shelf, content)

    def _find(self, newsletter: str, language: str, period: str) -> Issue | None:
        with self._store.reading() as transaction:
            issue = issues.find(transaction, newsletter, language, period)
            if issue is None or issue.state in PUBLIC:
                return issue
            has_left = ledger.counts(transaction, issue.id)[DeliveryState.SENT] > 0
            return issue if issue.state is IssueState.CANCELLED and has_left else None
