"""The terms of a post: categories, countries, tags, kickers, whatever taxonomies the config takes them from.

They are embedded in the post; where they are not, it has only their ids, and their names are asked for once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from publisher import markup
from publisher.collect import wording
from publisher.collect.wordpress.api import Post
from publisher.collect.wordpress.walk import Latest
from publisher.config import Source

Term = Mapping[str, Any]
Known = Mapping[tuple[str, int], Term]
"""Terms by the place of their taxonomy in the REST API, and their id."""

_BASES = {"category": "categories", "post_tag": "tags"}
_MOST = 100
"""Terms of one taxonomy that are looked up for one post."""


def of(post: Post, source: Source, known: Known) -> list[Term]:
    """Give the terms of a post; one of a taxonomy that is not public is an error object, and is left out."""
    found = list(embedded(post))
    for taxonomy, base, ids in _not_embedded(post, source, found):
        found += ({**known[base, one], "taxonomy": taxonomy} for one in ids if (base, one) in known)
    return found


def embedded(post: Post) -> Iterator[Term]:
    """Give the terms that came with the post."""
    inside = post.get("_embedded")
    groups = inside.get("wp:term") if isinstance(inside, dict) else None
    for group in groups if isinstance(groups, list) else ():
        for term in group if isinstance(group, list) else ():
            if isinstance(term, dict) and isinstance(term.get("name"), str) and isinstance(term.get("taxonomy"), str):
                yield term


def look_up(
    posts: Iterable[Post],
    source: Source,
    known: Latest[tuple[str, int], Term],
    ask: Callable[[str, set[int]], Mapping[int, Term]],
) -> None:
    """Learn the terms that posts have and do not show, once each; those that are not told are kept as nothing."""
    wanted: dict[str, set[int]] = {}
    for post in posts:
        for _, base, ids in _not_embedded(post, source, list(embedded(post))):
            wanted.setdefault(base, set()).update(one for one in ids if (base, one) not in known)
    for base, missing in wanted.items():
        found = ask(base, missing) if missing else {}
        known.learn({(base, one): found.get(one, {}) for one in missing})


def names(terms: Iterable[Term], taxonomies: Iterable[str]) -> tuple[str, ...]:
    """Give the names of terms of some taxonomies, in the order of the terms."""
    wanted = set(taxonomies)
    return wording.names(str(term["name"]) for term in terms if term.get("taxonomy") in wanted and "name" in term)


def names_and_slugs(terms: Iterable[Term], source: Source) -> list[str]:
    """Give every word by which a category or a tag may be called in the config."""
    wanted = {"category", "post_tag", *source.taxonomies.categories, *source.taxonomies.tags}
    return [
        word
        for term in terms
        if term.get("taxonomy") in wanted and "name" in term
        for word in (markup.line(str(term["name"])), str(term.get("slug") or ""))
    ]


def _not_embedded(post: Post, source: Source, found: list[Term]) -> Iterator[tuple[str, str, list[int]]]:
    """Give the taxonomies, their places and the ids of terms that a post has and does not show."""
    shown = {term.get("taxonomy") for term in found}
    config = source.taxonomies
    for taxonomy in dict.fromkeys((*config.categories, *config.countries, *config.tags, *config.kicker)):
        if taxonomy in shown:
            continue
        base = _base(post, taxonomy)
        ids = post.get(base)
        numbers = [one for one in ids if type(one) is int] if isinstance(ids, list) else []
        if numbers:
            yield taxonomy, base, list(islice(numbers, _MOST))


def _base(post: Post, taxonomy: str) -> str:
    """Give the place of a taxonomy in the REST API, which its link names; else it is called as the taxonomy is."""
    links = post.get("_links")
    named = links.get("wp:term") if isinstance(links, dict) else None
    for link in named if isinstance(named, list) else ():
        if isinstance(link, dict) and link.get("taxonomy") == taxonomy:
            place = str(link.get("href") or "").partition("/wp/v2/")[2]
            if place:
                return place.split("?")[0].split("&")[0].strip("/")
    return _BASES.get(taxonomy, taxonomy)
