"""Tells the newsroom's own site which mail a reader came from: the issue, the language and the place of the link.

Never the reader: every reader of a variant has the same links. Other people's sites, licenses and our own pages are
left as they are, and so is the web copy.
"""

import re
from dataclasses import dataclass, replace
from html import escape, unescape
from urllib.parse import quote, unquote_plus, urlsplit

from publisher.compose.parts import Group, Part
from publisher.compose.view import Asked, View

MEDIUM = "email"
_HREF = re.compile(r'(<a\b[^<>]*? href=")([^"]*)(?=")')
_PLACES = {"corrections": "correction", "archive": "archive"}


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is told of every link of a mail. `hosts` are the newsroom's, in lower case and without "www."."""

    hosts: frozenset[str]
    source: str
    name: str

    def is_ours(self, url: str) -> bool:
        """Whether an address is one of the newsroom's site."""
        return _host(url) in self.hosts

    def tagged(self, url: str, placement: str) -> str:
        """Give an address with the parameters it does not have yet; its own query and fragment stay as they are."""
        address, hash_sign, fragment = url.partition("#")
        path, _, query = address.partition("?")
        had = {unquote_plus(pair.partition("=")[0]) for pair in query.split("&")}
        said = {
            "utm_source": self.source,
            "utm_medium": MEDIUM,
            "utm_campaign": self.name,
            "utm_content": placement,
        }
        added = [f"{name}={quote(value, safe='')}" for name, value in said.items() if name not in had]
        pairs = [*filter(None, [query.rstrip("&")]), *added]
        return f"{path}?{'&'.join(pairs)}{hash_sign}{fragment}" if added else url

    def on_site(self, url: str, placement: str) -> str:
        """Tag an address of the newsroom's site; give any other as it is."""
        return self.tagged(url, placement) if self.is_ours(url) else url

    def in_html(self, html: str, placement: str) -> str:
        """Tag the links of clean HTML that lead to the newsroom's site."""
        return _HREF.sub(lambda link: link[1] + escape(self.on_site(unescape(link[2]), placement)), html)


def mailed(view: View) -> View:
    """Give an issue whose links to the newsroom's site and to the donation page tell where they stood."""
    campaign = Campaign(
        hosts=frozenset({_host(view.publication.url)}),
        source=view.product.key,
        name=f"{view.period.name}-{view.language}",
    )
    lead = view.lead and replace(view.lead, url=campaign.on_site(view.lead.url, "lead"))
    return replace(
        view,
        lead=lead,
        publication_url=campaign.on_site(view.publication_url, "masthead"),
        note=campaign.in_html(view.note, "note"),
        parts=tuple(_part(part, campaign) for part in view.parts),
        appeal_after_lead=_asked(view.appeal_after_lead, campaign, "appeal-1"),
        appeal_at_end=_asked(view.appeal_at_end, campaign, "appeal-2"),
    )


def _part(part: Part, campaign: Campaign) -> Part:
    if not isinstance(part, Group):
        return replace(part, html=campaign.in_html(part.html, "block"))
    place = _PLACES.get(part.form, part.key)
    entries = (
        replace(entry, url=campaign.on_site(entry.url, f"{place}-{at}")) for at, entry in enumerate(part.entries, 1)
    )
    return replace(part, entries=tuple(entries))


def _asked(asked: Asked | None, campaign: Campaign, placement: str) -> Asked | None:
    """Tag the donation page's address, on whichever site it is."""
    return asked and replace(asked, words=replace(asked.words, url=campaign.tagged(asked.words.url, placement)))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
