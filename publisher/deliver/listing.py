"""What a mail says of its list, for mail programs: how to leave it, what it is, where its archive is.

RFC 8058 and 2369 (List-Unsubscribe and the other commands), 2919 (List-Id), 5064 (Archived-At), and
Gmail's Feedback-ID.
"""

import re
from functools import lru_cache
from urllib.parse import quote

from publisher import addresses
from publisher.config import Newsletter, Settings, in_language
from publisher.deliver import header
from publisher.deliver.address import Address
from publisher.model import Issue

_SENDER_OCTETS = (5, 15)


def headers(settings: Settings, newsletter: Newsletter, issue: Issue, domain: str, contact: Address) -> tuple[str, ...]:
    """Write the fields that all mails of an issue share; `domain` is that of From."""
    title = in_language(newsletter.title, settings.languages_of(newsletter)[0])
    return (
        header.labelled("List-Id", title, f"{newsletter.key}.{domain.lower()}"),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        header.urls("List-Archive", addresses.of_feeds(settings)),
        header.urls("List-Help", _mail_to(contact, "help")),
        header.urls("List-Owner", _mail_to(contact)),
        "List-Post: NO\r\n",
        header.urls("Archived-At", addresses.of_issue(settings, newsletter.key, issue.language, issue.period.name)),
        f"Feedback-ID: {feedback_id(newsletter, issue, domain)}\r\n",
    )


def unsubscribe(leave_url: str, contact: Address, token: str) -> str:
    """Write List-Unsubscribe: first the URL that takes the one-click POST, then a mailbox that people read.

    `token` is one of `tokens`, in which nothing needs quoting.
    """
    return header.urls("List-Unsubscribe", leave_url, _mail_to(contact, "leave ") + token)


def feedback_id(newsletter: Newsletter, issue: Issue, domain: str) -> str:
    """Give the name under which Gmail counts complaints; nothing in it is about a person.

    Its last field stays the same for as long as From's domain does.
    """
    shortest, longest = _SENDER_OCTETS
    sender = word(domain.lower())[:longest].strip("-")
    sender += "-mail" if len(sender) < shortest else ""
    return ":".join((f"{word(issue.period.name)}-{word(issue.language)}", newsletter.key, "digest", sender))


def word(text: str) -> str:
    """Give the text with everything but letters, digits and hyphens turned into hyphens."""
    return re.sub(r"[^A-Za-z0-9-]", "-", text)


@lru_cache(maxsize=8)
def _mail_to(contact: Address, subject: str = "") -> str:
    query = f"?subject={quote(subject)}" if subject else ""
    return f"mailto:{quote(contact.local, safe='+')}@{contact.domain}{query}"
