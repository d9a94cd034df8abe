"""The sample newsroom's own RSS feeds, one for each language, as WordPress writes them.

Their links carry the campaign parameters that a newsroom's statistics plugin adds: what the feed names and
what the REST API names are the same article under two addresses.
"""

import html
import re
from email.utils import format_datetime

from publisher.demo.newsroom.archive import LANGUAGES, Archive, Post

ENTRIES = 10
CAMPAIGN = "utm_source=rss&utm_medium=rss&utm_campaign=feed"
_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
}
_TAGGED = ("category", "post_tag")


def feed(archive: Archive, language: str, title: str, description: str) -> bytes:
    """Give the feed of the newest articles in `language`."""
    posts = [post for post in archive.posts if post.language == language][:ENTRIES]
    namespaces = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    home = f"{archive.url}/" if language == LANGUAGES[0] else f"{archive.url}/{language}/"
    newest = max(post.modified for post in posts)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<rss version="2.0"{namespaces}>',
        "<channel>",
        f"<title>{html.escape(title)}</title>",
        f'<atom:link href="{home}feed/" rel="self" type="application/rss+xml" />',
        f"<link>{home}</link>",
        f"<description>{html.escape(description)}</description>",
        f"<lastBuildDate>{format_datetime(newest)}</lastBuildDate>",
        f"<language>{language}</language>",
        *(_item(archive, post) for post in posts),
        "</channel>",
        "</rss>\n",
    ]
    return "\n".join(lines).encode()


def _item(archive: Archive, post: Post) -> str:
    names = [term.name for term in post.terms if term.taxonomy in _TAGGED]
    link = f"{archive.url}{post.path}?{CAMPAIGN}"
    return "\n".join(
        [
            "<item>",
            f"<title>{post.title}</title>",
            f"<link>{html.escape(link)}</link>",
            *(f"<dc:creator>{_cdata(author.name)}</dc:creator>" for author in post.authors),
            f"<pubDate>{format_datetime(post.published)}</pubDate>",
            *(f"<category>{_cdata(name)}</category>" for name in names),
            f'<guid isPermaLink="false">{archive.url}/?p={post.id}</guid>',
            f"<description>{_cdata(post.excerpt)}</description>",
            f"<content:encoded>{_cdata(archive.body(post))}</content:encoded>",
            "</item>",
        ]
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{re.sub(r']]>', ']]&gt;', text)}]]>"
