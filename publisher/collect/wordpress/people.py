"""Who wrote a post: the names that readers see, wherever the API shows them.

WordPress knows one author of a post. Newsrooms with several, or with guests, use plugins: Co-Authors Plus,
PublishPress Authors and Molongui add fields or a taxonomy called `author`, SEO plugins a graph of schema.org. Where
the list of users is closed to visitors, these are all there is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from publisher import markup
from publisher.collect import wording
from publisher.collect.wordpress.api import Post
from publisher.collect.wordpress.terms import Term

_LISTS = ("authors", "coauthors", "guest_authors", "multiple_authors", "post_authors", "molongui_authors")
_LINES = ("byline", "guest_author", "guest_author_name", "custom_author", "author_byline", "guest-author")
_LAST_LINES = ("author_name", "author_display_name", "author_info", "author_data", "author_meta")
_NAMES = ("display_name", "displayName", "name", "title", "post_title")
_SEO = ("yoast_head_json", "aioseo_head_json", "rank_math_head_json")
_ARTICLE = re.compile(r"Article|BlogPosting|Report\b")
_AUTHORS = "author"
"""The taxonomy of both Co-Authors Plus and PublishPress Authors."""
_NICENAME = re.compile(r"[\w.@-]{1,100}")
_MOST = 20
"""Authors of one post."""
_LONGEST_BEGINNING = 3_000
"""Characters of a body in which its first paragraph ends, if that is a byline."""
_BYLINE = re.compile(
    r"(?:by|words by|text by|por|texto(?: de)?:?|par|texte\s*:|von|text\s*:|di|de|testo di|door|av)\s+"
    r"(?P<who>[^.!?:;]{4,100})",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w'’.-]*+)(?:\s(?:(?:de|del|la|las|los|da|do|dos|von|van|der|den|di|bin|al|y)\s){0,2}"
    r"[^\W\d_a-z][\w'’.-]*+){1,4}"
)
_BETWEEN = re.compile(r",\s*+(?:and|y|e|et|und|en)\s+|\s+(?:and|y|e|et|und|&)\s+|,\s*+")


def authors(post: Post, terms: Iterable[Term], known: Mapping[str, str], body: str) -> tuple[str, ...]:
    """Give the names of a post's authors; `known` has those of co-authors, `body` is clean HTML."""
    said = wording.names(_of_lists(post)) or wording.names(_lines(post, _LINES))
    if said:
        return said[:_MOST]
    embedded, graph = wording.names(map(_name, _embedded(post))), wording.names(_of_graphs(post))
    listed = wording.names(_of_terms(terms, known, embedded, graph))
    most = max((listed, embedded, graph), key=len)
    if most:
        return most[:_MOST]
    return (wording.names(_lines(post, _LAST_LINES)) or _of_first_line(body))[:_MOST]


def strangers(post: Post, terms: Iterable[Term]) -> list[str]:
    """Give the co-authors of a post of whom only the log-in name is shown, and no name in any other place."""
    if any(True for _ in _of_lists(post)):
        return []
    shown = (*wording.names(map(_name, _embedded(post))), *wording.names(_of_graphs(post)))
    return [nicename for nicename in map(_nicename, _authors_terms(terms)) if nicename and not _known(nicename, shown)]


def _of_lists(post: Post) -> Iterator[str]:
    for place in (post, post.get("meta"), post.get("acf")):
        if isinstance(place, dict) and not place.keys().isdisjoint(_LISTS):
            for field in _LISTS:
                found = [name for name in map(_name, _members(place.get(field))) if name]
                if found:
                    yield from found
                    return


def _members(value: Any) -> list[Any]:
    """Give the members of a list that may name somebody; a bare number is an id."""
    if isinstance(value, dict):
        value = [value] if _name(value) else list(value.values())
    return [one for one in value if isinstance(one, Mapping | str)] if isinstance(value, list) else []


def _lines(post: Post, fields: tuple[str, ...]) -> Iterator[str]:
    """Give the names of fields that hold a whole byline."""
    for place in (post, post.get("meta"), post.get("acf")):
        if isinstance(place, dict) and not place.keys().isdisjoint(fields):
            for field in fields:
                value = place.get(field)
                for one in value if isinstance(value, list) else (value,):
                    yield from _split(_name(one))


def _split(line: str) -> Iterator[str]:
    """Give the names of a byline, without the "By" before them."""
    words = markup.line(line)[:500]
    stripped = re.sub(r"^(?:by|por|par|von|di|door)\s+", "", words, flags=re.IGNORECASE)
    yield from (part for part in _BETWEEN.split(stripped) if part)


def _of_terms(
    terms: Iterable[Term], known: Mapping[str, str], embedded: tuple[str, ...], graph: tuple[str, ...]
) -> Iterator[str]:
    for term in _authors_terms(terms):
        nicename = _nicename(term)
        if not nicename:
            yield str(term["name"])
        else:
            yield known.get(nicename) or _known(nicename, (*embedded, *graph)) or _written_out(nicename)


def _authors_terms(terms: Iterable[Term]) -> Iterator[Term]:
    return (term for term in terms if term.get("taxonomy") == _AUTHORS and "name" in term)


def _nicename(term: Term) -> str:
    """Give the log-in name that Co-Authors Plus calls a term by; empty where the term has a name for people."""
    slug, name = str(term.get("slug") or ""), str(term["name"]).strip()
    if not slug.startswith("cap-") and not name.startswith("cap-"):
        return ""
    nicename = (slug if slug.startswith("cap-") else name).removeprefix("cap-")
    is_for_people = " " in name and not name.startswith("cap-")
    return nicename if not is_for_people and _NICENAME.fullmatch(nicename) else ""


def _known(nicename: str, names: Iterable[str]) -> str:
    wanted = _letters(nicename)
    return next((name for name in names if _letters(name) == wanted), "")


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _written_out(nicename: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_.]+", nicename) if word)


def _embedded(post: Post) -> list[Any]:
    inside = post.get("_embedded")
    found = inside.get("author") if isinstance(inside, dict) else None
    return found if isinstance(found, list) else []


def _name(found: Any) -> str:
    """Give the name of a person; an error object has a code, and names nobody."""
    if isinstance(found, dict):
        if "code" in found:
            return ""
        found = next((found[name] for name in _NAMES if found.get(name)), "")
        found = found.get("rendered", "") if isinstance(found, dict) else found
    return found if isinstance(found, str) else ""


def _of_graphs(post: Post) -> Iterator[str]:
    """Give the authors of the article in a graph of schema.org; else whom the plugin names beside it."""
    for plugin in _SEO:
        head = post.get(plugin)
        if isinstance(head, dict):
            graph = head.get("schema")
            nodes = graph.get("@graph") if isinstance(graph, dict) else None
            found = [name for name in _of_nodes(nodes) if name] if isinstance(nodes, list) else []
            yield from found or _split(_name(head.get("author")))


def _of_nodes(nodes: list[Any]) -> Iterator[str]:
    known = [node for node in nodes if isinstance(node, dict)]
    names = {str(node.get("@id")): _name(node) for node in known if "@id" in node}
    for node in known:
        if _ARTICLE.search(str(node.get("@type"))):
            written = node.get("author")
            for one in written if isinstance(written, list) else [written]:
                yield _name(one) or (names.get(str(one.get("@id")), "") if isinstance(one, dict) else "")
            return


def _of_first_line(body: str) -> tuple[str, ...]:
    """Give the names of a byline that is a paragraph of its own, the first of the text."""
    said = _BYLINE.fullmatch(markup.first_paragraph(body[:_LONGEST_BEGINNING])) if body else None
    names = [part.strip() for part in _BETWEEN.split(said["who"])] if said else []
    return wording.names(names) if names and all(map(_NAME.fullmatch, names)) else ()
