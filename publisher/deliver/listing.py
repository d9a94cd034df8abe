"""What a mail says of its list, for mail programs: how to leave it, what it is, where its archive is.

RFC 8058 and 2369 (List-Unsubscribe and the other commands), 2919 (List-Id), 5064 (Archived-At), and
Gmail's Feedback-ID.
"""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from publisher.config import Newsletter, Settings, in_language
from publisher.deliver import header
from publisher.deliver.address import Address, ascii_host
from publisher.errors import ConfigError
from publisher.model import Issue

MAX_URL_OCTETS = 900
_SENDER_OCTETS = (5, 15)
_RESERVED = "%:/?#[]@!$&'()*+,;=~"


def headers(settings: Settings, newsletter: Newsletter, issue: Issue, domain: str, contact: Address) -> tuple[str, ...]:
    """Write the fields that all mails of an issue share; `domain` is that of From."""
    base = base_url(settings)
    title = in_language(newsletter.title, settings.languages_of(newsletter)[0])
    return (
        header.labelled("List-Id", title, f"{newsletter.key}.{domain.lower()}"),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        header.urls("List-Archive", f"{base}/feeds/"),
        header.urls("List-Help", _mail_to(contact, "help")),
        header.urls("List-Owner", _mail_to(contact)),
        "List-Post: NO\r\n",
        header.urls("Archived-At", f"{base}/issues/{newsletter.key}/{issue.language}/{issue.period.name}"),
        f"Feedback-ID: {feedback_id(newsletter, issue, domain)}\r\n",
    )


def unsubscribe(leave_url: str, contact: Address, token: str) -> str:
    """Write List-Unsubscribe: first the URL that takes the one-click POST, then a mailbox that people read."""
    return header.urls("List-Unsubscribe", leave_url, _mail_to(contact, f"leave {token}"))


def feedback_id(newsletter: Newsletter, issue: Issue, domain: str) -> str:
    """Give the name under which Gmail counts complaints; nothing in it is about a person.

    Its last field stays the same for as long as From's domain does.
    """
    shortest, longest = _SENDER_OCTETS
    sender = word(domain.lower())[:longest].strip("-")
    sender += "-mail" if len(sender) < shortest else ""
    return ":".join((f"{word(issue.period.name)}-{word(issue.language)}", newsletter.key, "digest", sender))


def base_url(settings: Settings) -> str:
    """Give the site's address in ASCII, as headers need it.

    Raises:
        ConfigError: when it is so long that no header line could hold a link.
    """
    url = settings.web.base_url
    if not url.isascii():
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        url = urlunsplit(parts._replace(netloc=ascii_host(parts.hostname or "") + port))
    url = quote(url, safe=_RESERVED)
    if len(url) > MAX_URL_OCTETS // 2:
        raise ConfigError(f"web.base_url has {len(url)} characters; links in mails need one shorter than 450")
    return url


def word(text: str) -> str:
    """Give the text with everything but letters, digits and hyphens turned into hyphens."""
    return re.sub(r"[^A-Za-z0-9-]", "-", text)


def _mail_to(contact: Address, subject: str = "") -> str:
    query = f"?subject={quote(subject)}" if subject else ""
    return f"mailto:{quote(contact.local, safe='+')}@{contact.domain}{query}"
