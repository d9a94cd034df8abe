"""Shows an issue before it is sent: as files to open, or as one mail to one address.

Such a mail says in its subject that it is a test, and its leave link is that of nobody.
"""

import re
import secrets as random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path

from publisher import tokens
from publisher.compose.words import words_in
from publisher.config import Settings
from publisher.deliver import message, personal, single
from publisher.errors import FarEndError, UsageError
from publisher.model import Delivery, DeliveryState, Issue, Reply, Subscriber, Variant
from publisher.store import Store
from publisher.tasks import issuing, leaving, pictures, signing
from publisher.tasks.composing import known_newsletter
from publisher.tasks.sending import transport
from publisher.tasks.subscribing import check_address

_NOBODYS_KEY = "0" * 20


def preview(store: Store, settings: Settings, issue_id: int, folder: Path, now: datetime) -> list[Path]:
    """Write the issue into `folder` and give the files: HTML, plain text, web copy, HTML of each audience, `.eml`.

    Raises:
        UsageError: for an unknown issue, or a folder that cannot be written.
    """
    issue = issuing.known_issue(store, issue_id).proposed
    values = sample_values(store, settings, issue)
    variant = as_read(issue.variant, values)
    name = f"{issue.newsletter}-{issue.language}-{issue.period.name}"
    contents = {f"{name}.html": variant.html, f"{name}.txt": variant.text, f"{name}.web.html": variant.web}
    for tag, other in issue.audiences.items():
        contents[_unused(name, tag, contents)] = as_read(other, values).html
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in contents.items():
            (folder / file).write_text(text, encoding="utf-8")
        mail = mail_of(store, settings, as_test(issue), personal.SAMPLE, now)
        (folder / f"{name}.eml").write_bytes(mail.content)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}); name another folder with --to") from error
    return [folder / file for file in (*contents, f"{name}.eml")]


def preview_with_pictures(
    store: Store, settings: Settings, issue_id: int, folder: Path, clock: Callable[[], datetime]
) -> tuple[list[Path], tuple[str, ...]]:
    """Write what `preview` does, and pictures where a browser is; give the files, and what there is no picture of, why.

    Raises:
        UsageError: for an unknown issue, or a folder that cannot be written.
    """
    files = preview(store, settings, issue_id, folder, clock())
    mail, _, web = files[:3]
    taken = pictures.take(settings, mail, web, clock)
    return [*files, *taken.files], taken.failures


def test(store: Store, settings: Settings, issue_id: int, address: str, now: datetime, tag: str | None) -> Reply:
    """Send the issue as it stands, or as readers with a `tag` get it, to one address; the ledger is not touched.

    Raises:
        UsageError: for an unknown issue, an address that is none, or a tag whose readers get no other words.
        FarEndError: when the mail server does not take it.
    """
    issue = issuing.known_issue(store, issue_id).proposed
    check_address(address)
    if tag is not None and tag not in issue.audiences:
        known = f"those with other words are {', '.join(issue.audiences)}" if issue.audiences else "nobody does"
        raise UsageError(f'readers with the tag "{tag}" get no other words in issue {issue_id}; {known}')
    reader = replace(personal.SAMPLE, email=address, name="", tags=(tag,) if tag else ())
    mail = mail_of(store, settings, as_test(issue), reader, now, random.token_hex(10))
    reply = single.hand_over(transport(settings, settings.delivery, "test"), mail)
    if reply.state is not DeliveryState.SENT:
        raise FarEndError(f"the test mail to {address} was not taken: {reply.code or 'no code'} {reply.words}")
    return reply


def mail_of(
    store: Store, settings: Settings, issue: Issue, reader: Subscriber, now: datetime, key: str = _NOBODYS_KEY
) -> message.Message:
    """Give the mail that a reader would get who is nobody."""
    newsletter = known_newsletter(settings, issue.newsletter)
    template = message.template(settings, newsletter, issue, signing.secret(store, settings))
    return template.fill(Delivery(leaving.NOBODY, key, issue.id, reader, now, 1, version=issue.version))


def as_test(issue: Issue) -> Issue:
    """Give an issue whose subjects say that it is a test."""
    said = words_in(issue.language)[1].test

    def _marked(variant: Variant) -> Variant:
        return replace(variant, subject=said.format(subject=variant.subject))

    audiences = {tag: _marked(variant) for tag, variant in issue.audiences.items()}
    return replace(issue, variant=_marked(issue.variant), audiences=audiences)


def sample_values(store: Store, settings: Settings, issue: Issue) -> Mapping[str, str]:
    """Give the value of each mark for a reader who is nobody; whatever the links do changes nothing.

    Raises:
        UsageError: when the issue's newsletter is not in the config any more.
    """
    newsletter, secret = known_newsletter(settings, issue.newsletter), signing.secret(store, settings)
    token = tokens.leave_token(leaving.NOBODY, newsletter.key, secret)
    return personal.personal(settings, newsletter, issue, secret).values(personal.SAMPLE, token)


def as_read(variant: Variant, values: Mapping[str, str]) -> Variant:
    """Give a variant with its marks filled."""
    html = filled(variant.html, {mark: escape(value) for mark, value in values.items()})
    return replace(variant, html=html, text=filled(variant.text, values))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill the marks of a variant's text or HTML; values for HTML are escaped before."""
    return re.sub("|".join(map(re.escape, values)), lambda mark: values[mark[0]], text)


def _unused(name: str, tag: str, contents: Mapping[str, str]) -> str:
    """Name the file of an audience; one tag may be spelled like another, or like `web`."""
    spelled = re.sub(r"[^\w-]+", "-", tag)
    while f"{name}.{spelled}.html" in contents:
        spelled += "-"
    return f"{name}.{spelled}.html"
