"""What feedgen does not say, or drops, in the form of its own extensions.

A feed loads them with `register_extension(NAME, FEED, ENTRY, atom=…, rss=…)`; each then stands as `NAME` on the feed
and on its entries. Only the namespaces of a FEED get their usual prefix.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from lxml.etree import SubElement, _Element

from publisher.syndicate.view import Picture, stamp

ATOM = "http://www.w3.org/2005/Atom"
CREATIVE_COMMONS = "http://backend.userland.com/creativeCommonsRssModule"
MEDIA = "http://search.yahoo.com/mrss/"
TERMS = "http://purl.org/dc/terms/"
XML = "http://www.w3.org/XML/1998/namespace"


class Extension:
    """What feedgen asks of an extension; each of ours adds to one kind of element."""

    def extend_ns(self) -> dict[str, str]:
        """Give the namespaces it writes, by prefix."""
        return {}

    def extend_rss(self, element: _Element) -> _Element:
        """Add to the `rss` element of a feed, or to an `item`."""
        return element

    def extend_atom(self, element: _Element) -> _Element:
        """Add to a `feed` or an `entry`."""
        return element


class CreativeCommons(Extension):
    """`creativeCommons:license` in an item."""

    license_url = ""

    def extend_ns(self) -> dict[str, str]:  # noqa: D102 - as in Extension
        return {"creativeCommons": CREATIVE_COMMONS}

    def extend_rss(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        SubElement(element, f"{{{CREATIVE_COMMONS}}}license").text = self.license_url
        return element


class CreativeCommonsOfFeed(CreativeCommons):
    """`creativeCommons:license` in a channel."""

    def extend_rss(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        super().extend_rss(element[0])
        return element


class Hubs(Extension):
    """The WebSub hubs of a channel, as `atom:link`."""

    hubs: tuple[str, ...] = ()

    def extend_rss(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        for hub in self.hubs:
            SubElement(element[0], f"{{{ATOM}}}link", rel="hub", href=hub)
        return element


class Modified(Extension):
    """`dcterms:modified` in an item."""

    instant: datetime | None = None

    def extend_ns(self) -> dict[str, str]:  # noqa: D102 - as in Extension
        return {"dcterms": TERMS}

    def extend_rss(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        if self.instant is not None:
            SubElement(element, f"{{{TERMS}}}modified").text = stamp(self.instant)
        return element


class Links(Extension):
    """The links of an entry, each with its attributes."""

    links: Sequence[Mapping[str, str]] = ()

    def extend_atom(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        for link in self.links:
            SubElement(element, "link", dict(link))
        return element


class LanguageMark(Extension):
    """The language of an entry, where it is not the feed's."""

    language = ""

    def extend_atom(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        if self.language:
            element.set(f"{{{XML}}}lang", self.language)
        return element


class Media(Extension):
    """The picture of an entry with its size, its credit and its own license (Media RSS)."""

    picture: Picture | None = None

    def extend_ns(self) -> dict[str, str]:  # noqa: D102 - as in Extension
        return {"media": MEDIA, "dcterms": TERMS}

    def extend_rss(self, element: _Element) -> _Element:  # noqa: D102 - as in Extension
        if self.picture is not None:
            _add_picture(element, self.picture)
        return element

    extend_atom = extend_rss


def _add_picture(element: _Element, picture: Picture) -> None:
    measured = {"type": picture.media_type, "width": picture.width, "height": picture.height}
    said = {name: str(value) for name, value in measured.items() if value}
    content = SubElement(element, f"{{{MEDIA}}}content", {"url": picture.url, "medium": "image", **said})
    if picture.description:
        SubElement(content, f"{{{MEDIA}}}description", type="plain").text = picture.description
    if picture.credit:
        SubElement(content, f"{{{MEDIA}}}credit").text = picture.credit
    if picture.license_url:
        SubElement(content, f"{{{MEDIA}}}copyright", url=picture.license_url).text = picture.license_name
        SubElement(content, f"{{{TERMS}}}license").text = picture.license_url
