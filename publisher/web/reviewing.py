"""The page on which a reviewer sees an issue and decides, from a phone.

GET shows it and changes nothing, since scanners of mail fetch every link. POST decides: the token in the URL says
who, and about which issue, whatever the cookies or the origin say.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from publisher.compose import findings
from publisher.config import Settings, in_language
from publisher.errors import NotAllowed
from publisher.model import Issue, IssueKind, IssueState
from publisher.store import Store
from publisher.store.issues import OPEN
from publisher.tasks import issuing, previewing, reviewing
from publisher.web import forms
from publisher.web.pages import Pages
from publisher.web.review_words import Words, words_in

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
LONGEST_REASON = 300
_DECISIONS = {str(state): state for state in (IssueState.APPROVED, IssueState.HELD)}


class Reviewing:
    """The route `/review/{token}`."""

    def __init__(
        self, settings: Settings, store: Store, secret: str, clock: Callable[[], datetime], pages: Pages
    ) -> None:
        self._settings = settings
        self._store = store
        self._secret = secret
        self._clock = clock
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Show the issue, or take a decision and show what came of it; 404 for a token that is not ours."""
        token = request.path_params["token"]
        if request.method != "POST":
            return await run_in_threadpool(self._show, token)
        return await run_in_threadpool(self._decide, token, await forms.read(request))

    def _show(self, token: str) -> Response:
        found = reviewing.find(self._store, self._settings, token, self._secret)
        return self._page(found[0]) if found else self._unknown()

    def _decide(self, token: str, form: Mapping[str, str]) -> Response:
        found = reviewing.find(self._store, self._settings, token, self._secret)
        to = _DECISIONS.get(forms.text(form, "decision", 20))
        if found is None:
            return self._unknown()
        issue, who = found
        words = words_in(issue.language)[1]
        if to is None:
            return self._page(issue, status=400)
        because = forms.text(form, "because", LONGEST_REASON)
        seen = forms.text(form, "seen", 64)
        try:
            decided = reviewing.decide(self._store, issue, who, to, seen, because, self._clock())
        except NotAllowed:
            return self._page(issue, words.not_now, status=409)
        if not decided.is_taken:
            return self._page(decided.issue, words.changed, status=409)
        # A page that is loaded again decides nothing again.
        return RedirectResponse(token, status_code=303, headers=HEADERS)

    def _page(self, issue: Issue, warning: str = "", status: int = 200) -> Response:
        language, words = words_in(issue.language)
        newsletter = self._settings.newsletter(issue.newsletter)
        name = in_language(newsletter.title, issue.language) if newsletter else issue.newsletter
        page = self._pages.review(
            language,
            title=(words.title if issue.number else words.special_title).format(
                name=f"{name} ({issue.language})", number=issue.number, title=issue.title
            ),
            issue=issue,
            words=words,
            findings=findings.spoken(issue.findings, language),
            approve_text=self._approve_text(issue, words),
            warning=warning,
            state=self._state(issue, words, language),
            is_open=issue.state in OPEN or issue.amendment is not None,
            can_hold=issue.state in (IssueState.DRAFT, IssueState.APPROVED),
            seen=reviewing.digest(issue),
            mail=self._mail(issue),
        )
        return HTMLResponse(page, status_code=status, headers=HEADERS)

    def _approve_text(self, issue: Issue, words: Words) -> str:
        if issue.amendment is not None:
            return words.approve_amendment
        if issue.kind is not IssueKind.PERIODIC:
            return words.approve_by_hand
        waits = issuing.waited_for(self._store, self._settings, issue)
        return words.approve_waiting if waits else words.approve_text

    def _mail(self, issue: Issue) -> str:
        values = previewing.sample_values(self._store, self._settings, issue)
        return previewing.filled(issue.variant.html, {mark: escape(value) for mark, value in values.items()})

    def _state(self, issue: Issue, words: Words, language: str) -> str:
        if issue.amendment is not None:
            return words.waits_amended
        if issue.state is IssueState.DRAFT:
            deadline = reviewing.deadline(self._store, self._settings, issue)
            return words.waits_until.format(deadline=deadline) if deadline else words.waits
        if issue.state is IssueState.HELD:
            sentence = words.held_by if issue.held_by else words.held
            return sentence.format(who=issue.held_by, because=issue.held_because or "–")
        if issue.state is IssueState.APPROVED and issue.approved:
            when = reviewing.shown(issue.approved, self._settings, language)
            sentence = words.approved_by if issue.approved_by else words.approved
            return sentence.format(who=issue.approved_by, when=when)
        return words.over.format(state=words.states.get(str(issue.state), issue.state))

    def _unknown(self) -> Response:
        return HTMLResponse(self._pages.unknown(), status_code=404, headers=HEADERS)
