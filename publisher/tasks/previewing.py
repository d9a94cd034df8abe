"""Shows an issue before it is sent: as files to open, or as one mail to one address.

Such a mail says in its subject that it is a test, and its leave link is that of nobody.
"""

import re
import secrets as random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path

from publisher import tokens
from publisher.compose.words import words_in
from publisher.config import Settings
from publisher.deliver import message, personal
from publisher.errors import FarEndError, UsageError
from publisher.model import Delivery, DeliveryState, Issue, Reply
from publisher.store import Store
from publisher.tasks import issuing, leaving, signing
from publisher.tasks.composing import known_newsletter
from publisher.tasks.sending import transport
from publisher.tasks.subscribing import check_address


def preview(store: Store, settings: Settings, issue_id: int, folder: Path, now: datetime) -> list[Path]:
    """Write the issue as HTML, plain text, web copy and one `.eml` into `folder`; give the files.

    Raises:
        UsageError: for an unknown issue, or a folder that cannot be written.
    """
    issue = issuing.known_issue(store, issue_id)
    values = sample_values(store, settings, issue)
    mail = _mail(store, settings, issue, personal.SAMPLE.email, "0" * 20, now)
    name = f"{issue.newsletter}-{issue.language}-{issue.period.name}"
    contents = {
        f"{name}.html": filled(issue.variant.html, {mark: escape(value) for mark, value in values.items()}),
        f"{name}.txt": filled(issue.variant.text, values),
        f"{name}.web.html": issue.variant.web,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in contents.items():
            (folder / file).write_text(text, encoding="utf-8")
        (folder / f"{name}.eml").write_bytes(mail.content)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}); name another folder with --to") from error
    return [folder / file for file in (*contents, f"{name}.eml")]


def test(store: Store, settings: Settings, issue_id: int, address: str, now: datetime) -> Reply:
    """Send the issue as it stands to one address, over the configured transport; the ledger is not touched.

    Raises:
        UsageError: for an unknown issue or an address that is none.
        FarEndError: when the mail server does not take it.
    """
    issue = issuing.known_issue(store, issue_id)
    mail = _mail(store, settings, issue, address, random.token_hex(10), now)
    with transport(settings, settings.delivery, "test") as way:
        reply = way.send(mail)
    if reply.state is not DeliveryState.SENT:
        raise FarEndError(f"the test mail to {address} was not taken: {reply.code or 'no code'} {reply.words}")
    return reply


def _mail(store: Store, settings: Settings, issue: Issue, address: str, key: str, now: datetime) -> message.Message:
    check_address(address)
    subject = words_in(issue.language)[1].test.format(subject=issue.variant.subject)
    marked = replace(issue, variant=replace(issue.variant, subject=subject))
    template = message.template(
        settings, known_newsletter(settings, issue.newsletter), marked, signing.secret(store, settings)
    )
    reader = replace(personal.SAMPLE, email=address, name="")
    return template.fill(Delivery(leaving.NOBODY, key, issue.id, reader, now, 1))


def sample_values(store: Store, settings: Settings, issue: Issue) -> Mapping[str, str]:
    """Give the value of each mark for a reader who is nobody; whatever the links do changes nothing.

    Raises:
        UsageError: when the issue's newsletter is not in the config any more.
    """
    newsletter, secret = known_newsletter(settings, issue.newsletter), signing.secret(store, settings)
    token = tokens.leave_token(leaving.NOBODY, newsletter.key, secret)
    return personal.personal(settings, newsletter, issue, secret).values(personal.SAMPLE, token)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill the marks of a variant's text or HTML; values for HTML are escaped before."""
    return re.sub("|".join(map(re.escape, values)), lambda mark: values[mark[0]], text)
